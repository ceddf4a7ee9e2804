/** What the laws call unreachable or without effect is held against the planned rules: leaving it out changes no packet's fate. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, isFault, parseAddress } from "../../src/address/address.ts";
import type { Protocol } from "../../src/address/port.ts";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { rulesCanMatch } from "../../src/cluster/laws/rules-can-match.ts";
import { rulesChangeSomething } from "../../src/cluster/laws/rules-change-something.ts";
import { analyze } from "../../src/compile.ts";
import { Bug } from "../../src/diagnostics/bug.ts";
import { buildPlan } from "../../src/plan/build.ts";
import type { FilterHook } from "../../src/plan/plan.ts";
import { filterFate, type Packet } from "../plan/evaluate.ts";
import { BASE } from "./expect-diagnostics.ts";

const PROGRAM = `${BASE}service web 10.96.0.100 -> b
service api 10.96.0.101 { 80 -> a:8080, c:8080; 53/udp -> c }
service door 10.96.0.102 {
  80 nodeport 30080 -> a:8080
  81 nodeport 30081 -> c:8080
  external 198.51.100.10
  loadbalancer 10.244.1.11
}
hairpin all
group g = a, 10.0.0.0/24
`;

/** Where nodeports listen: at declared addresses, at any, at some. */
const SETTINGS = ["primary", "all", "192.0.2.0/24, 192.168.100.101"];
const programOf = (nodeports: string): string =>
  PROGRAM.replace("services 10.96", `nodeports ${nodeports}; services 10.96`);

const source = fc.constantFrom(
  "any",
  "a",
  "b",
  "c",
  "pods",
  "nodes",
  "node1",
  "10.0.0.0/24",
  "10.0.0.0/25",
  "g",
  "a:80",
  "any:udp",
);
const to = [
  "any",
  "a",
  "b",
  "c",
  "pods",
  "nodes",
  "node1",
  "node2",
  "services",
  "web",
  "api",
  "10.96.0.101",
  "10.0.0.0/25",
  "g",
  "door",
  "door",
  "198.51.100.10",
  "192.168.100.100",
  "192.0.2.0/25",
];
const port = fc.constantFrom("", "", ":80", ":8080", ":53/udp", ":tcp", ":79-81", ":30080", ":30080-30081");
const destination = fc.tuple(fc.constantFrom(...to), port).map(([target, on]) => `${target}${on}`);
const list = (item: fc.Arbitrary<string>) =>
  fc.array(item, { minLength: 1, maxLength: 2 }).map((items) => items.join(", "));
const rule = fc
  .tuple(fc.constantFrom("allow", "deny", "deny", "default deny"), list(source), list(destination))
  .map(([verb, from, where]) => `${verb} ${from} -> ${where}`);
const policy = fc.array(rule, { minLength: 2, maxLength: 6 });

function address(text: string): Address {
  const read = parseAddress(text);
  assert.ok(!isFault(read));
  return read;
}

const PODS = ["10.244.1.10", "10.244.1.11", "10.244.2.10"];
const NODES = ["192.168.100.100", "192.168.100.101"];
const OUTSIDE = ["10.0.0.1", "10.0.0.200", "203.0.113.5"];
const PORTS = [22, 53, 80, 8080, 30080];

/** An address of node1 that nobody declared. */
const SECOND = "192.0.2.1";

interface Way {
  readonly hook: FilterHook;
  readonly asked: string;
  readonly now: string;
  readonly ports: readonly (readonly [number, number])[];
  readonly protocols: readonly Protocol[];
}

const SAME = PORTS.map((each) => [each, each] as const);

/** Where connections can go at node1: as they were asked for, or by a service. */
const WAYS: readonly Way[] = [
  ...[NODES[0]!, SECOND, "198.51.100.10"].map(
    (now): Way => ({ hook: "input", asked: now, now, ports: SAME, protocols: ["tcp", "udp"] }),
  ),
  ...(["forward", "output"] as const).flatMap((hook): readonly Way[] => [
    ...[...PODS, NODES[1]!, ...OUTSIDE].map(
      (now): Way => ({ hook, asked: now, now, ports: SAME, protocols: ["tcp", "udp", "sctp"] }),
    ),
    { hook, asked: "10.96.0.100", now: PODS[1]!, ports: SAME, protocols: ["tcp", "udp", "sctp"] },
    { hook, asked: "10.96.0.101", now: PODS[0]!, ports: [[80, 8080]], protocols: ["tcp"] },
    { hook, asked: "10.96.0.101", now: PODS[2]!, ports: [[80, 8080]], protocols: ["tcp"] },
    { hook, asked: "10.96.0.101", now: PODS[2]!, ports: [[53, 53]], protocols: ["udp"] },
    { hook, asked: "10.96.0.101", now: "10.96.0.101", ports: [[22, 22]], protocols: ["tcp"] },
    ...["10.96.0.102", "198.51.100.10", PODS[1]!].flatMap((asked): readonly Way[] => [
      { hook, asked, now: PODS[0]!, ports: [[80, 8080]], protocols: ["tcp"] },
      { hook, asked, now: PODS[2]!, ports: [[81, 8080]], protocols: ["tcp"] },
      { hook, asked, now: asked, ports: [[22, 22]], protocols: ["tcp", "udp"] },
    ]),
    ...[NODES[0]!, SECOND].flatMap((asked): readonly Way[] => [
      { hook, asked, now: PODS[0]!, ports: [[30080, 8080]], protocols: ["tcp"] },
      { hook, asked, now: PODS[2]!, ports: [[30081, 8080]], protocols: ["tcp"] },
      { hook, asked, now: "172.17.0.2", ports: [[30080, 80]], protocols: ["tcp"] },
    ]),
  ]),
];

/** What node1 sends comes from one of its own addresses; what it passes on or takes from anywhere else. */
const sourcesAt = (hook: FilterHook): readonly string[] =>
  hook === "output" ? [NODES[0]!, "198.51.100.9"] : [...PODS, NODES[1]!, ...OUTSIDE];

const PACKETS: readonly { readonly hook: FilterHook; readonly packet: Packet }[] = WAYS.flatMap(
  ({ hook, asked, now, ports, protocols }) =>
    sourcesAt(hook).flatMap((from) =>
      ports.flatMap(([askedPort, destinationPort]) =>
        protocols.flatMap((protocol) =>
          [80, 40000].map((sourcePort) => ({
            hook,
            packet: {
              source: address(from),
              destination: address(now),
              protocol,
              sourcePort,
              destinationPort,
              asked: address(asked),
              askedPort,
              state: "new" as const,
              loopback: false,
              leavesBy: "ens33",
              isFromNode: hook === "output",
              isOwn: asked === NODES[0] || asked === SECOND,
              isFromPod: false,
              isToPod: false,
              isAstray: false,
            },
          })),
        ),
      ),
    ),
);

function fates(cluster: Cluster): readonly string[] {
  const plan = buildPlan(cluster, cluster.nodes[0]!);
  const own = plan.packets.find(({ family }) => family === 4)!;
  return PACKETS.map(({ hook, packet }) => filterFate(own, hook, packet));
}

function analyzed(nodeports: string, rules: readonly string[]): Cluster {
  return analyze({ path: "main.net", text: `${programOf(nodeports)}${rules.join("\n")}\n` }, () => {
    throw new Bug("nothing is included");
  }).value;
}

/** What was wrong once: rules about a service's nodeports cover no more of a node than the addresses where these listen. */
const FOUND: [string, string[]][] = [
  [
    "192.0.2.0/24, 192.168.100.101",
    ["allow any -> door", "allow any -> 192.168.100.100", "default deny any -> nodes:30080-30081"],
  ],
];

let shadowed = 0;
let redundant = 0;

test("leaving out a rule that is shadowed or redundant changes the fate of no packet", () => {
  fc.assert(
    fc.property(fc.constantFrom(...SETTINGS), policy, (nodeports, rules) => {
      const cluster = analyzed(nodeports, rules);
      const found = [...rulesCanMatch(cluster), ...rulesChangeSomething(cluster)];
      if (found.length === 0) return;
      const before = fates(cluster);
      for (const { code, origin } of found) {
        if (code === "shadowed") shadowed += 1;
        else redundant += 1;
        const without = { ...cluster, policy: cluster.policy.filter((each) => each.origin.span !== origin.span) };
        assert.equal(without.policy.length, cluster.policy.length - 1);
        assert.deepEqual(
          fates(without),
          before,
          `${code}: ${cluster.policy.find((each) => each.origin.span === origin.span)?.statement}`,
        );
      }
      const told = new Set(found.map(({ origin }) => origin.span));
      const rest = { ...cluster, policy: cluster.policy.filter((each) => !told.has(each.origin.span)) };
      assert.deepEqual(fates(rest), before, "all of them together");
    }),
    { numRuns: 1200, examples: FOUND },
  );
  assert.ok(shadowed > 50 && redundant > 20, `${shadowed} shadowed, ${redundant} redundant`);
});
