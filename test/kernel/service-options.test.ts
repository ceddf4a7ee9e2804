/** What a table of doors does not hold: addresses that are somebody's, rules of others, shared doors, changed programs, tunnels. */
import assert from "node:assert/strict";
import { loadAfresh } from "./afresh.ts";
import { ALL_BACKENDS } from "./backend.ts";
import { A, B, C, NODE1, NODE2, OUTSIDE, oneNode, twoNodes } from "./cast.ts";
import { door as at, dualStack, each, FAMILIES, vips } from "./family.ts";
import { lesson } from "./lesson.ts";
import { draws, hearsNothing, holdFlow, reaches, refused, silent, talksTo } from "./probe.ts";
import { LAN_HOST, TWO_NODES } from "./topology.ts";

const X = "172.20.1.1";
const L = "172.20.2.1";

lesson("an external address that a node holds", { topology: TWO_NODES }, async (lab, observe) => {
  await lab.load(
    dualStack(
      [],
      [
        `service own ${vips(1)} { 80 -> c:8080; 81 -> none; 443 -> b weight 0; 53/udp -> c:5353
          external ${each(({ node1 }) => node1)} }`,
        "masquerade pods except nodes",
      ],
    ),
  );
  for (const { name, node1, node2, pods } of FAMILIES) {
    const seen = { a: pods.a, d: pods.d, node1, node2, lan: node1, outside: node1 };
    const clients = ["a", "d", "node1", "node2", "lan", "outside"] as const;
    await observe(`${name}: its own ports and its ping stay its own`, async () => {
      for (const client of clients)
        for (const target of [node1, at(node1, 22), at(node1, 8080), at(node1, "80/udp")])
          await reaches(lab, client, target, { at: "node1" });
    });
    await observe(`${name}: the service has those that it names`, async () => {
      for (const client of clients) {
        await reaches(lab, client, at(node1, 80), { at: "c", as: seen[client], toPort: 8080 });
        await reaches(lab, client, at(node1, "53/udp"), { at: "c", as: seen[client], toPort: 5353 });
      }
      for (const client of clients)
        if (client !== "node1") for (const port of [81, 443]) await refused(lab, client, at(node1, port));
    });
  }
});

lesson("an external address that a pod holds", { topology: TWO_NODES }, async (lab) => {
  await lab.load(
    dualStack([], [`service on-pod ${vips(1)} { 80 -> c:8080; 81 -> none; external ${each(({ pods }) => pods.a)} }`]),
  );
  for (const { pods, node1, node2 } of FAMILIES) {
    for (const [client, as] of [
      ["b", pods.b],
      ["d", pods.d],
      ["node1", node1],
      ["node2", node2],
    ] as const) {
      await reaches(lab, client, at(pods.a, 80), { at: "c", as, toPort: 8080 });
      for (const target of [pods.a, at(pods.a, 22), at(pods.a, "53/udp")])
        await reaches(lab, client, target, { at: "a" });
    }
  }
});

lesson("doors that services share", { topology: TWO_NODES }, async (lab, observe) => {
  await lab.load(
    twoNodes(
      `service one 10.96.0.1 { 80 nodeport 30080 -> c:8080; external ${X}; loadbalancer ${L}, 172.20.2.2 from 192.168.100.0/24 }`,
      `service two 10.96.0.2 { 443 nodeport 30443 -> b; 80/udp nodeport 30080 -> b:5353; external ${X}; loadbalancer ${L} }`,
    ),
  );
  for (const host of ["lan", "router"]) await lab.on(host, "ip", "route", "add", "172.20.0.0/16", "via", NODE1);
  await observe("each has its own ports of them", async () => {
    for (const address of [X, L])
      for (const [client, as] of [
        ["node1", NODE1],
        ["lan", NODE1],
      ] as const) {
        await reaches(lab, client, `${address}:80`, { at: "c", as, toPort: 8080 });
        await reaches(lab, client, `${address}:443`, { at: "b", as });
        await reaches(lab, client, `${address}:80/udp`, { at: "b", as, toPort: 5353 });
        await refused(lab, client, `${address}:81`);
        await refused(lab, client, `${address}:443/udp`);
        await refused(lab, client, address);
      }
    await reaches(lab, "lan", `${NODE1}:30080`, { at: "c" });
    await reaches(lab, "lan", `${NODE1}:30080/udp`, { at: "b" });
  });
  await observe("the sources of one are no concern of the other's, nor of other ports and doors", async () => {
    for (const client of ["outside", "a"]) {
      await silent(lab, client, `${L}:80`);
      await silent(lab, client, "172.20.2.2:80");
      await reaches(lab, client, `${L}:443`, { at: "b" });
      await reaches(lab, client, `${L}:80/udp`, { at: "b" });
      await reaches(lab, client, `${X}:80`, { at: "c" });
      await reaches(lab, client, `${NODE1}:30080`, { at: "c" });
      await refused(lab, client, `${L}:81`);
      await refused(lab, client, "172.20.2.2:443");
    }
    for (const client of ["node1", "node2", "lan"]) await reaches(lab, client, "172.20.2.2:80", { at: "c" });
  });
});

lesson("nodeports of a range", { topology: TWO_NODES }, async (lab) => {
  await lab.load(
    dualStack(
      [],
      [
        `service ranges ${vips(1)} { 6000-6029 nodeport 31000-31029 -> c; 5000-5029/udp nodeport 31000-31029 -> b:6000-6029 }`,
      ],
    ),
  );
  for (const { node1, node2 } of FAMILIES)
    for (const node of [node1, node2])
      for (const client of ["a", "d", "node1", "node2", "lan", "outside"]) {
        for (const place of [0, 10, 29]) {
          await reaches(lab, client, at(node, 31000 + place), { at: "c", toPort: 6000 + place });
          await reaches(lab, client, at(node, `${31000 + place}/udp`), { at: "b", toPort: 6000 + place });
        }
        for (const port of ["31030", "30999/udp", "6000/udp"].slice(0, 2)) await refused(lab, client, at(node, port));
      }
});

lesson("a backend of one family behind doors of both", { topology: TWO_NODES }, async (lab) => {
  await lab.load(
    dualStack(
      [],
      [
        "pod e 10.244.1.12 on node1",
        `service some ${vips(1)} { 80 nodeport 30080 -> b, e; external ${X}, fd00:e1::1 }`,
      ],
    ),
  );
  for (const [index, { node1, vip }] of FAMILIES.entries())
    for (const target of [vip(1), [X, "fd00:e1::1"][index]!])
      for (const [client, place] of [
        ["a", at(target, 80)],
        ["node1", at(target, 80)],
        ["lan", at(node1, 30080)],
      ] as const)
        await draws(lab, client, place, index === 0 ? ["b", "e"] : ["b"], index === 0 ? 60 : 10);
});

/** What Docker writes for a published port, without Docker's own chain. */
const PUBLISHED = (port: number, to: string): readonly string[] => [
  ...["iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "-m", "addrtype", "--dst-type", "LOCAL"],
  ...["--dport", String(port), "-j", "DNAT", "--to-destination", to],
];

lesson("a port that somebody else publishes at the node's address", {}, async (lab, observe) => {
  // The second goes to what is a backend of netc's too.
  await lab.on("node1", ...PUBLISHED(8443, `${B}:443`));
  await lab.on("node1", ...PUBLISHED(8444, `${B}:8080`));
  for (const setting of ["primary", "all"]) {
    await observe(`stays theirs, clients' addresses too: nodeports ${setting}`, async () => {
      const services = [
        "service web 10.96.0.1 { 80 nodeport 30080 -> b:8080; 53/udp nodeport 8443 -> b:5353 }",
        `service local 10.96.0.2 { 80 nodeport 30081 -> b:8080; external ${X}; external-traffic local }`,
      ];
      await loadAfresh(lab, oneNode(...services).replace("cluster {", `cluster { nodeports ${setting};`));
      for (const [client, as] of [
        ["lan", LAN_HOST],
        ["outside", OUTSIDE],
        ["a", A],
      ] as const) {
        await reaches(lab, client, `${NODE1}:8443`, { at: "b", as, toPort: 443 });
        await reaches(lab, client, `${NODE1}:8444`, { at: "b", as, toPort: 8080 });
      }
      await reaches(lab, "lan", `${NODE1}:8443/udp`, { at: "b", as: NODE1, toPort: 5353 });
      await reaches(lab, "lan", `${NODE1}:30080`, { at: "b", as: NODE1, toPort: 8080 });
      await reaches(lab, "lan", `${NODE1}:30081`, { at: "b", as: LAN_HOST, toPort: 8080 });
      await reaches(lab, "a", `${NODE1}:30080`, { at: "b", as: A, toPort: 8080 });
      if (setting === "primary") return;
      // An external address that the node turns out to have is asked for nodeports as well.
      await lab.on("node1", "ip", "address", "replace", `${X}/32`, "dev", "ens33");
      await lab.on("lan", "ip", "route", "replace", X, "via", NODE1);
      for (const port of [80, 30081])
        await reaches(lab, "lan", `${X}:${port}`, { at: "b", as: LAN_HOST, toPort: 8080 });
      await reaches(lab, "lan", `${X}:30080`, { at: "b", as: NODE1, toPort: 8080 });
    });
  }
});

lesson("a FORWARD chain that drops, and doors", { topology: TWO_NODES }, async (lab) => {
  for (const node of ["node1", "node2"]) await lab.on(node, "iptables", "-P", "FORWARD", "DROP");
  await lab.on("lan", "ip", "route", "add", "198.51.100.0/24", "via", NODE1);
  await lab.on("lan", "ip", "route", "add", "172.20.0.0/16", "via", NODE1);
  await lab.load(
    twoNodes(
      `service far 10.96.0.1 { 80 nodeport 30080 -> ${OUTSIDE}:8080; external ${X}; loadbalancer ${L} }`,
      `service near 10.96.0.2 { 80 nodeport 30081 -> c; external-traffic local }`,
    ),
  );
  await silent(lab, "lan", "198.51.100.7:80");
  for (const target of [`${NODE1}:30080`, `${X}:80`, `${L}:80`])
    await reaches(lab, "lan", target, { at: "outside", as: NODE1, toPort: 8080 });
  await reaches(lab, "node2", `${NODE1}:30080`, { at: "outside", as: NODE1, toPort: 8080 });
  await reaches(lab, "outside", `${NODE2}:30081`, { at: "c", as: OUTSIDE });
  await silent(lab, "lan", "198.51.100.7:80");
});

lesson("a nodeport that gets its first backend", {}, async (lab) => {
  const withBackends = (backends: string): string =>
    oneNode(`service s 10.96.0.9 { 8125/udp nodeport 30125 -> ${backends}; 80 nodeport 30080 -> ${backends} }`);
  await lab.load(withBackends("none"));
  await holdFlow(lab, "lan", `${NODE1}:30125/udp`, "flow");
  await hearsNothing(lab, "lan", "flow");
  await refused(lab, "lan", `${NODE1}:30125/udp`);
  await refused(lab, "lan", `${NODE1}:30080`);
  await lab.load(withBackends("b").replace("30125 -> b", "30125 -> b:5353"));
  await talksTo(lab, "lan", "flow", "b");
  await reaches(lab, "lan", `${NODE1}:30080`, { at: "b", as: NODE1, toPort: 80 });
  await lab.load(oneNode());
  await refused(lab, "lan", `${NODE1}:30080`);
});

lesson("doors over a tunnel", { topology: TWO_NODES }, async (lab) => {
  const services = [
    `service web 10.96.0.1 { 80 nodeport 30080 -> c:8080; external ${X}; loadbalancer ${L} from ${LAN_HOST}/32 }`,
    "service local 10.96.0.2 { 80 nodeport 30081 -> b, c:8080; external-traffic local; internal local }",
  ];
  const tunnel = "10.244.1.1";
  await lab.load(twoNodes(...services).replace("cluster {", "cluster { network vxlan;"));
  for (const range of ["172.20.0.0/16", "10.96.0.0/12"]) await lab.on("lan", "ip", "route", "add", range, "via", NODE1);
  await lab.on("router", "ip", "route", "add", "172.20.0.0/16", "via", NODE1);
  for (const target of [`${NODE1}:30080`, `${X}:80`, `${L}:80`, "10.96.0.1:80"])
    await reaches(lab, "lan", target, { at: "c", as: tunnel, toPort: 8080 });
  await reaches(lab, "lan", `${NODE2}:30080`, { at: "c", as: NODE2 });
  await reaches(lab, "a", `${X}:80`, { at: "c", as: A });
  for (const target of [`${X}:80`, `${NODE1}:30080`]) await reaches(lab, "node1", target, { at: "c", as: tunnel });
  await silent(lab, "node1", `${L}:80`);
  await silent(lab, "outside", `${L}:80`);
  await reaches(lab, "lan", `${NODE2}:30081`, { at: "c", as: LAN_HOST });
  await reaches(lab, "lan", `${NODE1}:30081`, { at: "b", as: LAN_HOST });
  await draws(lab, "d", `${NODE1}:30081`, ["b", "c"]);
  await reaches(lab, "a", "10.96.0.2:80", { at: "b", as: A });
  await reaches(lab, "d", "10.96.0.2:80", { at: "c", toPort: 8080 });
});

lesson(
  "a rule about a service, where nodeports listen on every address",
  { topology: TWO_NODES },
  async (lab, observe) => {
    const more = "192.168.100.150";
    await lab.on("node1", "ip", "address", "add", `${more}/32`, "dev", "ens33");
    const program = (...rules: readonly string[]): string =>
      twoNodes("service web 10.96.0.1 { 80 nodeport 30080 -> c:8080 }", ...rules).replace(
        "cluster {",
        "cluster { nodeports all;",
      );
    await observe("deny holds at each of them", async () => {
      await loadAfresh(lab, program(`deny ${LAN_HOST}, a -> web`));
      for (const target of [`${NODE1}:30080`, `${more}:30080`])
        for (const client of ["lan", "a"]) await silent(lab, client, target);
      await reaches(lab, "outside", `${more}:30080`, { at: "c", as: NODE1 });
      await reaches(lab, "b", `${more}:30080`, { at: "c", as: B });
      await reaches(lab, "a", `${C}:8080`, { at: "c", as: A });
    });
    await observe("allow opens each of them", async () => {
      await loadAfresh(lab, program(`allow ${LAN_HOST}, a, nodes -> web`, "default deny any -> pods"));
      for (const target of [`${NODE1}:30080`, `${more}:30080`])
        for (const client of ["lan", "a", "node1"]) await reaches(lab, client, target, { at: "c" });
      await silent(lab, "b", `${more}:30080`);
      await silent(lab, "outside", `${NODE1}:30080`);
    });
  },
);

lesson("up.sh with every option, again and down", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab) => {
  const program = dualStack(
    ["nodeports all"],
    [
      `service web ${vips(1)} { 80 nodeport 30080 -> b, c; affinity client 1h; external ${X}, fd00:e1::1
        loadbalancer ${L}, fd00:e2::1 from 192.168.100.0/24, fd00:100::/64; internal local; external-traffic local }`,
      "hairpin web",
    ],
  );
  const before = await lab.rules("node1");
  await lab.load(program);
  const rules = await lab.rules("node1");
  await lab.load(program);
  assert.equal(await lab.rules("node1"), rules);
  await reaches(lab, "node1", at("10.96.0.1", 80), { at: "b" });
  await lab.unload(program);
  assert.equal(await lab.rules("node1"), before);
});
