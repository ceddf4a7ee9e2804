/** The article's first lessons: a pod and its node, the way outside, and two pods on one node. */
import assert from "node:assert/strict";
import { A, B, C, NODE1, NODE2, ONE_NODE_PODS, OUTSIDE, oneNode, TWO_NODE_PODS, twoNodes } from "./cast.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { arrivals, probe, reaches, silent } from "./probe.ts";
import { ONE_NODE, TWO_NODES, withoutDefaultRoute } from "./topology.ts";

async function reachEachOther(lab: Lab): Promise<void> {
  for (const port of ["", ":80", ":53/udp"]) {
    await reaches(lab, "a", `${NODE1}${port}`, { at: "node1", as: A });
    await reaches(lab, "node1", `${A}${port}`, { at: "a", as: NODE1 });
    await reaches(lab, "a", `${B}${port}`, { at: "b", as: A });
    await reaches(lab, "b", `${A}${port}`, { at: "a", as: B });
  }
}

lesson("a pod, its node and its neighbour reach each other", { program: ONE_NODE_PODS }, async (lab, observe) => {
  await observe("the first packet needs no second try", async () => {
    // Proxy ARP with its default delay would hold it for 0.6 s.
    for (const [client, target] of [
      ["a", NODE1],
      ["b", A],
      ["node1", B],
    ] as const) {
      assert.equal((await probe(lab, client, target, { wait: 300 })).kind, "answered", `${client} -> ${target}`);
    }
  });
  await observe("nothing is translated between them", () => reachEachOther(lab));
  await observe("a pod reaches itself, by its address and on lo", async () => {
    await reaches(lab, "a", `${A}:80`, { at: "a", as: A });
    await reaches(lab, "a", "127.0.0.1:80", { at: "a", as: "127.0.0.1" });
  });
});

lesson(
  "a node without a default route serves its pods as well",
  { topology: withoutDefaultRoute(ONE_NODE), program: ONE_NODE_PODS },
  (lab) => reachEachOther(lab),
);

lesson("strict reverse path filtering changes nothing", {}, async (lab) => {
  await lab.on(
    "node1",
    "sh",
    "-c",
    "for f in all default ens33; do echo 1 > /proc/sys/net/ipv4/conf/$f/rp_filter; done",
  );
  await lab.load(oneNode("service web 10.96.0.100 -> b", "hairpin b", "masquerade pods"));
  await reachEachOther(lab);
  await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
  await reaches(lab, "b", "10.96.0.100:80", { at: "b", as: NODE1 });
  await reaches(lab, "node1", "10.96.0.100:80", { at: "b", as: NODE1 });
  await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
});

lesson("pods go outside", { topology: TWO_NODES }, async (lab, observe) => {
  await observe("without masquerade the outside sees the pod's address and cannot answer it", async () => {
    await lab.load(TWO_NODE_PODS);
    await arrivals(lab, "outside");
    await silent(lab, "a", `${OUTSIDE}:53/udp`);
    assert.deepEqual(
      (await arrivals(lab, "outside")).map(({ from }) => from),
      [A],
    );
  });

  await observe("with masquerade it sees the node and answers", async () => {
    await lab.load(twoNodes("masquerade pods"));
    for (const port of ["", ":80", ":53/udp"]) {
      await reaches(lab, "a", `${OUTSIDE}${port}`, { at: "outside", as: NODE1 });
      await reaches(lab, "c", `${OUTSIDE}${port}`, { at: "outside", as: NODE2 });
    }
    await reaches(lab, "a", "192.168.100.200:80", { at: "lan", as: NODE1 });
    await reaches(lab, "node1", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
  });

  await observe("masquerade leaves traffic between pods alone, and a pod's own node", async () => {
    await reaches(lab, "a", `${B}:80`, { at: "b", as: A });
    await reaches(lab, "a", `${C}:80`, { at: "c", as: A });
    await reaches(lab, "a", `${NODE1}:80`, { at: "node1", as: A });
    await reaches(lab, "a", `${NODE2}:80`, { at: "node2", as: NODE1 });
  });

  await observe("masquerade of one pod is not masquerade of the other", async () => {
    await lab.load(twoNodes("masquerade a"));
    await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
    await silent(lab, "b", `${OUTSIDE}:80`);
  });
});

lesson("the first address of the pod range as the gateway", {}, async (lab, observe) => {
  const program = oneNode("masquerade pods", "service web 10.96.0.100 -> b").replace(
    "cluster {",
    "cluster { gateway address;",
  );
  await lab.load(program);
  await observe("two pods on one node work side by side", () => reachEachOther(lab));
  await observe("the gateway answers, and carries traffic outside and to services", async () => {
    await reaches(lab, "a", "10.244.1.1", { at: "node1" });
    await reaches(lab, "a", "10.244.1.1:80", { at: "node1", as: A });
    await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
    await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
    await reaches(lab, "node1", "10.96.0.100:80", { at: "b", as: NODE1 });
  });
  await observe("the pod's default route goes there", async () => {
    assert.match(await lab.on("a", "ip", "route", "show", "default"), /^default via 10\.244\.1\.1 dev eth0 /);
  });
});

lesson("a gateway address of one's own choice", {}, async (lab) => {
  await lab.load(oneNode("masquerade pods").replace("cluster {", "cluster { gateway link-local 169.254.99.1;"));
  await reachEachOther(lab);
  await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
  assert.match(await lab.on("a", "ip", "route", "show", "default"), /^default via 169\.254\.99\.1 dev eth0 /);
});
