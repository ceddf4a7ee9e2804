/** A program in which everything is that is changed by hand, its texts, and what the proof says of a change. */
import assert from "node:assert/strict";
import { analyze, planNode } from "../../src/compile.ts";
import { printCoexist, printWhole } from "../../src/emit/iptables/print.ts";
import { translate } from "../../src/emit/iptables/translate.ts";
import { printNft } from "../../src/emit/nft/emit.ts";
import type { NodePlan } from "../../src/plan/plan.ts";
import { prove, type Refuted } from "../../src/verify/prove.ts";
import type { Sample } from "./corpus.ts";
import { changeOf } from "./mutants/make.ts";
import { isRight } from "./mutants/verdict.ts";

export const PROGRAM = `
cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.11 on node1
pod c 10.244.2.10 on node2
hairpin all
service web 10.96.0.100 { 80 -> a:8080, b:8080, c:8080 }
service dns 10.96.0.101 { 53/udp -> c:5353 }
service kept 10.96.0.102 { 443 -> a, c; affinity client 3h }
allow c -> a:8080
deny 10.244.2.0/24 -> a
deny c -> node1
`;

export type Tool = "iptables" | "nft";

export interface Planned {
  readonly plan: NodePlan;
  /** A plan of the same node, as text. */
  readonly textOf: (of: NodePlan, tool: Tool, form?: "whole" | "coexist") => Sample;
}

/** Of the first node of a program of one family. */
export function planned(program: string, family: 4 | 6): Planned {
  const { value: cluster, diagnostics } = analyze({ path: "main.net", text: program }, () => assert.fail());
  assert.deepEqual(diagnostics, []);
  const node = cluster.nodes[0]!;
  return {
    plan: planNode(cluster, node),
    textOf: (of, tool, form = "whole") => {
      const shared = { program: "by hand", cluster, node, form };
      if (tool === "nft") return { ...shared, target: "nft", text: printNft(of) };
      const ruleset = translate(of.packets.find((packets) => packets.family === family)!);
      const target = family === 4 ? "iptables" : "ip6tables";
      return { ...shared, target, text: form === "whole" ? printWhole(ruleset) : printCoexist(ruleset) };
    },
  };
}

export const { plan, textOf } = planned(PROGRAM, 4);

export interface Change {
  readonly sample: Sample;
  readonly lines: readonly string[];
  /** From 0. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The first line that matches. */
export function lineOf({ text }: Sample, pattern: RegExp): number {
  const found = text.split("\n").findIndex((line) => pattern.test(line));
  assert.ok(found >= 0, `no line is ${pattern}`);
  return found;
}

const linesOf = ({ text }: Sample): readonly string[] => text.split("\n");

export function replaced(sample: Sample, pattern: RegExp, from: string | RegExp, to: string): Change {
  const at = lineOf(sample, pattern);
  const lines = linesOf(sample);
  const line = lines[at]!.replace(from, to);
  assert.notEqual(line, lines[at]);
  return { sample, lines: lines.with(at, line), before: [at], after: [at] };
}

export function dropped(sample: Sample, pattern: RegExp): Change {
  const at = lineOf(sample, pattern);
  return { sample, lines: linesOf(sample).toSpliced(at, 1), before: [at], after: [] };
}

export function swapped(sample: Sample, one: RegExp, other: RegExp): Change {
  const [a, b] = [lineOf(sample, one), lineOf(sample, other)];
  const lines = linesOf(sample);
  return { sample, lines: lines.with(a, lines[b]!).with(b, lines[a]!), before: [a, b], after: [a, b] };
}

export function movedBehind(sample: Sample, pattern: RegExp, last: RegExp): Change {
  const [at, to] = [lineOf(sample, pattern), lineOf(sample, last)];
  const lines = linesOf(sample);
  return { sample, lines: lines.toSpliced(to + 1, 0, lines[at]!).toSpliced(at, 1), before: [at], after: [to] };
}

export const iptables = textOf(plan, "iptables");
export const nft = textOf(plan, "nft");

const ALLOW = { iptables: /FORWARD-POLICY.*"allow c/, nft: /"allow c/ };
export const DENY = { iptables: /FORWARD-POLICY.*"deny 10\.244/, nft: /10\.244\.1\.10 drop comment "deny 10/ };

/** By what is done, in the words of both tools. */
export type Changes = Readonly<Record<string, Readonly<Record<Tool, Change>>>>;

/** What a hand may do wrong, on node1: each makes another meaning. */
export const CHANGES = {
  "a DNAT rule is missing": {
    iptables: dropped(iptables, /to-destination 10\.244\.2\.10:5353/),
    nft: dropped(nft, /map @netc-ports-v4-of-1/),
  },
  "two rules of the policy are swapped": {
    iptables: swapped(iptables, ALLOW.iptables, DENY.iptables),
    nft: swapped(nft, ALLOW.nft, DENY.nft),
  },
  "a /32 is a /31": {
    iptables: replaced(iptables, DENY.iptables, "10.244.1.10/32", "10.244.1.10/31"),
    nft: replaced(nft, DENY.nft, "ip daddr 10.244.1.10", "ip daddr 10.244.1.10/31"),
  },
  "a probability is halved, or a backend has two slots of a ring": {
    iptables: replaced(iptables, /probability 0\.5/, "0.50000000000", "0.25000000000"),
    nft: replaced(nft, /80 \. 1 :/, "10.244.1.11", "10.244.1.10"),
  },
  "a port leads to another": {
    iptables: replaced(iptables, /to-destination 10\.244\.2\.10:5353/, ":5353", ":5354"),
    nft: replaced(nft, /udp \. 53/, "5353,", "5354,"),
  },
  "a hairpin is translated whoever sends": {
    iptables: replaced(iptables, /HAIRPIN -s 10\.244\.1\.10/, "-s 10.244.1.10/32 ", ""),
    nft: replaced(nft, /@netc-hairpin-v4/, /ip saddr \. ip daddr @\S+ /, ""),
  },
  "what is established is let through only behind the policy": {
    iptables: movedBehind(iptables, /NETC-INPUT .*"established"/, /NETC-INPUT -j NETC-INPUT-POLICY/),
    nft: movedBehind(nft, /ct state established,related accept comment "established"/, /jump netc-input-policy/),
  },
} as const satisfies Changes;

/** The proof refutes it, and the packet that it shows ends otherwise in the text as it was, by a walk that shares nothing with the proof. */
export function refutes({ sample, lines, before, after }: Change): Refuted {
  const findingsOf = (each: Sample) => prove(sample.cluster, sample.node, [each]);
  assert.deepEqual(findingsOf(sample), []);
  const one = (line: number): number => line + 1;
  const text = lines.join("\n");
  const mutant = { kind: "by hand", sample, text, before: before.map(one), after: after.map(one) };
  const [finding] = findingsOf({ ...sample, text });
  if (finding?.kind !== "refuted") return assert.fail(`${finding?.kind ?? "proved"}:\n${changeOf(mutant)}`);
  assert.ok(isRight(mutant, finding), `the packet does not differ:\n${changeOf(mutant)}`);
  return finding;
}

/** Why it is not read; empty where it is. */
export function reasonsOf(sample: Sample, text: string): readonly string[] {
  return prove(sample.cluster, sample.node, [{ ...sample, text }]).flatMap((finding) =>
    finding.kind === "unverified" ? finding.unread.map(({ reason }) => reason) : assert.fail("it was read"),
  );
}
