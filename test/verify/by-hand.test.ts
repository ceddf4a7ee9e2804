/** Changes of emitted texts, each refuted by a packet that goes another way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mapPackets } from "../../src/plan/passes/map-packets.ts";
import type { NodePlan, Verdict } from "../../src/plan/plan.ts";
import { prove } from "../../src/verify/prove.ts";
import { type Change, lineOf, plan, refutes, type Tool, textOf } from "./by-hand.ts";
import { goldenSamples, type Sample } from "./corpus.ts";

const TOOLS: readonly Tool[] = ["iptables", "nft"];

const linesOf = ({ text }: Sample): readonly string[] => text.split("\n");

function replaced(sample: Sample, pattern: RegExp, from: string | RegExp, to: string): Change {
  const at = lineOf(sample, pattern);
  const lines = linesOf(sample);
  const line = lines[at]!.replace(from, to);
  assert.notEqual(line, lines[at]);
  return { sample, lines: lines.with(at, line), before: [at], after: [at] };
}

function dropped(sample: Sample, pattern: RegExp): Change {
  const at = lineOf(sample, pattern);
  return { sample, lines: linesOf(sample).toSpliced(at, 1), before: [at], after: [] };
}

function swapped(sample: Sample, one: RegExp, other: RegExp): Change {
  const [a, b] = [lineOf(sample, one), lineOf(sample, other)];
  const lines = linesOf(sample);
  return { sample, lines: lines.with(a, lines[b]!).with(b, lines[a]!), before: [a, b], after: [a, b] };
}

function movedBehind(sample: Sample, pattern: RegExp, last: RegExp): Change {
  const [at, to] = [lineOf(sample, pattern), lineOf(sample, last)];
  const lines = linesOf(sample);
  return { sample, lines: lines.toSpliced(to + 1, 0, lines[at]!).toSpliced(at, 1), before: [at], after: [to] };
}

const iptables = textOf(plan, "iptables");
const nft = textOf(plan, "nft");

const ALLOW = { iptables: /FORWARD-POLICY.*"allow c/, nft: /"allow c/ };
const DENY = { iptables: /FORWARD-POLICY.*"deny 10\.244/, nft: /10\.244\.1\.10 drop comment "deny 10/ };

test("a DNAT rule is missing", () => {
  const { packet, program, rules } = refutes(dropped(iptables, /to-destination 10\.244\.2\.10:5353/));
  assert.deepEqual([packet.destinationPort, packet.protocol], [53, 17]);
  assert.deepEqual([program.branches[0]!.end, rules.branches[0]!.end], ["to 10.244.2.10 port 5353", "pass"]);
  refutes(dropped(iptables, /to-destination 10\.244\.1\.11/));
  refutes(dropped(textOf(plan, "iptables", "coexist"), /to-destination 10\.244\.2\.10:5353/));
  refutes(dropped(nft, /map @netc-ports-v4-of-1/));
});

test("two rules of the policy are swapped", () => {
  for (const [tool, sample] of [
    ["iptables", iptables],
    ["nft", nft],
  ] as const) {
    const { hook, packet, program, rules } = refutes(swapped(sample, ALLOW[tool], DENY[tool]));
    assert.deepEqual([hook, packet.destinationPort], ["filter-forward", 8080]);
    assert.notEqual(program.branches[0]!.end, "drop");
    assert.equal(rules.branches[0]!.end, "drop");
  }
});

test("a /32 is a /31", () => {
  refutes(replaced(iptables, DENY.iptables, "10.244.1.10/32", "10.244.1.10/31"));
  refutes(replaced(iptables, /to-destination 10\.244\.2\.10:5353/, "10.96.0.101/32", "10.96.0.100/31"));
  refutes(replaced(nft, DENY.nft, "ip daddr 10.244.1.10", "ip daddr 10.244.1.10/31"));
});

test("a probability is halved", () => {
  const { program, rules } = refutes(replaced(iptables, /probability 0\.5/, "0.50000000000", "0.25000000000"));
  const shareOf = (fate: typeof program, end: string): number => fate.branches.find((each) => each.end === end)!.share;
  assert.ok(Math.abs(shareOf(program, "to 10.244.1.11 port 8080") - 1 / 3) < 1e-6);
  assert.ok(Math.abs(shareOf(rules, "to 10.244.1.11 port 8080") - 1 / 6) < 1e-6);
});

test("an element leads to another port, or a backend has two slots of a ring", () => {
  const { rules } = refutes(replaced(nft, /udp \. 53/, "5353,", "5354,"));
  assert.equal(rules.branches[0]!.end, "to 10.244.2.10 port 5354");
  refutes(replaced(nft, /80 \. 1 :/, "10.244.1.11", "10.244.1.10"));
});

test("a hairpin is translated whoever sends", () => {
  refutes(replaced(iptables, /HAIRPIN -s 10\.244\.1\.10/, "-s 10.244.1.10/32 ", ""));
  refutes(replaced(nft, /@netc-hairpin-v4/, /ip saddr \. ip daddr @\S+ /, ""));
});

test("what is established is let through only behind the policy", () => {
  for (const change of [
    movedBehind(iptables, /NETC-INPUT .*"established"/, /NETC-INPUT -j NETC-INPUT-POLICY/),
    movedBehind(nft, /ct state established,related accept comment "established"/, /jump netc-input-policy/),
  ]) {
    const { hook, packet, rules } = refutes(change);
    assert.equal(hook, "filter-input");
    assert.notEqual(packet.state, "new");
    assert.equal(rules.branches[0]!.end, "drop");
  }
});

const LOOKED_UP_LAST = {
  iptables: /--rcheck .*to-destination 10\.244\.2\.10/,
  nft: /@netc-affinity-v4 .*dnat ip to 10\.244\.2\.10/,
};
const DRAWN = { iptables: /0\.5.* --set .*to-destination 10\.244\.1\.10/, nft: /numgen random mod 2 < 1/ };

test("a client is looked up only behind a draw", () => {
  refutes(swapped(iptables, LOOKED_UP_LAST.iptables, DRAWN.iptables));
  refutes(swapped(nft, LOOKED_UP_LAST.nft, DRAWN.nft));
});

test("a client is looked up in a list that nothing puts it into, or for another time", () => {
  refutes(replaced(iptables, LOOKED_UP_LAST.iptables, /(?<=--reap --name )\S+/, "NETC-V4-service-kept"));
  refutes(replaced(iptables, LOOKED_UP_LAST.iptables, "--seconds 10800", "--seconds 10799"));
});

test("an element leads elsewhere that is asked where the list of clients is full", () => {
  const { rules } = refutes(replaced(nft, /102 \. tcp \. 443 \. 0 :/, "10.244.1.10", "10.244.1.11"));
  assert.ok(rules.branches.some(({ end }) => end.startsWith("to 10.244.1.11 ")));
});

test("of neighbouring ports that one is shown whose rule differs", () => {
  const many = goldenSamples().find(({ program, target }) => program === "28-many-ports" && target === "nft")!;
  const { packet } = refutes(replaced(many, /tcp \. 8005 :/, "8005,", "8004,"));
  assert.equal(packet.destinationPort, 8005);
});

const withoutLast = (verdicts: readonly Verdict[]): readonly Verdict[] => verdicts.slice(0, -1);

/** A pass that loses the last rule of the policy, or the last door. */
const FAULTY: Readonly<Record<string, (of: NodePlan) => NodePlan>> = {
  policy: (of) => mapPackets(of, { verdicts: (verdicts) => (verdicts.length > 2 ? withoutLast(verdicts) : verdicts) }),
  doors: (of) => ({
    ...of,
    packets: of.packets.map((packets) => ({ ...packets, services: packets.services.slice(0, -1) })),
  }),
};

for (const [name, pass] of Object.entries(FAULTY)) {
  test(`a pass that loses the last of the ${name} is caught in the texts of both tools`, () => {
    const faulty = pass(plan);
    for (const tool of TOOLS) {
      const sample = textOf(faulty, tool);
      assert.notEqual(sample.text, textOf(plan, tool).text);
      const kinds = prove(sample.cluster, sample.node, [sample]).map(({ kind }) => kind);
      assert.ok(kinds.length > 0 && kinds.every((kind) => kind === "refuted"), `${tool}: ${kinds.join()}`);
    }
  });
}
