/** The article's third part: pods and services across nodes, and clients that are no pods. */
import { A, B, C, NODE1, NODE2, OUTSIDE, TWO_NODE_PODS, twoNodes } from "./cast.ts";
import { lesson } from "./lesson.ts";
import { draws, reaches, unanswered } from "./probe.ts";
import { LAN_HOST, TWO_NODES, withoutDefaultRoute } from "./topology.ts";

const PORTS = ["", ":80", ":53/udp"] as const;

lesson(
  "pods reach pods and nodes across nodes, no default route needed",
  { topology: withoutDefaultRoute(TWO_NODES), program: TWO_NODE_PODS },
  async (lab) => {
    for (const port of PORTS) {
      await reaches(lab, "a", `${C}${port}`, { at: "c", as: A });
      await reaches(lab, "c", `${A}${port}`, { at: "a", as: C });
      await reaches(lab, "node1", `${C}${port}`, { at: "c", as: NODE1 });
      await reaches(lab, "node2", `${A}${port}`, { at: "a", as: NODE2 });
      await reaches(lab, "a", `${NODE2}${port}`, { at: "node2", as: A });
    }
  },
);

lesson("the article's pods on two nodes, as it numbers them", { topology: TWO_NODES }, async (lab) => {
  await lab.load(`cluster { pods 192.168.10.0/24, 192.168.11.0/24 }
    node node1 ${NODE1} dev ens33 pods 192.168.10.0/24
    node node2 ${NODE2} dev ens33 pods 192.168.11.0/24
    pod a 192.168.10.10 on node1
    pod b 192.168.11.10 on node2
  `);
  for (const port of PORTS) {
    await reaches(lab, "a", `192.168.11.10${port}`, { at: "b", as: "192.168.10.10" });
    await reaches(lab, "b", `192.168.10.10${port}`, { at: "a", as: "192.168.11.10" });
  }
});

const SERVICES = twoNodes(
  "service web 10.96.0.100 -> c",
  "service api 10.96.0.101 { 80 -> b:8080, c:81; 53/udp -> c:5353 }",
  "service lan 10.96.0.102 { 80 -> 192.168.100.200:8080 }",
  "service far 10.96.0.103 -> 203.0.113.5",
  "service self 10.96.0.104 { 443 -> 192.168.100.100:8080 }",
  "hairpin all",
  "masquerade pods",
);

lesson("services across nodes", { topology: TWO_NODES, program: SERVICES }, async (lab, observe) => {
  await observe("a backend on another node sees the pod, or the node that asked", async () => {
    for (const port of PORTS) {
      await reaches(lab, "a", `10.96.0.100${port}`, { at: "c", as: A });
      await reaches(lab, "node1", `10.96.0.100${port}`, { at: "c", as: NODE1 });
      await reaches(lab, "node2", `10.96.0.100${port}`, { at: "c", as: NODE2 });
    }
    await reaches(lab, "a", "10.96.0.101:53/udp", { at: "c", as: A, toPort: 5353 });
  });
  await observe("backends on both nodes are drawn from both", async () => {
    for (const client of ["a", "node1", "node2", "d", "b", "c"]) await draws(lab, client, "10.96.0.101:80", ["b", "c"]);
  });
  await observe("a pod on the second node reaches itself as that node", async () => {
    await reaches(lab, "c", "10.96.0.100:80", { at: "c", as: NODE2 });
  });

  await observe("a backend that is an address on the LAN, outside, or the node's own", async () => {
    await reaches(lab, "a", "10.96.0.102:80", { at: "lan", as: NODE1, toPort: 8080 });
    await reaches(lab, "node1", "10.96.0.102:80", { at: "lan", as: NODE1, toPort: 8080 });
    for (const port of PORTS) await reaches(lab, "a", `10.96.0.103${port}`, { at: "outside", as: NODE1 });
    await reaches(lab, "node1", "10.96.0.103:80", { at: "outside", as: NODE1 });
    await reaches(lab, "a", "10.96.0.104:443", { at: "node1", as: A, toPort: 8080 });
    await reaches(lab, "node1", "10.96.0.104:443", { at: "node1", as: NODE1, toPort: 8080 });
    await reaches(lab, "node2", "10.96.0.104:443", { at: "node1", as: NODE2, toPort: 8080 });
  });

  await observe("clients that are no pods enter by a node, and backends see that node", async () => {
    await unanswered(lab, "lan", "10.96.0.100:80");
    for (const host of ["lan", "router"]) await lab.on(host, "ip", "route", "add", "10.96.0.0/12", "via", NODE1);
    for (const port of PORTS) await reaches(lab, "lan", `10.96.0.100${port}`, { at: "c", as: NODE1 });
    await reaches(lab, "outside", "10.96.0.100:80", { at: "c", as: NODE1 });
    await draws(lab, "lan", "10.96.0.101:80", ["b", "c"]);
    await reaches(lab, "lan", "10.96.0.103:80", { at: "outside", as: NODE1 });
    await reaches(lab, "outside", "10.96.0.102:80", { at: "lan", as: NODE1, toPort: 8080 });
    await reaches(lab, "outside", "10.96.0.104:443", { at: "node1", toPort: 8080 });
  });
  await observe("what they ask of a pod itself keeps their address", async () => {
    await lab.on("lan", "ip", "route", "add", "10.244.0.0/16", "via", NODE1);
    await reaches(lab, "lan", `${B}:80`, { at: "b", as: LAN_HOST });
    await reaches(lab, "lan", C, { at: "c" });
    await reaches(lab, "node1", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
  });
});
