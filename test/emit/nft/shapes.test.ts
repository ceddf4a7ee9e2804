import assert from "node:assert/strict";
import { test } from "node:test";
import { ipv4 } from "../../../src/address/address.ts";
import { hostPrefix } from "../../../src/address/prefix.ts";
import { translate } from "../../../src/emit/nft/translate.ts";
import type { SourceStage, SourceTranslation } from "../../../src/plan/plan.ts";
import { BASE, bodyOf, emptyPackets, planOf, rulesetOf } from "./sample.ts";

const bodies = (program: string, head: string): readonly string[] => bodyOf(rulesetOf(`${BASE}${program}`), head);

/** The rules of a statement. */
const about = (lines: readonly string[], statement: string): readonly string[] =>
  lines
    .filter((line) => line.endsWith(` comment "${statement}"`))
    .map((line) => line.slice(0, line.lastIndexOf(" comment ")));

test("the file replaces netc's table in one transaction and names no other", () => {
  const lines = rulesetOf("pod a 10.0.0.1 on n");
  assert.deepEqual(lines.slice(0, 3), ["add table inet netc", "delete table inet netc", "table inet netc {"]);
  assert.ok(!lines.some((line) => /flush|\btable\b/.test(line) && !line.includes("inet netc")));
});

test("a program without rules is an empty table: no chain hangs where there is nothing to decide", () => {
  assert.deepEqual(rulesetOf("node n 192.168.0.1 dev eth0"), [
    "add table inet netc",
    "delete table inet netc",
    "table inet netc {",
    "}",
    "",
  ]);
});

test("a rule that says the same in both families is said once", () => {
  const policy = bodies("deny any -> any:8080", "chain netc-forward-policy");
  assert.deepEqual(about(policy, "deny any -> any:8080"), [
    "tcp dport 8080 drop",
    "meta l4proto tcp ct original proto-dst 8080 drop",
  ]);
});

test("a rule of one family that holds no address names the family", () => {
  const input = bodies("deny any -> node1:22", "chain netc-input");
  assert.deepEqual(about(input, "dhcp"), [
    "meta nfproto ipv4 udp sport 67-68 udp dport 67-68 accept",
    "meta nfproto ipv6 udp sport 546-547 udp dport 546-547 accept",
  ]);
  assert.deepEqual(about(input, "loopback"), ['iifname "lo" accept']);
});

test("ICMP is the family's own", () => {
  const policy = bodies("reject c -> a:icmp", "chain netc-forward-policy");
  assert.deepEqual(about(policy, "reject c -> a:icmp"), [
    "ip saddr 10.244.2.10 ip daddr 10.244.1.10 meta l4proto icmp jump netc-reject",
    "ip6 saddr fd00:244:2::10 ip6 daddr fd00:244:1::10 meta l4proto ipv6-icmp jump netc-reject",
  ]);
  assert.deepEqual(bodies("reject c -> a:icmp", "chain netc-reject"), [
    "meta l4proto tcp reject with tcp reset",
    "reject with icmpx port-unreachable",
  ]);
});

test("a list is a set, and a rule that logs does so first", () => {
  const rule = "allow 10.1.0.0/16, 10.3.3.3 -> a:22 log";
  const policy = bodies(`${rule} "in "`, "chain netc-forward-policy");
  const matches = "ip saddr { 10.1.0.0/16, 10.3.3.3 } ip daddr 10.244.1.10 tcp dport 22";
  const said = policy.filter((line) => line.startsWith(matches)).map((line) => line.slice(matches.length + 1));
  assert.equal(said.length, 2);
  assert.ok(said[0]!.startsWith('limit rate 10/minute burst 5 packets log prefix "in " comment '));
  assert.ok(said[1]!.startsWith("return comment "));
});

test("a log's prefix that holds a dollar is a variable, since nft would read one in it", () => {
  const lines = rulesetOf(`${BASE}deny c -> a log "cost $5 "`);
  const name = /^define (netc_log_\w+) = "cost \$5 "$/.exec(lines[0]!)?.[1];
  assert.ok(name !== undefined, lines[0]);
  assert.ok(lines.some((line) => line.includes(`log prefix "$${name}" `)));
  assert.equal(lines.filter((line) => line.startsWith("define ")).length, 1);
});

test("the first mark that matches ends the chain, and in output the route is looked for again", () => {
  const program = "mark a -> any 0x10/0xf0\nmark any -> 10.9.9.9 7";
  assert.deepEqual(bodies(program, "chain netc-marks-in"), [
    "type filter hook prerouting priority mangle; policy accept;",
    'ip saddr 10.244.1.10 meta mark set meta mark & 0xffffff0f ^ 0x10 accept comment "mark a -> any 0x10/0xf0"',
    'ip6 saddr fd00:244:1::10 meta mark set meta mark & 0xffffff0f ^ 0x10 accept comment "mark a -> any 0x10/0xf0"',
    'ip daddr 10.9.9.9 meta mark set meta mark & 0x0 ^ 0x7 accept comment "mark any -> 10.9.9.9 7"',
  ]);
  assert.equal(bodies(program, "chain netc-marks-out")[0], "type route hook output priority mangle; policy accept;");
});

test("hairpins are one set of pairs and one rule a family", () => {
  const program = "service s 10.96.0.1 -> a, b\nhairpin a, b";
  assert.deepEqual(bodies(program, "chain netc-hairpin"), [
    "ct status dnat ip saddr . ip daddr @netc-hairpin-v4 snat ip to 192.168.100.100 fully-random",
    "ct status dnat ip6 saddr . ip6 daddr @netc-hairpin-v6 snat ip6 to fd00:100::100 fully-random",
  ]);
  const set = bodies(program, "set netc-hairpin-v4");
  assert.ok(set.some((line) => line.startsWith("10.244.1.11 . 10.244.1.11, # hairpin ")));
});

test("hairpins that are translated to different addresses are rules, in their order", () => {
  const pair = (host: number, to: number): SourceTranslation => ({
    match: [
      { kind: "source", prefixes: [hostPrefix(ipv4(host))] },
      { kind: "destination", prefixes: [hostPrefix(ipv4(host))] },
      { kind: "translated" },
    ],
    action: { kind: "to-address", address: ipv4(to) },
    statement: "hairpin",
    origin: null,
  });
  const stage: SourceStage = { kind: "hairpin", except: "", translations: [pair(1, 3), pair(2, 4)] };
  const { sets, chains } = translate(planOf({ ...emptyPackets(4), postrouting: [stage] }, emptyPackets(6)));
  assert.deepEqual(sets, []);
  assert.equal(chains.find(({ name }) => name === "netc-hairpin")?.rules.length, 2);
});

test("masquerade and snat choose ports at random, each stage in a chain of its own", () => {
  const program = "masquerade pods\nmasquerade a except 10.0.0.0/8\nsnat b to 192.168.100.50";
  const jumps = bodies(program, "chain netc-postrouting").slice(1);
  assert.deepEqual(jumps.slice(0, 2), ["jump netc-snat", "jump netc-egress"]);
  assert.match(jumps[2]!, /^jump netc-egress-10\.0\.0\.0/);
  assert.ok(
    bodies(program, "chain netc-snat").includes(
      'ip saddr 10.244.1.11 snat ip to 192.168.100.50 fully-random comment "snat b"',
    ),
  );
  assert.deepEqual(about(bodies(program, "chain netc-egress"), "masquerade pods"), [
    "ip saddr 10.244.0.0/16 masquerade fully-random",
    "ip6 saddr fd00:244::/32 masquerade fully-random",
  ]);
});
