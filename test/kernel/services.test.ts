/** The article's service: DNAT for pods in PREROUTING, for the node in OUTPUT. */
import assert from "node:assert/strict";
import { ALL_BACKENDS } from "./backend.ts";
import { A, B, NODE1, OUTSIDE, oneNode } from "./cast.ts";
import { lesson } from "./lesson.ts";
import { draws, probe, reaches, refused, silent, unanswered } from "./probe.ts";
import { ONE_NODE, withoutDefaultRoute } from "./topology.ts";

const WEB = "10.96.0.100";
const API = "10.96.0.101";

const PROGRAM = oneNode(
  `service web ${WEB} -> b`,
  `service api ${API} {
     80 -> b:8080
     81 -> b
     53/udp -> b:5353
   }`,
);

lesson(
  "a service that takes every protocol and port",
  { program: PROGRAM, backends: ALL_BACKENDS },
  async (lab, observe) => {
    await observe("a pod reaches it, its own address and the port kept", async () => {
      await reaches(lab, "a", WEB, { at: "b" });
      await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A, toPort: 80 });
      await reaches(lab, "a", `${WEB}:8081`, { at: "b", as: A, toPort: 8081 });
      await reaches(lab, "a", `${WEB}:53/udp`, { at: "b", as: A, toPort: 53 });
    });
    await observe("the node reaches it", async () => {
      await reaches(lab, "node1", WEB, { at: "b" });
      await reaches(lab, "node1", `${WEB}:80`, { at: "b", as: NODE1, toPort: 80 });
      await reaches(lab, "node1", `${WEB}:53/udp`, { at: "b", as: NODE1, toPort: 53 });
    });
    await observe("neither is source-translated, to its own address and another port", async () => {
      for (const [client, source] of [
        ["a", A],
        ["node1", NODE1],
      ] as const) {
        const fromPort = 5999;
        await reaches(lab, client, `${WEB}:80`, { at: "b", as: source, fromPort }, { fromPort });
      }
    });
    await observe("a port that the pod does not serve is refused by the pod, not swallowed", async () => {
      await refused(lab, "a", `${WEB}:9999`);
    });
  },
);

lesson("a service with port lines", { program: PROGRAM }, async (lab, observe) => {
  for (const [client, source] of [
    ["a", A],
    ["node1", NODE1],
  ] as const) {
    await observe(`each port goes to its own, from ${client}`, async () => {
      await reaches(lab, client, `${API}:80`, { at: "b", as: source, toPort: 8080 });
      await reaches(lab, client, `${API}:81`, { at: "b", as: source, toPort: 81 });
      await reaches(lab, client, `${API}:53/udp`, { at: "b", as: source, toPort: 5353 });
    });
    await observe(`a protocol that the line does not name is not served, from ${client}`, async () => {
      await refused(lab, client, `${API}:80/udp`);
      await refused(lab, client, `${API}:53`);
    });
  }
});

lesson(
  "a node without a default route reaches services",
  { topology: withoutDefaultRoute(ONE_NODE), program: PROGRAM },
  async (lab) => {
    assert.equal(await lab.on("node1", "ip", "route", "show", "default"), "");
    await reaches(lab, "node1", WEB, { at: "b" });
    await reaches(lab, "node1", `${WEB}:80`, { at: "b", as: NODE1 });
    await reaches(lab, "node1", `${API}:53/udp`, { at: "b", as: NODE1, toPort: 5353 });
    await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A });
  },
);

const SEVERAL = oneNode(
  "pod x 10.244.1.12 on node1",
  "pod y 10.244.1.13 on node1",
  "service three 10.96.0.110 { 80 -> b:8080, x, y:81 }",
  "service five 10.96.0.111 { 80 -> a, b, x, y, b:8080 }",
  "service whole 10.96.0.112 -> b, x",
);

lesson("several backends", { program: SEVERAL }, async (lab, observe) => {
  await observe("each of three is drawn, on its own port", async () => {
    await draws(lab, "a", "10.96.0.110:80", ["b", "x", "y"]);
    await draws(lab, "node1", "10.96.0.110:80", ["b", "x", "y"]);
  });
  await observe("one pod on two ports, among others", async () => {
    await draws(lab, "node1", "10.96.0.111:80", ["a", "b", "x", "y"]);
  });
  await observe("a service of every protocol draws too", async () => {
    await draws(lab, "a", "10.96.0.112:443", ["b", "x"]);
    assert.equal((await probe(lab, "a", "10.96.0.112")).kind, "answered");
    const who = new Set<string>();
    for (let datagram = 0; datagram < 40; datagram++) {
      const outcome = await probe(lab, "a", "10.96.0.112:53/udp");
      who.add("who" in outcome ? outcome.who : outcome.kind);
    }
    assert.deepEqual([...who].sort(), ["b", "x"]);
  });
});

lesson("services without a declared range", { topology: withoutDefaultRoute(ONE_NODE) }, async (lab) => {
  const services = [`service web ${WEB} -> b`, `service api ${API} { 80 -> b:8080 }`];
  await lab.load(oneNode(...services).replace("; services 10.96.0.0/12", ""));
  for (const [client, source] of [
    ["a", A],
    ["node1", NODE1],
  ] as const) {
    await reaches(lab, client, `${WEB}:80`, { at: "b", as: source });
    await reaches(lab, client, `${API}:80`, { at: "b", as: source, toPort: 8080 });
    await refused(lab, client, `${API}:81`);
    await refused(lab, client, API);
    await unanswered(lab, client, "10.96.0.102:80");
  }
});

lesson("a node that declares no pod range", {}, async (lab) => {
  await lab.load(oneNode(`service web ${WEB} -> b`, "hairpin b", "masquerade pods").replace(" pods 10.244.1.0/24", ""));
  await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A });
  await reaches(lab, "b", `${WEB}:80`, { at: "b", as: NODE1 });
  await reaches(lab, "node1", `${WEB}:80`, { at: "b", as: NODE1 });
  await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
});

lesson("a node that is implied, without an address and a device", {}, async (lab) => {
  await lab.load(`pod a ${A} on node1; pod b ${B} on node1; service web ${WEB} -> b; hairpin b; masquerade pods`);
  await reaches(lab, "a", `${B}:80`, { at: "b", as: A });
  await reaches(lab, "a", `${NODE1}:80`, { at: "node1", as: A });
  await reaches(lab, "node1", `${A}:80`, { at: "a" });
  await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A });
  await reaches(lab, "b", `${WEB}:80`, { at: "b" });
  await reaches(lab, "node1", `${WEB}:80`, { at: "b" });
  await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
});

lesson("two services share an address", {}, async (lab) => {
  await lab.load(
    oneNode("service dns-tcp 10.96.0.10 { 53 -> a:80 }", "service dns-udp 10.96.0.10 { 53/udp -> b; 80 -> b }"),
  );
  await reaches(lab, "node1", "10.96.0.10:53", { at: "a", toPort: 80 });
  await reaches(lab, "node1", "10.96.0.10:53/udp", { at: "b", toPort: 53 });
  await reaches(lab, "a", "10.96.0.10:80", { at: "b", as: A });
  await refused(lab, "a", "10.96.0.10:81");
});

lesson("a pod that reaches itself through a service", {}, async (lab, observe) => {
  const services = [
    `service web ${WEB} -> b`,
    `service api ${API} { 80 -> b:8080 }`,
    "service pair 10.96.0.102 { 80 -> a, b }",
  ];

  await observe("without hairpin there is no answer, for it alone", async () => {
    await lab.load(oneNode(...services));
    await Promise.all([WEB, `${WEB}:80`, `${WEB}:53/udp`, `${API}:80`].map((target) => silent(lab, "b", target)));
    await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A });
    await reaches(lab, "b", `${B}:80`, { at: "b", as: B });
  });

  await observe("with hairpin it is answered and sees its node as the client", async () => {
    await lab.load(oneNode(...services, "hairpin b"));
    await reaches(lab, "b", WEB, { at: "b" });
    await reaches(lab, "b", `${WEB}:80`, { at: "b", as: NODE1 });
    await reaches(lab, "b", `${WEB}:53/udp`, { at: "b", as: NODE1 });
    await reaches(lab, "b", `${API}:80`, { at: "b", as: NODE1, toPort: 8080 });
  });

  await observe("others keep their own address", async () => {
    await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A });
    await reaches(lab, "b", `${A}:80`, { at: "a", as: B });
  });

  await observe("one of two backends draws itself and the other", async () => {
    await lab.load(oneNode(...services, "hairpin all"));
    await draws(lab, "a", "10.96.0.102:80", ["a", "b"]);
    await draws(lab, "b", "10.96.0.102:80", ["a", "b"]);
  });

  await observe("hairpin of a service is hairpin of its backends", async () => {
    await lab.load(oneNode(...services, "hairpin api"));
    await reaches(lab, "b", `${API}:80`, { at: "b", as: NODE1 });
  });
});
