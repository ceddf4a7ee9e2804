/** Changes of emitted texts, each refuted by a packet that goes another way. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { mapPackets } from "../../src/plan/passes/map-packets.ts";
import type { NodePlan, Verdict } from "../../src/plan/plan.ts";
import { prove } from "../../src/verify/prove.ts";
import { dropped, refutes, replaced, swapped, type Tool, V4, V6 } from "./by-hand.ts";
import { goldenSamples } from "./corpus.ts";

const { plan, textOf, changes: CHANGES } = V4;
const { iptables, nft } = V4.texts;

const TOOLS: readonly Tool[] = ["iptables", "nft"];

const SHARES = CHANGES["a probability is halved, or a backend has two slots of a ring"];

test("a DNAT rule is missing", () => {
  const { packet, program, rules } = refutes(CHANGES["a DNAT rule is missing"].iptables);
  assert.deepEqual([packet.destinationPort, packet.protocol], [53, 17]);
  assert.deepEqual([program.branches[0]!.end, rules.branches[0]!.end], ["to 10.244.2.10 port 5353", "pass"]);
  refutes(dropped(iptables, /to-destination 10\.244\.1\.11/));
  refutes(dropped(textOf(plan, "iptables", "coexist"), /to-destination 10\.244\.2\.10:5353/));
  refutes(CHANGES["a DNAT rule is missing"].nft);
});

test("two rules of the policy are swapped", () => {
  for (const tool of TOOLS) {
    const { hook, packet, program, rules } = refutes(CHANGES["two rules of the policy are swapped"][tool]);
    assert.deepEqual([hook, packet.destinationPort], ["filter-forward", 8080]);
    assert.notEqual(program.branches[0]!.end, "drop");
    assert.equal(rules.branches[0]!.end, "drop");
  }
});

test("the same in IPv6, and what finds neighbours is held by the policy", () => {
  for (const change of Object.values(V6.changes)) for (const tool of TOOLS) refutes(change[tool]);
  for (const change of [
    dropped(V6.texts.iptables, /NETC-INPUT .*--icmpv6-type 135/),
    replaced(V6.texts.nft, /icmpv6 type \{ 130.*137/, "135, ", ""),
  ])
    assert.equal(refutes(change).packet.icmpType, 135);
});

test("a /32 is a /31", () => {
  refutes(CHANGES["one address is a range of two"].iptables);
  refutes(replaced(iptables, /to-destination 10\.244\.2\.10:5353/, "10.96.0.101/32", "10.96.0.100/31"));
  refutes(CHANGES["one address is a range of two"].nft);
});

test("a probability is halved", () => {
  const { program, rules } = refutes(SHARES.iptables);
  const shareOf = (fate: typeof program, end: string): number => fate.branches.find((each) => each.end === end)!.share;
  assert.ok(Math.abs(shareOf(program, "to 10.244.1.11 port 8080") - 1 / 3) < 1e-6);
  assert.ok(Math.abs(shareOf(rules, "to 10.244.1.11 port 8080") - 1 / 6) < 1e-6);
});

test("an element leads to another port, or a backend has two slots of a ring", () => {
  const { rules } = refutes(CHANGES["a port leads to another"].nft);
  assert.equal(rules.branches[0]!.end, "to 10.244.2.10 port 5354");
  refutes(CHANGES["a port leads to another"].iptables);
  refutes(SHARES.nft);
});

test("a hairpin is translated whoever sends", () => {
  for (const tool of TOOLS) refutes(CHANGES["a hairpin is translated whoever sends"][tool]);
});

test("what is established is let through only behind the policy", () => {
  for (const tool of TOOLS) {
    const change = CHANGES["what is established is let through only behind the policy"][tool];
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
  const change = replaced(nft, /102 \. tcp \. 443 \. 0 :/, "10.244.1.10", "10.244.1.11");
  const { packet, rules, responsible } = refutes(change);
  assert.ok(packet.areListsFull);
  const lines = responsible.map(({ line }) => change.lines[line - 1]!);
  assert.ok(lines.length > 0 && lines.every((line) => line.includes("102 . tcp . 443 . ")), lines.join("\n"));
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
