/** The awk program that judges connections, on made-up tables, by every awk that is here. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { type Address, ipv4, ipv6 } from "../../../src/address/address.ts";
import { contains, type Prefix, prefixOf } from "../../../src/address/prefix.ts";
import { analyze, planNode } from "../../../src/compile.ts";
import { hasErrors } from "../../../src/diagnostics/diagnostic.ts";
import { connectionsText } from "../../../src/emit/shell/flush-data.ts";
import { JUDGE } from "../../../src/emit/shell/flush-judge.ts";
import type { Draining, FilterHook, Match, NodePlan, PacketPlan } from "../../../src/plan/plan.ts";
import { parsed } from "../../address/arbitraries.ts";
import { plan } from "../../plan/arbitrary.ts";
import { filterFate, type Packet, senderFate } from "../../plan/evaluate.ts";

const AWKS: readonly (readonly string[])[] = [
  ["awk"],
  ["mawk"],
  ["gawk", "--posix"],
  ["original-awk"],
  ["busybox", "awk"],
].filter((argv) => spawnSync(argv[0]!, [...argv.slice(1), "BEGIN {}"]).status === 0);

const folder = mkdtempSync(join(tmpdir(), "netc-flush-"));
after(() => rmSync(folder, { recursive: true }));

interface Input {
  readonly family: 4 | 6;
  readonly facts: string;
  readonly former?: string;
  readonly local?: string;
  /** Left out, everybody is reached by the default route. */
  readonly main?: string;
  readonly made?: string;
  readonly entries: readonly string[];
}

const PARTS = ["facts", "former", "made", "local", "main", "entries"] as const;

function judge(awk: readonly string[], input: Input): readonly string[] {
  const files = PARTS.flatMap((part) => {
    const said = input[part] ?? (part === "main" ? "default via 192.168.100.1 dev ens33\n" : "");
    writeFileSync(join(folder, part), typeof said === "string" ? said : said.map((line) => `${line}\n`).join(""));
    return [`part=${part}`, join(folder, part)];
  });
  const argv = [...awk.slice(1), "-v", `family=${input.family}`, JUDGE, ...files];
  const { stdout, stderr, status } = spawnSync(awk[0]!, argv, {
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  assert.equal(stderr, "");
  assert.equal(status, 0);
  return stdout.split("\n").filter((line) => line !== "");
}

/** The same from every awk. */
function judgeAll(input: Input): readonly string[] {
  const [first, ...others] = AWKS.map((awk) => judge(awk, input));
  for (const other of others) assert.deepEqual(other.toSorted(), first!.toSorted());
  return first!;
}

function planOf(program: string): NodePlan {
  const source = { path: "flush.net", text: program };
  const { value: cluster, diagnostics } = analyze(source, () => source);
  assert.ok(!hasErrors(diagnostics));
  return planNode(cluster, cluster.nodes[0]!);
}

const factsOf = (program: string, family: 4 | 6): string =>
  connectionsText(planOf(program).packets.find((packets) => packets.family === family)!);

// ---- examples ----

const HERE = "local 192.168.100.100 dev ens33 proto kernel scope host src 192.168.100.100\nlocal 127.0.0.0/8 dev lo\n";
const CLUSTER = `cluster { pods 10.244.0.0/16 }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.11 on node1
pod c 10.244.1.12 on node1
`;

const tcp = (client: string, asked: string, now = asked, back = client): string => {
  const [from, to, answer, answered] = [client, asked, now, back].map((end) => end.split(":"));
  const tuple = (one: readonly string[], other: readonly string[]): string =>
    `src=${one[0]} dst=${other[0]} sport=${one[1]} dport=${other[1]}`;
  return `tcp      6 431999 ESTABLISHED ${tuple(from!, to!)} ${tuple(answer!, answered!)} [ASSURED] mark=0 use=1`;
};
const udp = (...ends: readonly [string, string, string?]): string =>
  tcp(...ends).replace("tcp      6 431999 ESTABLISHED", "udp      17 29");

const ended = (program: string, entries: readonly string[], more: Partial<Input> = {}): readonly string[] =>
  judgeAll({ family: 4, facts: factsOf(program, 4), local: HERE, entries, ...more })
    .filter((line) => line.startsWith("entry "))
    .map((line) => line.slice("entry ".length));

test("there is an awk, and its program fits into single quotes", () => {
  assert.ok(AWKS.length > 0);
  assert.ok(!JUDGE.includes("'"));
});

test("what the policy refuses ends, and nothing else", () => {
  const entries = [tcp("10.244.1.10:4000", "10.244.1.12:80"), tcp("10.244.1.11:4000", "10.244.1.12:80")];
  assert.deepEqual(ended(`${CLUSTER}deny a -> c`, entries), [
    "-p tcp -d 10.244.1.12 -r 10.244.1.12 --dport 80 --reply-port-src 80 -s 10.244.1.10",
  ]);
  assert.deepEqual(ended(CLUSTER, entries), []);
});

test("the client's port is named only where the verdict hangs on it", () => {
  const entries = [4000, 5000].map((port) => tcp(`10.244.1.10:${port}`, "10.244.1.12:80"));
  assert.deepEqual(ended(`${CLUSTER}deny a:5000-5999 -> c`, entries), [
    "-p tcp -d 10.244.1.12 -r 10.244.1.12 --dport 80 --reply-port-src 80 -s 10.244.1.10 --sport 5000",
  ]);
  assert.equal(ended(`${CLUSTER}deny a -> c`, entries).length, 1);
});

test("a connection to the node, and one of the node's own, meet the policy of INPUT and OUTPUT", () => {
  const node = "192.168.100.100";
  const entries = [
    tcp("10.244.1.10:4000", `${node}:22`),
    tcp(`${node}:4000`, "10.244.1.11:80"),
    tcp(`${node}:4001`, `${node}:22`),
    tcp("127.0.0.1:4001", "127.0.0.1:22"),
  ];
  assert.equal(ended(`${CLUSTER}deny any -> any`, entries).length, 2);
  assert.match(
    ended(`${CLUSTER}deny any -> node1`, entries).join("\n"),
    /^-p tcp -d 192\.168\.100\.100 [^\n]*-s 10\.244\.1\.10$/,
  );
  assert.match(ended(`${CLUSTER}deny node1 -> any`, entries).join("\n"), /^-p tcp -d 10\.244\.1\.11 [^\n]*$/);
});

test("what is delivered here is what the table local holds, whole ranges too, and what no table holds", () => {
  const local = `${HERE}local 10.96.0.0/11 dev lo\nbroadcast 192.168.100.255 dev ens33\nblackhole 10.0.0.0/8\n`;
  const to = (asked: string): number =>
    ended(`${CLUSTER}deny any -> node1`, [udp("10.244.1.10:4000", `${asked}:9`)], { local }).length;
  const delivered = ["10.96.0.0", "10.127.255.255", "192.168.100.255", "224.0.0.251", "255.255.255.255"];
  assert.deepEqual(delivered.map(to), [1, 1, 1, 1, 1]);
  assert.deepEqual(["10.95.255.255", "10.128.0.0", "192.168.100.254", "240.0.0.1"].map(to), [0, 0, 0, 0]);
});

test("what was judged once is judged alike, and what differs is judged anew", () => {
  const [c, d] = ["10.0.0.3", "10.0.0.4"];
  const facts = `rule forward policy end dst=0a000003 sport=5000\nrule forward policy end dport=8080\n`;
  const entries = [
    tcp("10.0.0.1:1", `${d}:80`, `${d}:8080`),
    tcp("10.0.0.1:2", `${d}:80`, `${d}:8081`),
    tcp("10.0.0.1:5000", `${c}:80`),
    tcp("10.0.0.1:6000", `${c}:80`),
    tcp("10.0.0.1:3", `${d}:80`, `${d}:8080`),
  ];
  assert.deepEqual(judgeAll({ family: 4, facts, entries }), [
    `entry -p tcp -d ${d} -r ${d} --dport 80 --reply-port-src 8080 -s 10.0.0.1`,
    `entry -p tcp -d ${c} -r ${c} --dport 80 --reply-port-src 80 -s 10.0.0.1 --sport 5000`,
  ]);
});

test("an ICMP type is a whole number", () => {
  const ping = (type: number): string =>
    `icmp     1 29 src=10.0.0.1 dst=10.0.0.2 type=${type} code=0 id=5 src=10.0.0.2 dst=10.0.0.1 type=0 code=0 id=5 mark=0 use=1`;
  const facts = "rule forward policy end type=13,128\n";
  assert.deepEqual(judgeAll({ family: 4, facts, entries: [1, 3, 13, 28, 128].map(ping) }), [
    "entry -p icmp -d 10.0.0.2 -r 10.0.0.2 --icmp-type 13 -s 10.0.0.1",
    "entry -p icmp -d 10.0.0.2 -r 10.0.0.2 --icmp-type 128 -s 10.0.0.1",
  ]);
});

test("DHCP is nobody's business", () => {
  assert.deepEqual(ended(`${CLUSTER}default deny any -> any`, [udp("0.0.0.0:68", "255.255.255.255:67")]), []);
});

const WEB = "service web 10.96.0.100 { 80 -> b:8080, c:8080 weight 0; 9000-9009 -> b:7000-7009; 53/udp -> b }";
const A = "10.244.1.10:4000";

test("what leads where its door leads goes on, a drained backend too", () => {
  const entries = [
    tcp(A, "10.96.0.100:80", "10.244.1.11:8080"),
    tcp(A, "10.96.0.100:80", "10.244.1.12:8080"),
    tcp(A, "10.96.0.100:9003", "10.244.1.11:7003", "192.168.100.100:777"),
    udp(A, "10.96.0.100:53", "10.244.1.11:53"),
    tcp(A, "203.0.113.5:80", "203.0.113.5:80", "192.168.100.100:999"),
  ];
  assert.deepEqual(ended(CLUSTER + WEB, entries), []);
});

test("what leads elsewhere ends, on whichever port, and what a door would translate and is not", () => {
  const entries = [
    tcp(A, "10.96.0.100:80", "10.244.1.11:80"),
    tcp(A, "10.96.0.100:80", "10.244.1.99:8080"),
    tcp(A, "10.96.0.100:9003", "10.244.1.11:7004"),
    udp(A, "10.96.0.100:53", "10.244.1.12:53"),
    udp(A, "10.96.0.100:53"),
  ];
  assert.equal(ended(CLUSTER + WEB, entries).length, entries.length);
});

test("many clients of one backend that is gone are ended in one go", () => {
  const entries = Array.from({ length: 50 }, (_, at) =>
    udp(`10.244.1.10:${at + 1000}`, "10.96.0.100:53", "10.244.1.12:53"),
  );
  assert.deepEqual(ended(CLUSTER + WEB, entries), [
    "-p udp -d 10.96.0.100 -r 10.244.1.12 --dport 53 --reply-port-src 53",
  ]);
});

test("a service of every protocol keeps port and protocol", () => {
  const ping =
    "icmp     1 29 src=10.244.1.10 dst=10.96.0.7 type=8 code=0 id=5 src=10.244.1.12 dst=10.244.1.10 type=0 code=0 id=5 mark=0 use=1";
  const odd = "unknown  99 599 src=10.244.1.10 dst=10.96.0.7 [UNREPLIED] src=10.244.1.12 dst=10.244.1.10 mark=0 use=1";
  const entries = [ping, odd, tcp(A, "10.96.0.7:80", "10.244.1.12:80")];
  assert.deepEqual(ended(`${CLUSTER}service x 10.96.0.7 -> c`, entries), []);
  assert.deepEqual(ended(`${CLUSTER}service x 10.96.0.7 -> b`, entries), [
    "-p icmp -d 10.96.0.7 -r 10.244.1.12 --icmp-type 8",
    "-p 99 -d 10.96.0.7 -r 10.244.1.12",
    "-p tcp -d 10.96.0.7 -r 10.244.1.12 --dport 80 --reply-port-src 80",
  ]);
});

test("a door that is gone is remembered, or lies in the declared range; what others translate is theirs", () => {
  const entries = [tcp(A, "10.96.0.100:81", "10.244.1.11:8080"), udp(A, "10.96.0.100:81", "10.244.1.11:8080")];
  assert.deepEqual(ended(CLUSTER + WEB, entries), []);
  assert.equal(ended(CLUSTER + WEB, entries, { former: "6 0a600064 81\n17 0a600065 *\n" }).length, 1);
  assert.equal(ended(CLUSTER, entries, { former: "* 0a600064 *\n" }).length, 2);
  assert.equal(ended(CLUSTER.replace("16 }", "16; services 10.96.0.0/12 }"), entries).length, 2);
});

const DOORS =
  "service d 10.96.0.9 { 80 nodeport 30080 -> b:8080, c:8080; external 172.20.1.1; external-traffic local }";
const OTHER = "node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24\npod d 10.244.2.10 on node2\n";

test("a nodeport is a door where nodeports listen, and clients from outside have their own", () => {
  const node = "192.168.100.100";
  const [inside, outside] = [A, "203.0.113.5:4000"];
  const program = CLUSTER + OTHER + DOORS.replace("c:8080", "d:8080");
  const at = (client: string, door: string, to: string) => tcp(client, door, to, `${node}:999`);
  for (const door of [`${node}:30080`, "172.20.1.1:80"]) {
    const [here, there] = ["10.244.1.11:8080", "10.244.2.10:8080"];
    assert.deepEqual(ended(program, [at(inside, door, here), at(inside, door, there), at(outside, door, here)]), []);
    const [asked, port] = door.split(":");
    assert.deepEqual(ended(program, [at(inside, door, there), at(outside, door, there)]), [
      `-p tcp -d ${asked} -r 10.244.2.10 --dport ${port} --reply-port-src 8080 -s 203.0.113.5`,
    ]);
  }
  const elsewhere = at(outside, "192.168.100.7:30080", "10.244.2.10:8080");
  assert.deepEqual(ended(program, [elsewhere]), []);
  const local = `${HERE}local 192.168.100.7 dev ens33\n`;
  assert.equal(ended(program.replace("{ pods", "{ nodeports all; pods"), [elsewhere], { local }).length, 1);
});

test("a nodeport that is gone is remembered at the node's own addresses", () => {
  const entries = ["192.168.100.100:30080", "203.0.113.9:30080"].map((door) => tcp(A, door, "10.244.1.11:8080"));
  assert.equal(ended(CLUSTER, entries, { former: "6 nodeport 30080\n" }).length, 1);
  assert.deepEqual(ended(CLUSTER, entries, { former: "17 nodeport 30080\n" }), []);
});

test("an entry of a zone is left alone", () => {
  const entry = tcp("10.244.1.10:4000", "10.244.1.12:80").replace("mark=0", "mark=0 zone=5");
  assert.deepEqual(ended(`${CLUSTER}deny a -> c`, [entry]), []);
});

test("IPv6 addresses are what they are, however they are written", () => {
  const cluster =
    "cluster { pods fd00:244::/32 }\nnode n fd00:100::100 dev e pods fd00:244:1::/64\npod a fd00:244:1::10 on n\n";
  const local = "local fd00:100::100 dev e proto kernel metric 0\nlocal ::1 dev lo\n";
  const entries = [
    tcp("S:1", "D:80").replaceAll("=S ", "=fd00:244:1::10 ").replaceAll("=D ", "=2001:db8::1e0 "),
    tcp("S:1", "D:80").replaceAll("=S ", "=fd00:244:1::11 ").replaceAll("=D ", "=2001:db8::1e0 "),
    tcp("S:1", "D:80").replaceAll("=S ", "=::1 ").replaceAll("=D ", "=::1 "),
    tcp("S:1", "D:80").replaceAll("=S ", "=fd00:244:1::10 ").replaceAll("=D ", "=::5.6.7.8 "),
    tcp("S:1", "D:80").replaceAll("=S ", "=fd00:244:1::10 ").replaceAll("=D ", "=::5.6.7.9 "),
    tcp("S:1", "D:80").replaceAll("=S ", "=fd00:244:1::10 ").replaceAll("=D ", "=2001:db8:1:2:3:4:5:6 "),
  ];
  const facts = factsOf(`${cluster}deny a -> 2001:db8::/32\ndeny any -> ::506:708`, 6);
  assert.deepEqual(judgeAll({ family: 6, facts, local, entries }), [
    "entry -p tcp -d 2001:db8::1e0 -r 2001:db8::1e0 --dport 80 --reply-port-src 80 -s fd00:244:1::10",
    "entry -p tcp -d ::5.6.7.8 -r ::5.6.7.8 --dport 80 --reply-port-src 80 -s fd00:244:1::10",
    "entry -p tcp -d 2001:db8:1:2:3:4:5:6 -r 2001:db8:1:2:3:4:5:6 --dport 80 --reply-port-src 80 -s fd00:244:1::10",
  ]);
});

test("a source of this node's pods that the node has no way back to ends, and no other", () => {
  const main =
    "default via 192.168.100.1 dev ens33\n10.244.1.10 dev veth-pod-a scope link\nunreachable 10.244.1.0/24\n" +
    "10.244.1.128/25 via 10.244.1.10 dev veth-pod-a\nunreachable 10.244.1.200\n10.244.2.0/24 via 192.168.100.101 dev ens33 onlink\n";
  const sources = ["10.244.1.10", "10.244.1.77", "10.244.1.130", "10.244.1.200", "10.244.2.10", "203.0.113.5"];
  const entries = sources.map((from) => udp(`${from}:4000`, "10.244.2.11:53"));
  const facts = factsOf(CLUSTER, 4);
  const left = (routes: string) =>
    judgeAll({ family: 4, facts, local: HERE, main: routes, entries }).map((line) => / -s (\S+)/.exec(line)?.[1]);
  assert.deepEqual(left(main), ["10.244.1.77", "10.244.1.200"]);
  // Where a route that is not a default one covers the slice, nobody can tell by which way they came.
  assert.deepEqual(left(main.replace("unreachable 10.244.1.0/24", "10.244.1.0/24 dev ens33 proto kernel")), [
    "10.244.1.200",
  ]);
  assert.deepEqual(left("10.244.1.10 dev veth-pod-a scope link\n"), ["10.244.1.77", "10.244.1.130", "10.244.1.200"]);
});

test("a link's own source ends where only pods' links have the destination", () => {
  const cluster =
    "cluster { pods fd00:244::/32 }\nnode n fd00:100::100 dev e pods fd00:244:1::/64\npod a fd00:244:1::10 on n\n";
  const local =
    "local fd00:100::100 dev e\nlocal fe80::1 dev veth-pod-a\nlocal fe80::1 dev veth-pod-b\nlocal fe80::7 dev e\nlocal fe80::8 dev e\nlocal fe80::8 dev veth-pod-a\n";
  const made = "pod pod-a veth-pod-a\npod pod-b veth-pod-b\n";
  const entries = ["fe80::1", "fe80::7", "fe80::8"].map((to) =>
    tcp("S:1", "D:22").replaceAll("=S ", "=fe80::99 ").replaceAll("=D ", `=${to} `),
  );
  assert.deepEqual(
    judgeAll({ family: 6, facts: factsOf(cluster, 6), local, made, main: "default via fe80::5 dev e\n", entries }),
    [
      "socket - ( src [fe80::1]:22 dst [fe80::99]:1 )",
      "entry -p tcp -d fe80::1 -r fe80::1 --dport 22 --reply-port-src 22 -s fe80::99",
    ],
  );
});

test("a tunnel's entries end where no declared node sends them to this one", () => {
  const program = `${CLUSTER.replace("{ pods", "{ network vxlan; pods")}node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24\n`;
  const [here, there] = ["192.168.100.100:4789", "192.168.100.101:4789"];
  const between = [udp("192.168.100.101:40000", here), udp("192.168.100.100:40000", there)];
  assert.deepEqual(ended(program, between), []);
  for (const client of ["10.244.1.10:40000", "203.0.113.5:40000"]) {
    for (const asked of [here, there]) assert.equal(ended(program, [...between, udp(client, asked)]).length, 1);
    // What was translated there, and left as the node.
    const translated = tcp(client, "10.96.0.9:6000", there, here).replace(
      "tcp      6 431999 ESTABLISHED",
      "udp      17 29",
    );
    assert.equal(ended(program, [translated]).length, 1);
  }
});

test("sockets of both ends are named where they are, fifty at a time; of TCP alone", () => {
  const made = "pod pod-a veth-pod-a\naddress pod-a eth0 -4 10.244.1.10/32\naddress - veth-pod-a -4 169.254.10.24/32\n";
  const sockets = (entries: readonly string[]): readonly string[] =>
    judgeAll({ family: 4, facts: factsOf(`${CLUSTER}deny any -> any`, 4), local: HERE, made, entries })
      .filter((line) => line.startsWith("socket "))
      .toSorted();
  const toNode = tcp("10.244.1.10:4000", "10.96.0.9:80", "192.168.100.100:8080", "10.244.1.10:4444");
  assert.deepEqual(sockets([toNode, udp(A, "192.168.100.100:53")]), [
    "socket - ( src 192.168.100.100:8080 dst 10.244.1.10:4444 )",
    "socket pod-a ( src 10.244.1.10:4000 dst 10.96.0.9:80 )",
  ]);
  const many = sockets(Array.from({ length: 120 }, (_, at) => tcp(`10.244.1.10:${at + 1}`, "203.0.113.5:80")));
  assert.deepEqual(
    many.map((line) => line.split(" or ").length).toSorted((a, b) => a - b),
    [20, 50, 50],
  );
});

test("one more backend, or one more service, is one line", () => {
  const lines = (program: string): readonly string[] => factsOf(program, 4).split("\n");
  const before = lines(`${CLUSTER}service x 10.96.0.7 { 80 -> b }\ndeny a -> c`);
  const after = lines(`${CLUSTER}service x 10.96.0.7 { 80 -> b, c }\nservice y 10.96.0.8 -> c\ndeny a -> c`);
  assert.equal(after.filter((line) => !before.includes(line)).length, 2);
});

// ---- against the evaluator of plans ----

interface Entry {
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly source: Address;
  readonly asked: Address;
  readonly now: Address;
  readonly back: Address;
  readonly sport: number;
  readonly aport: number;
  readonly nport: number;
  readonly type: number;
}

const address = fc.integer({ min: 0, max: 15 }).map((value) => ipv4(0x0a000000 + value));
const port = fc.integer({ min: 1, max: 4 });
const entryOf = (asked: fc.Arbitrary<Address>): fc.Arbitrary<Entry> =>
  fc
    .record({
      protocol: fc.constantFrom("tcp", "udp", "icmp" as const),
      source: address,
      asked,
      now: address,
      isTranslated: fc.boolean(),
      back: fc.option(address),
      sport: port,
      aport: port,
      nport: port,
      type: fc.constantFrom(1, 3, 8),
    })
    .map(({ isTranslated, back, ...entry }) => ({
      ...entry,
      back: back ?? entry.source,
      ...(isTranslated ? {} : { now: entry.asked, nport: entry.aport }),
      ...(entry.protocol === "icmp" ? { sport: entry.type, aport: entry.type, nport: entry.type } : {}),
    }));

function lineOf({ protocol, source, asked, now, back, sport, aport, nport, type }: Entry): string {
  const family = source.family;
  const tuple = (from: Address, to: Address, ...ports: readonly [number, number]): string =>
    `src=${from.text} dst=${to.text} ${
      protocol === "icmp" ? `type=${type} code=0 id=9` : `sport=${ports[0]} dport=${ports[1]}`
    }`;
  const head = {
    tcp: "tcp      6 99 CLOSE_WAIT",
    udp: "udp      17 9",
    icmp: family === 4 ? "icmp     1 9" : "icmpv6   58 9",
  };
  return `${head[protocol]} ${tuple(source, asked, sport, aport)} [UNREPLIED] ${tuple(now, back, nport, sport)} mark=0 use=1`;
}

/** What the filter of conntrack's options says of an entry. */
function isMeant(options: string, { protocol, source, asked, now, sport, aport, nport, type }: Entry): boolean {
  const words = options.split(" ");
  const values: Readonly<Record<string, string>> = {
    "-p": protocol === "icmp" && source.family === 6 ? "icmpv6" : protocol,
    "-s": source.text,
    "-d": asked.text,
    "-r": now.text,
    "--sport": String(sport),
    "--dport": String(aport),
    "--reply-port-src": String(nport),
    "--icmp-type": String(type),
    "--icmpv6-type": String(type),
  };
  for (let at = 0; at < words.length; at += 2) {
    assert.ok(words[at]! in values, options);
    if (values[words[at]!] !== words[at + 1]) return false;
  }
  return true;
}

/** Of a filter's conditions those that a connection has, ports beside a protocol that has them. */
function judgedMatch(match: Match): Match {
  const protocol = match.find((condition) => condition.kind === "protocol")?.protocol ?? "icmp";
  return match
    .filter(({ kind }) => kind !== "leaves-by" && kind !== "own-source")
    .map((condition) =>
      condition.kind === "asked" && protocol === "icmp" ? { ...condition, ports: null } : condition,
    );
}

function judgedPlan(packets: PacketPlan): PacketPlan {
  const stages = (hook: FilterHook) =>
    Object.fromEntries(
      Object.entries(packets.filter[hook]).map(([stage, verdicts]) => [
        stage,
        stage === "established" || stage === "invalid"
          ? []
          : verdicts.map((verdict) => ({ ...verdict, match: judgedMatch(verdict.match) })),
      ]),
    ) as unknown as PacketPlan["filter"]["input"];
  // A source among this node's pods, as plans have it.
  const sources = packets.senders.others
    .flatMap(({ match }) => match.filter(({ kind }) => kind === "source"))
    .slice(0, 1);
  const fact = { action: "drop", log: null, statement: "sources", origin: null } as const;
  const others = sources.map((source) => ({ ...fact, match: [source, { kind: "astray" } as const] }));
  return {
    ...packets,
    senders: { pods: [], others },
    filter: { input: stages("input"), forward: stages("forward"), output: stages("output") },
  };
}

const isAt = (
  { protocol, port: ports }: Pick<Draining, "protocol" | "port">,
  { protocol: said, aport }: Entry,
): boolean => protocol === said && (ports === null || (ports.first <= aport && aport <= ports.last));

interface Way {
  readonly prefix: Prefix;
  readonly leads: boolean;
}

interface Ground {
  readonly ways: readonly Way[];
  readonly packets: PacketPlan;
  readonly former: readonly Omit<Draining, "backends">[];
  readonly local: readonly Address[];
}

const isOneOf = (all: readonly Address[], { text }: Address): boolean => all.some((each) => each.text === text);
const isIn = (ranges: readonly Prefix[], one: Address): boolean => ranges.some((range) => contains(range, one));

function listens({ packets: { nodeports }, local }: Ground, { asked }: Entry): boolean {
  if (nodeports.kind === "named") return isIn(nodeports.prefixes, asked);
  return isOneOf(local, asked) && (nodeports.within === null || isIn(nodeports.within, asked));
}

/** The open door that a new connection finds, and the drained ones beside it. */
function doorsFor(ground: Ground, entry: Entry, address: Address | null): readonly Omit<Draining, "statement">[] {
  const { packets, local } = ground;
  const isOutside = !isOneOf(local, entry.source) && !isIn(packets.inside, entry.source);
  const isHere = (door: Omit<Draining, "backends">): boolean =>
    door.address?.text === address?.text && isAt(door, entry);
  const open = packets.services.filter(isHere);
  const found =
    (isOutside ? open.find(({ clients }) => clients === "outside") : undefined) ??
    open.find(({ clients }) => clients === "all");
  return [...(found === undefined ? [] : [found]), ...packets.draining.filter(isHere)];
}

function strays(ground: Ground, entry: Entry): boolean {
  const { packets, former, local } = ground;
  const { asked, now, aport, nport } = entry;
  const isTranslated = asked.text !== now.text || aport !== nport;
  const exact = doorsFor(ground, entry, asked);
  const doors = exact.length > 0 || !listens(ground, entry) ? exact : doorsFor(ground, entry, null);
  const leads = doors.some(({ backends, port: ports }) =>
    backends.some((to) => {
      const toPort = to.port === null ? aport : to.port.first + aport - ports!.first;
      return to.address.text === now.text && toPort === nport;
    }),
  );
  const isOpen = doors.some((door) => "clients" in door && door.backends.length > 0);
  if (doors.length > 0) return !leads && (isTranslated || isOpen);
  const wasThere = former.some(
    (door) => isAt(door, entry) && (door.address === null ? isOneOf(local, asked) : door.address.text === asked.text),
  );
  return isTranslated && (isIn(packets.serviceRanges, asked) || wasThere);
}

/** Whether the longest way leads anywhere. */
function hasWay(ways: readonly Way[], to: Address): boolean {
  const [longest] = ways
    .filter(({ prefix }) => contains(prefix, to))
    .toSorted((a, b) => b.prefix.length - a.prefix.length);
  return longest?.leads === true;
}

function isRefused({ packets, local, ways }: Ground, entry: Entry): boolean {
  const isLocal = (each: Address): boolean => local.some(({ text }) => text === each.text);
  const hook = isLocal(entry.source) ? "output" : isLocal(entry.now) ? "input" : "forward";
  const packet: Packet = {
    source: entry.source,
    destination: entry.now,
    protocol: entry.protocol,
    sourcePort: entry.sport,
    destinationPort: entry.nport,
    asked: entry.asked,
    askedPort: entry.aport,
    state: "new",
    loopback: isLocal(entry.source) && isLocal(entry.now),
    leavesBy: "",
    isFromNode: isLocal(entry.source),
    isOwn: isLocal(entry.asked),
    isFromPod: false,
    isToPod: false,
    isAstray: !hasWay(ways, entry.source),
  };
  if (hook !== "output" && senderFate(packets, packet) === "drop") return true;
  const fate = filterFate(packets, hook, packet);
  return fate === "drop" || fate === "reject";
}

/** The same in IPv6: every address, and every prefix 96 bits longer. */
function widened<T>(what: T): T {
  if (Array.isArray(what)) return what.map(widened) as T;
  if (typeof what !== "object" || what === null) return what;
  if ("family" in what && "value" in what) return wide(what as unknown as Address) as T;
  if ("length" in what && "address" in what) {
    const { length, address: first } = what as { readonly length: number; readonly address: Address };
    return { address: wide(first), length: length + 96, text: `${wide(first).text}/${length + 96}` } as T;
  }
  const entries = Object.entries(what).map(([key, value]) => [key, key === "family" ? 6 : widened(value)]);
  return Object.fromEntries(entries) as T;
}
const wide = ({ value }: Address): Address => ipv6((0xfd00n << 112n) + BigInt(value));

const formerLine = ({ protocol, address: at, port: ports }: Omit<Draining, "backends">): string => {
  const digits = at?.value.toString(16).padStart(at.family === 4 ? 8 : 32, "0");
  return `${protocol === "tcp" ? 6 : 17} ${digits ?? "nodeport"} ${ports!.first}\n`;
};

const way: fc.Arbitrary<Way> = fc
  .record({ to: address, length: fc.integer({ min: 28, max: 32 }), leads: fc.boolean() })
  .map(({ to, length, leads }) => ({ prefix: prefixOf(to, length), leads }));

const wayLine = ({ prefix: { text, length, address: to }, leads }: Way): string => {
  const said = length === (to.family === 4 ? 32 : 128) ? to.text : text;
  return leads ? `${said} dev veth-pod-a scope link\n` : `unreachable ${said} metric 1024\n`;
};

const ground = fc
  .record({ plan, past: plan, local: fc.uniqueArray(address, { maxLength: 4, selector: ({ text }) => text }) })
  .chain(({ plan: { packets }, past, local }) => {
    const doors = [...packets[0]!.services, ...packets[0]!.draining, ...past.packets[0]!.services];
    const doorAddresses = doors.flatMap(({ address: at }) => at ?? local);
    const asked = doorAddresses.length === 0 ? address : fc.oneof(address, fc.constantFrom(...doorAddresses));
    return fc.record({
      packets: fc.constant(judgedPlan(packets[0]!)),
      former: fc.constant(past.packets[0]!.services),
      local: fc.constant(local),
      ways: fc.uniqueArray(way, { maxLength: 6, selector: ({ prefix: { text } }) => text }),
      entries: fc.array(entryOf(asked), { minLength: 30, maxLength: 30 }),
    });
  });

for (const family of [4, 6] as const) {
  for (const awk of AWKS) {
    test(`a connection ends exactly where the plan has no place for it, IPv${family}, ${awk.join(" ")}`, () => {
      const seen = { strays: 0, refused: 0, kept: 0 };
      fc.assert(
        fc.property(ground, (drawn) => {
          const { entries, ...rest } = family === 4 ? drawn : widened(drawn);
          const facts = connectionsText(rest.packets);
          const options = judge(awk, {
            family,
            facts,
            former: rest.former.map(formerLine).join(""),
            local: rest.local.map(({ text }) => `local ${text} dev lo\n`).join(""),
            main: rest.ways.map(wayLine).join(""),
            entries: entries.map(lineOf),
          })
            .filter((line) => line.startsWith("entry "))
            .map((line) => line.slice("entry ".length));
          for (const entry of entries) {
            const [isStray, isDenied] = [strays(rest, entry), isRefused(rest, entry)];
            seen[isStray ? "strays" : isDenied ? "refused" : "kept"] += 1;
            const found = options.some((each) => isMeant(each, entry));
            assert.equal(found, isStray || isDenied, `${lineOf(entry)}\n${options.join("\n")}\n${facts}`);
          }
        }),
        { numRuns: 150 },
      );
      for (const [kind, count] of Object.entries(seen)) assert.ok(count > 100, `${kind}: only ${count}`);
    });
  }
}

test("an address that reads like a number is compared as text", () => {
  const facts = "rule forward policy end src=1e000001 dst=00000010-1e000002\n";
  const client = parsed("30.0.0.1");
  const entries = [
    tcp(`${client.text}:1`, "30.0.0.0:2"),
    tcp(`${client.text}:1`, "64.0.0.0:2"),
    tcp("0.0.0.10:1", "30.0.0.0:2"),
  ];
  assert.equal(judgeAll({ family: 4, facts, entries }).filter((line) => line.startsWith("entry")).length, 1);
});
