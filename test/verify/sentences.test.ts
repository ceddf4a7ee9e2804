/** The contract's sentences, each on a small program, by walks through its meaning. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { analyze } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import type { Hook, Program } from "../../src/verify/program.ts";
import { referenceOf } from "../../src/verify/reference.ts";
import { addressOf } from "./draw.ts";
import { type Packet, walk } from "./walk.ts";

const BASE = (settings = ""): string => `
cluster { pods 10.244.0.0/16; services 10.96.0.0/12; ${settings} }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.11 on node1
pod c 10.244.2.10 on node2
hairpin all
`;

const [NODE1, NODE2, A, B, C] = ["192.168.100.100", "192.168.100.101", "10.244.1.10", "10.244.1.11", "10.244.2.10"];
const [VIP, OUTSIDE] = ["10.96.0.9", "203.0.113.5"];

function clusterOf(text: string): Cluster {
  const { value, diagnostics } = analyze({ path: "main.net", text }, () => assert.fail());
  assert.deepEqual(
    diagnostics.filter((each) => hasErrors([each])).map(({ message }) => message),
    [],
  );
  return value;
}

const meaning = (text: string, at: 1 | 2 = 1, settings = ""): Program => {
  const cluster = clusterOf(BASE(settings) + text);
  return referenceOf(cluster, cluster.nodes[at - 1]!, 4);
};

const service = (block: string, at: 1 | 2 = 1, settings = ""): Program =>
  meaning(`service w ${VIP} {\n${block}\n}`, at, settings);

interface Sent {
  readonly from: string;
  readonly to: string;
  readonly port?: number;
  /** What was asked for, where it was translated. */
  readonly asked?: string;
  readonly askedPort?: number;
  readonly protocol?: number;
  readonly state?: Packet["state"];
  readonly device?: string;
  readonly group?: number;
  readonly isWayBack?: boolean;
  /** Addresses of the node besides its declared one. */
  readonly own?: readonly string[];
}

function packetOf(sent: Sent): Packet {
  const { from, to, port = 80, asked = to, askedPort = port, protocol = 6, state = "new", device = "ens33" } = sent;
  const own = sent.own ?? [NODE1];
  return {
    source: addressOf(from),
    destination: addressOf(to),
    asked: addressOf(asked),
    protocol,
    ports: protocol === 1 ? null : { "source-port": 40000, "destination-port": port, "asked-port": askedPort },
    icmpType: protocol === 1 ? 8 : null,
    state,
    isTranslated: asked !== to || askedPort !== port,
    inDevice: device,
    outDevice: device,
    inGroup: sent.group ?? 0,
    outGroup: sent.group ?? 0,
    isWayBack: sent.isWayBack ?? true,
    isOwn: { source: own.includes(from), destination: own.includes(to) || to.startsWith("127.") },
  };
}

/** Each end with its share, where that is not all; `on` where nothing ends it. */
const fate = (program: Program, hook: Hook, sent: Sent): string =>
  walk(program, hook, packetOf(sent))
    .ends.map(({ share, end }) => `${end ?? "on"}${share === 1 ? "" : ` ${share}`}`)
    .sort()
    .join(", ");

const IN = "nat-prerouting";
const OUT = "nat-output";
const POST = "nat-postrouting";
const FORWARD = "filter-forward";
const INPUT = "filter-input";
const OUTPUT = "filter-output";

test("a service for everything leads every protocol and port to its backend, the port unchanged", () => {
  const program = meaning(`service w ${VIP} -> b`);
  assert.equal(fate(program, IN, { from: A!, to: VIP, port: 1234 }), B);
  assert.equal(fate(program, OUT, { from: NODE1!, to: VIP, protocol: 1 }), B);
  assert.equal(fate(program, IN, { from: A!, to: "10.96.0.10" }), "on");
});

test("a backend is drawn by weight, a drained one never, and a range keeps each port's place", () => {
  const program = service(
    "80 -> a:8080 weight 3, b, c weight 0\n8000-8003 nodeport 30000-30003 -> a:9000-9003\n53/udp -> b",
  );
  assert.equal(fate(program, IN, { from: A!, to: VIP }), `${A}:8080 0.75, ${B} 0.25`);
  assert.equal(fate(program, IN, { from: A!, to: VIP, port: 8002 }), `${A}:9002`);
  assert.equal(fate(program, IN, { from: A!, to: NODE1!, port: 30003 }), `${A}:9003`);
  assert.equal(fate(program, IN, { from: A!, to: VIP, port: 53, protocol: 17 }), B);
  assert.equal(fate(program, IN, { from: A!, to: VIP, port: 53 }), "on");
});

test("affinity remembers a client for each port line, through every door of it alike", () => {
  const program = service("80 nodeport 30080 -> a, b\n81 -> a, b\naffinity client 90s");
  const held = (to: string, port: number) => walk(program, IN, packetOf({ from: C!, to, port })).ends[0]?.affinity;
  assert.equal(held(VIP, 80), `service w 80/tcp for 90`);
  assert.equal(held(NODE1!, 30080), held(VIP, 80));
  assert.notEqual(held(VIP, 81), held(VIP, 80));
});

test("a nodeport listens on the node's declared address, on all but loopback, or on those in ranges", () => {
  const line = "80 nodeport 30080 -> a:8080";
  const asked = (settings: string, to: string, own: readonly string[] = []) =>
    fate(service(line, 1, settings), IN, { from: OUTSIDE, to, port: 30080, own: [NODE1!, ...own] });
  assert.equal(asked("", NODE1!), `${A}:8080`);
  assert.equal(asked("", NODE2!), "on");
  assert.equal(asked("", "192.0.2.1", ["192.0.2.1"]), "on");
  assert.equal(asked("nodeports all", "192.0.2.1", ["192.0.2.1"]), `${A}:8080`);
  assert.equal(asked("nodeports all", "192.0.2.1"), "on");
  assert.equal(asked("nodeports all", "127.0.0.1"), "on");
  assert.equal(asked("nodeports 112.0.0.0/4", "127.0.0.1"), "on");
  assert.equal(asked("nodeports 192.0.2.0/24", "192.0.2.1", ["192.0.2.1"]), `${A}:8080`);
  assert.equal(asked("nodeports 192.0.2.0/24", NODE1!), "on");
});

test("external-traffic local keeps clients from outside on this node with their own address; everybody else gets every backend", () => {
  const program = service("80 nodeport 30080 -> a\nexternal-traffic local", 2);
  const at = { to: NODE2!, port: 30080, own: [NODE2!] };
  assert.equal(fate(program, IN, { from: OUTSIDE, ...at }), "left");
  assert.equal(fate(program, INPUT, { from: OUTSIDE, ...at }), "drop");
  assert.equal(fate(program, IN, { from: C!, ...at }), `${A}:80`);
  assert.equal(fate(program, IN, { from: NODE1!, ...at }), `${A}:80`);
  const here = service("80 nodeport 30080 -> a, c\nexternal-traffic local");
  const led = { to: A!, asked: NODE1!, askedPort: 30080 };
  assert.equal(fate(here, IN, { from: OUTSIDE, to: NODE1!, port: 30080 }), `${A}:80`);
  assert.equal(fate(here, POST, { from: OUTSIDE, ...led }), "on");
  assert.equal(fate(here, POST, { from: C!, ...led }), NODE1);
  assert.equal(fate(here, POST, { from: "192.0.2.7", ...led, own: [NODE1!, "192.0.2.7"] }), NODE1);
});

test("internal local is about the service's own address, for every client, and drops where no backend is", () => {
  const program = service("80 -> a, c\n81 -> c\nexternal 198.51.100.1\ninternal local");
  assert.equal(fate(program, IN, { from: B!, to: VIP }), A);
  assert.equal(fate(program, IN, { from: OUTSIDE, to: "198.51.100.1" }), `${A} 0.5, ${C} 0.5`);
  assert.equal(fate(program, IN, { from: B!, to: VIP, port: 81 }), "on");
  assert.equal(fate(program, FORWARD, { from: B!, to: VIP, port: 81 }), "drop");
});

test("clients of a service have the node's address, but for its own pods and itself; what leaves by the tunnel has the tunnel's", () => {
  const led = { to: C!, asked: VIP };
  const program = service("80 -> c");
  assert.equal(fate(program, POST, { from: OUTSIDE, ...led }), NODE1);
  assert.equal(fate(program, POST, { from: A!, ...led }), "on");
  assert.equal(fate(program, POST, { from: NODE1!, ...led }), "on");
  assert.equal(fate(program, POST, { from: "192.0.2.7", ...led, own: [NODE1!, "192.0.2.7"] }), NODE1);
  const tunnel = service("80 -> c", 1, "network vxlan");
  assert.equal(fate(tunnel, POST, { from: NODE1!, ...led, device: "netc-vxlan" }), "10.244.1.1");
  assert.equal(fate(tunnel, POST, { from: A!, ...led, device: "netc-vxlan" }), "on");
});

test("a hairpin is where source and destination are one pod and the connection was translated", () => {
  const program = service("80 -> a, b");
  assert.equal(fate(program, POST, { from: A!, to: A!, asked: VIP }), NODE1);
  assert.equal(fate(program, POST, { from: A!, to: B!, asked: VIP }), "on");
  assert.equal(fate(program, POST, { from: A!, to: A! }), "on");
});

test("masquerade and snat leave pods and multicast alone; snat wins, and what it excepts falls to masquerade", () => {
  const program = meaning(`
    masquerade pods except 192.0.2.0/24
    masquerade a
    snat 10.244.1.0/24 to 192.168.100.100 except 198.51.100.0/24
    snat b to 192.168.100.7`);
  const leaving = (from: string, to: string) => fate(program, POST, { from, to });
  assert.equal(leaving(A!, OUTSIDE), "192.168.100.100");
  assert.equal(leaving(B!, OUTSIDE), "192.168.100.7");
  assert.equal(leaving(A!, "198.51.100.1"), "device");
  assert.equal(leaving(A!, C!), "on");
  assert.equal(leaving(A!, "224.0.0.9"), "on");
  assert.equal(leaving(C!, "192.0.2.9"), "on");
  assert.equal(leaving("10.244.3.3", OUTSIDE), "device");
});

test("policy reads the destination twice, and an allow opens backends", () => {
  const program = meaning(`service w ${VIP} { 80 nodeport 30080 -> a:8080 }
    allow 192.0.2.0/24 -> w
    deny 192.0.2.0/25 -> a
    reject 203.0.113.0/24 -> w
    deny 198.51.100.0/24 -> node1
    default deny c -> any log "no"`);
  const led = { to: A!, port: 8080, asked: VIP, askedPort: 80 };
  assert.equal(fate(program, FORWARD, { from: "192.0.2.1", ...led }), "accept");
  assert.equal(fate(program, FORWARD, { from: "192.0.2.1", to: A!, port: 8080 }), "accept", "opened");
  assert.equal(fate(program, FORWARD, { from: "192.0.2.1", to: A!, port: 22 }), "drop");
  assert.equal(fate(program, FORWARD, { from: OUTSIDE, ...led }), "reject tcp-reset");
  assert.equal(fate(program, FORWARD, { from: OUTSIDE, ...led, asked: NODE2!, askedPort: 30080 }), "reject tcp-reset");
  assert.equal(fate(program, FORWARD, { from: OUTSIDE, to: A!, port: 8080 }), "accept", "not by the service");
  assert.equal(fate(program, INPUT, { from: "198.51.100.1", to: NODE1!, port: 22 }), "drop");
  assert.equal(fate(program, INPUT, { from: "198.51.100.1", to: NODE1!, state: "established" }), "on");
  assert.equal(fate(program, FORWARD, { from: "198.51.100.1", ...led, asked: NODE1!, askedPort: 30080 }), "drop");
  const { ends, logs } = walk(program, FORWARD, packetOf({ from: C!, to: A! }));
  assert.deepEqual([ends[0]?.end, logs], ["drop", ["no"]]);
});

test("a node as a source is all that it sends, and elsewhere its address", () => {
  const text = "deny node1 -> any:25";
  assert.equal(fate(meaning(text), OUTPUT, { from: "192.0.2.7", to: C!, port: 25 }), "drop");
  assert.equal(fate(meaning(text), OUTPUT, { from: NODE1!, to: "127.0.0.1", port: 25, device: "lo" }), "on");
  assert.equal(fate(meaning(text, 2), FORWARD, { from: NODE1!, to: C!, port: 25 }), "drop");
  assert.equal(fate(meaning(text, 2), OUTPUT, { from: NODE2!, to: C!, port: 25 }), "on");
});

test("what nobody serves is refused, at a node's own address no more than the service's ports", () => {
  const program = service(
    "80 -> a\n81 nodeport 30081 -> none\n82 -> a weight 0\nexternal 198.51.100.1, 192.168.100.100",
  );
  const refused = (to: string, port: number, hook: Hook = FORWARD) => fate(program, hook, { from: OUTSIDE, to, port });
  assert.equal(refused(VIP, 81), "reject tcp-reset");
  assert.equal(refused(VIP, 82), "reject tcp-reset");
  assert.equal(refused("10.96.7.7", 80, OUTPUT), "reject tcp-reset");
  assert.equal(fate(program, FORWARD, { from: A!, to: "198.51.100.1", protocol: 1 }), "reject port-unreachable");
  assert.equal(refused(NODE1!, 81, INPUT), "reject tcp-reset");
  assert.equal(refused(NODE1!, 30081, INPUT), "reject tcp-reset");
  assert.equal(refused(NODE1!, 22, INPUT), "on");
});

test("a load balancer's sources hold at its service's ports of its addresses only, behind policy", () => {
  const program = service("80 -> a\nexternal 198.51.100.2\nloadbalancer 198.51.100.1 from 192.0.2.0/24");
  const led = (from: string, asked: string) => fate(program, FORWARD, { from, to: A!, asked });
  assert.equal(led("192.0.2.1", "198.51.100.1"), "accept");
  assert.equal(led(OUTSIDE, "198.51.100.1"), "drop");
  assert.equal(led(C!, "198.51.100.1"), "drop");
  assert.equal(led(OUTSIDE, "198.51.100.2"), "accept");
});

test("acceptance is for connections from or to pods, or translated by netc, in FORWARD alone", () => {
  const program = service("80 -> 192.0.2.7");
  assert.equal(fate(program, FORWARD, { from: A!, to: OUTSIDE }), "accept");
  assert.equal(fate(program, FORWARD, { from: OUTSIDE, to: "192.0.2.7", asked: VIP }), "accept");
  assert.equal(fate(program, FORWARD, { from: "192.0.2.7", to: OUTSIDE, asked: VIP, state: "established" }), "accept");
  assert.equal(fate(program, FORWARD, { from: OUTSIDE, to: "192.0.2.7" }), "on");
  assert.equal(fate(program, INPUT, { from: A!, to: NODE1! }), "on");
});

test("of marks that overlap the longer source prefix wins, before translation", () => {
  const program = meaning(
    `service w ${VIP} { 80 -> a }\nmark pods -> any 1\nmark a -> w 0x10/0xff\nmark node1 -> w:80 7`,
  );
  const marked = (hook: Hook, from: string, to: string) => walk(program, hook, packetOf({ from, to })).marks;
  assert.deepEqual(marked("mangle-prerouting", A!, VIP), ["16/255"]);
  assert.deepEqual(marked("mangle-prerouting", A!, OUTSIDE), [`1/${2 ** 32 - 1}`]);
  assert.deepEqual(marked("mangle-prerouting", OUTSIDE, VIP), []);
  assert.deepEqual(marked("mangle-output", NODE1!, VIP), [`7/${2 ** 32 - 1}`]);
});

test("policy never touches loopback; what a node asks of its own nodeport shows `lo` and is none", () => {
  const program = meaning(`service w ${VIP} { 80 nodeport 30080 -> a }\ndeny any -> any`);
  assert.equal(fate(program, INPUT, { from: NODE1!, to: NODE1!, device: "lo" }), "on");
  assert.equal(fate(program, OUTPUT, { from: NODE1!, to: NODE1!, device: "lo" }), "on");
  assert.equal(fate(program, OUTPUT, { from: NODE1!, to: A!, asked: NODE1!, askedPort: 30080, device: "lo" }), "drop");
});
