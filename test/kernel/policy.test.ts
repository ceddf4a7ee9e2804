/** Policy between pods and towards nodes: verdicts, order, ports, protocols, sets. */
import { A, B, C, NODE1, NODE2, OUTSIDE, oneNode, twoNodes } from "./cast.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { cut, type From, hold, reaches, refused, silent, talks } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

/** What a client gets of each target. */
interface Expected {
  readonly open?: readonly string[];
  readonly dropped?: readonly string[];
  readonly refused?: readonly string[];
}

async function gets(lab: Lab, client: string, at: string, expected: Expected, options: From = {}): Promise<void> {
  for (const target of expected.open ?? []) await reaches(lab, client, target, { at }, options);
  for (const target of expected.refused ?? []) await refused(lab, client, target, options);
  await Promise.all((expected.dropped ?? []).map((target) => silent(lab, client, target, options)));
}

const OF_B = { all: [B, `${B}:80`, `${B}:53/udp`], tcp: `${B}:80`, udp: `${B}:53/udp`, ping: B } as const;

lesson("one verdict between two pods of one node", {}, async (lab, observe) => {
  await observe("deny drops every protocol, of that pod only, in that direction only", async () => {
    await lab.load(oneNode("deny a -> b"));
    await gets(lab, "a", "b", { dropped: OF_B.all });
    await gets(lab, "node1", "b", { open: OF_B.all });
    await gets(lab, "b", "a", { open: [A, `${A}:80`, `${A}:53/udp`] });
  });
  await observe("reject answers at once", async () => {
    await lab.load(oneNode("reject a -> b"));
    await gets(lab, "a", "b", { refused: OF_B.all });
    await gets(lab, "node1", "b", { open: OF_B.all });
  });
  await observe("reject answers the node itself too, in its own OUTPUT", async () => {
    await lab.load(oneNode("reject node1 -> b, 192.168.100.200:80"));
    await gets(lab, "node1", "b", { refused: OF_B.all });
    await gets(lab, "node1", "lan", { open: ["192.168.100.200:81"], refused: ["192.168.100.200:80"] });
    await gets(lab, "a", "b", { open: OF_B.all });
  });
  await observe("the first match wins", async () => {
    await lab.load(oneNode("allow a -> b:80", "reject a -> b:81", "deny a -> b", "allow a -> b:443"));
    await gets(lab, "a", "b", { open: [`${B}:80`], refused: [`${B}:81`], dropped: [`${B}:443`, `${B}:53/udp`, B] });
  });
  await observe("defaults come last wherever they stand", async () => {
    await lab.load(oneNode("default reject any -> b", "allow a -> b:80, b:53/udp", "deny a -> b:81"));
    await gets(lab, "a", "b", { open: [`${B}:80`, `${B}:53/udp`], dropped: [`${B}:81`], refused: [`${B}:443`, B] });
    await gets(lab, "node1", "b", { refused: [`${B}:80`, `${B}:53/udp`, B] });
    await gets(lab, "b", "a", { open: [`${A}:80`] });
  });
});

lesson("everything closed but what is said", { program: oneNode() }, async (lab, observe) => {
  await lab.load(oneNode("masquerade pods", "default deny any -> any", "allow a -> b:80, b:9999/udp, 203.0.113.0/24"));
  await observe("what is allowed passes, answers and all", async () => {
    await gets(lab, "a", "b", { open: [`${B}:80`], dropped: [`${B}:81`, `${B}:53/udp`, B] });
    await gets(lab, "a", "outside", {
      open: [`${OUTSIDE}:80`, `${OUTSIDE}:53/udp`, OUTSIDE],
      dropped: ["198.51.100.7:80"],
    });
  });
  await observe("an error about it comes back", () => gets(lab, "a", "b", { refused: [`${B}:9999/udp`] }));
  await observe("nobody else gets anywhere", async () => {
    await gets(lab, "b", "a", { dropped: [`${A}:80`] });
    await gets(lab, "node1", "b", { dropped: [`${B}:80`, OUTSIDE] });
    await gets(lab, "lan", "node1", { dropped: [NODE1, `${NODE1}:22`] });
    await gets(lab, "a", "node1", { dropped: [`${NODE1}:80`] });
    await reaches(lab, "node1", `${NODE1}:80`, { at: "node1" });
  });
});

lesson("ports and protocols of a rule", {}, async (lab, observe) => {
  await observe("a port is tcp unless said otherwise", async () => {
    await lab.load(oneNode("deny a -> b:80"));
    await gets(lab, "a", "b", { open: [`${B}:81`, `${B}:80/udp`, B], dropped: [`${B}:80`] });
  });
  await observe("udp, port ranges", async () => {
    await lab.load(oneNode("deny a -> b:53/udp, b:8080-8081"));
    await gets(lab, "a", "b", {
      open: [`${B}:80`, `${B}:5353/udp`, `${B}:8080/udp`, B],
      dropped: [`${B}:53/udp`, `${B}:8080`, `${B}:8081`],
    });
  });
  await observe("a protocol as a whole", async () => {
    await lab.load(oneNode("deny a -> b:icmp", "deny node1 -> b:tcp"));
    await gets(lab, "a", "b", { open: [`${B}:80`, `${B}:53/udp`], dropped: [B] });
    await gets(lab, "node1", "b", { open: [`${B}:53/udp`, B], dropped: [`${B}:80`, `${B}:443`] });
  });
  await observe("a port on the left is the client's", async () => {
    await lab.load(oneNode("deny a:5000-5010 -> b", "reject a:6500/udp -> b:53/udp"));
    await gets(lab, "a", "b", { dropped: [`${B}:80`] }, { fromPort: 5000 });
    await gets(lab, "a", "b", { dropped: [`${B}:443`] }, { fromPort: 5010 });
    await gets(lab, "a", "b", { open: [`${B}:80`] }, { fromPort: 5011 });
    await gets(lab, "a", "b", { open: [`${B}:53/udp`] }, { fromPort: 5001 });
    await gets(lab, "a", "b", { refused: [`${B}:53/udp`] }, { fromPort: 6500 });
    await gets(lab, "a", "b", { open: [`${B}:5353/udp`, `${B}:80`] }, { fromPort: 6500 });
    await gets(lab, "a", "b", { open: [B] });
  });
});

lesson("sets and groups in a rule", { topology: TWO_NODES }, async (lab, observe) => {
  await observe("a group of pods, addresses, ranges and groups", async () => {
    await lab.load(
      twoNodes(
        "group near = b, 192.168.8.0/24",
        "group all-of-them = near, node2, 192.168.100.200",
        "deny all-of-them -> a:80",
      ),
    );
    for (const host of ["lan", "router"]) await lab.on(host, "ip", "route", "add", "10.244.0.0/16", "via", NODE1);
    await Promise.all(
      ["b", "node2", "lan"].map((client) => gets(lab, client, "a", { open: [`${A}:81`], dropped: [`${A}:80`] })),
    );
    await gets(lab, "outside", "a", { open: [`${A}:81`], dropped: [`${A}:80`] }, { from: "192.168.8.166" });
    await Promise.all(["c", "node1"].map((client) => gets(lab, client, "a", { open: [`${A}:80`] })));
    await gets(lab, "outside", "a", { open: [`${A}:80`] }, { from: "192.168.1.10" });
  });
  await observe("the words pods, nodes and any", async () => {
    await lab.load(twoNodes("deny pods -> a:80", "deny nodes -> a:81", "deny any -> a:443", "deny a -> nodes:80"));
    await Promise.all(
      ["b", "c"].map((client) => gets(lab, client, "a", { open: [`${A}:81`], dropped: [`${A}:80`, `${A}:443`] })),
    );
    await Promise.all(
      ["node1", "node2"].map((client) =>
        gets(lab, client, "a", { open: [`${A}:80`], dropped: [`${A}:81`, `${A}:443`] }),
      ),
    );
    await gets(lab, "lan", "a", { open: [`${A}:80`, `${A}:81`], dropped: [`${A}:443`] });
    await gets(lab, "a", "node1", { open: [`${NODE1}:81`], dropped: [`${NODE1}:80`] });
    await gets(lab, "a", "node2", { open: [`${NODE2}:81`], dropped: [`${NODE2}:80`] });
    await gets(lab, "b", "node2", { open: [`${NODE2}:80`] });
  });
  await observe("everything that a pod asks, and what it answers", async () => {
    await lab.load(twoNodes("service web 10.96.0.100 -> b", "deny a -> any", "deny any:5000/udp -> c"));
    await gets(lab, "a", "b", { dropped: [B, `${B}:80`, NODE1, `${NODE1}:80`, `${C}:80`, "10.96.0.100:80", OUTSIDE] });
    await gets(lab, "b", "a", { open: [A, `${A}:80`, `${A}:53/udp`] });
    await gets(lab, "node1", "a", { open: [`${A}:80`] });
    await gets(lab, "b", "c", { dropped: [`${C}:53/udp`] }, { fromPort: 5000 });
    await gets(lab, "d", "c", { open: [`${C}:80`] }, { fromPort: 5000 });
    await gets(lab, "b", "c", { open: [`${C}:53/udp`] }, { fromPort: 5001 });
  });
  await observe("a node's address in digits, and an address of its own that no statement names", async () => {
    await lab.load(twoNodes(`deny a -> ${NODE1}:80`, `deny b -> 169.254.10.24`, `deny c -> ${NODE1}/31:81`));
    await gets(lab, "a", "node1", { open: [`${NODE1}:81`], dropped: [`${NODE1}:80`] });
    await gets(lab, "a", "node2", { open: [`${NODE2}:80`] });
    await gets(lab, "b", "node1", { open: [`${NODE1}:80`], dropped: ["169.254.10.24", "169.254.10.24:80"] });
    await gets(lab, "a", "node1", { open: ["169.254.10.24:80"] });
    await gets(lab, "c", "node1", { open: [`${NODE1}:80`], dropped: [`${NODE1}:81`, `${NODE2}:81`] });
  });
  await observe("across nodes, both ends hold to it", async () => {
    await lab.load(twoNodes("deny a -> c:80", "reject 10.244.1.0/24 -> d"));
    await gets(lab, "a", "c", { open: [`${C}:81`, C], dropped: [`${C}:80`] });
    await gets(lab, "b", "c", { open: [`${C}:80`] });
    await gets(lab, "b", "d", { refused: ["10.244.2.11:80", "10.244.2.11"] });
    await gets(lab, "c", "d", { open: ["10.244.2.11:80", "10.244.2.11"] });
  });
});

lesson("the article's filter on a node", { topology: TWO_NODES }, async (lab, observe) => {
  const client = (address: string): From => ({ from: address });
  await observe("allow one host to a port, deny another everything", async () => {
    await lab.load(twoNodes("allow 192.168.8.166 -> node1:80", "deny 192.168.1.10 -> node1"));
    const all = [NODE1, `${NODE1}:80`, `${NODE1}:53/udp`];
    await gets(lab, "outside", "node1", { open: all }, client("192.168.8.166"));
    await gets(lab, "outside", "node1", { dropped: all }, client("192.168.1.10"));
    await gets(lab, "outside", "node1", { open: all }, client(OUTSIDE));
    await gets(lab, "outside", "node2", { open: [`${NODE2}:80`] }, client("192.168.1.10"));
    // The node itself may still ask the denied host.
    await reaches(lab, "node1", "192.168.1.10:80", { at: "outside" });
  });
  await observe("what is not allowed is closed by a default", async () => {
    await lab.load(twoNodes("allow 192.168.8.166 -> node1:80", "default deny any -> node1"));
    await gets(
      lab,
      "outside",
      "node1",
      { open: [`${NODE1}:80`], dropped: [`${NODE1}:81`, NODE1] },
      client("192.168.8.166"),
    );
    await gets(lab, "outside", "node1", { dropped: [`${NODE1}:80`] }, client(OUTSIDE));
    await gets(lab, "a", "node1", { dropped: [`${NODE1}:80`, `${NODE1}:53/udp`] });
    await gets(lab, "node2", "node1", { dropped: [`${NODE1}:80`] });
    await reaches(lab, "node1", `${OUTSIDE}:80`, { at: "outside" });
    await gets(lab, "a", "c", { open: [`${C}:80`] });
  });
  await observe("loopback is out of policy's reach", async () => {
    await reaches(lab, "node1", "127.0.0.1:80", { at: "node1" });
    await reaches(lab, "node1", `${NODE1}:80`, { at: "node1" });
  });
  await observe("a node as the source is all that it sends, and nothing of its pods", async () => {
    await lab.load(twoNodes("deny node1 -> c:80, 203.0.113.0/24", "masquerade pods"));
    await gets(lab, "node1", "c", { open: [`${C}:81`], dropped: [`${C}:80`] });
    await gets(lab, "node1", "outside", { open: ["198.51.100.7:80"], dropped: [`${OUTSIDE}:80`, OUTSIDE] });
    await gets(lab, "node2", "c", { open: [`${C}:80`] });
    await gets(lab, "a", "c", { open: [`${C}:80`] });
    await gets(lab, "a", "outside", { open: [`${OUTSIDE}:80`, OUTSIDE] });
  });
  await observe("an allow opens nothing that the node's own chains close", async () => {
    await lab.on("node1", "iptables", "-A", "INPUT", "-p", "tcp", "--dport", "81", "-j", "DROP");
    await lab.load(twoNodes("allow any -> node1"));
    await gets(lab, "lan", "node1", { open: [`${NODE1}:80`], dropped: [`${NODE1}:81`] });
  });
});

lesson("a new rule and connections that are open", { topology: TWO_NODES, program: twoNodes() }, async (lab) => {
  await hold(lab, "a", `${C}:80`, "to-pod");
  await hold(lab, "lan", `${NODE1}:80`, "to-node");
  await lab.load(twoNodes("deny a -> c", "deny 192.168.100.200 -> node1"));
  await Promise.all([silent(lab, "a", `${C}:80`), silent(lab, "lan", `${NODE1}:80`)]);
  await talks(lab, "a", "to-pod");
  await talks(lab, "lan", "to-node");
  // Without netc's rule for what is established, the deny would have cut them: so does one that stands before it.
  await lab.on("node1", "iptables", "-I", "FORWARD", "-s", A, "-j", "DROP");
  await cut(lab, "a", "to-pod");
});
