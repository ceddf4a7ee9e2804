/** A program in which everything is that is changed by hand, its texts, and what the proof says of a change: in both families. */
import assert from "node:assert/strict";
import { analyze, planNode } from "../../src/compile.ts";
import { printCoexist, printWhole } from "../../src/emit/iptables/print.ts";
import { translate } from "../../src/emit/iptables/translate.ts";
import { printNft } from "../../src/emit/nft/emit.ts";
import type { NodePlan } from "../../src/plan/plan.ts";
import { prove, type Refuted } from "../../src/verify/prove.ts";
import { door, type Family, IPV4, IPV6 } from "../kernel/family.ts";
import type { Sample } from "./corpus.ts";
import { changeOf } from "./mutants/make.ts";
import { isRight } from "./mutants/verdict.ts";

const programOf = ({ pods, node1, node2, podRanges, services, vip }: Family, range: string): string => `
cluster { pods ${range}; services ${services} }
node node1 ${node1} dev ens33 pods ${podRanges.node1}
node node2 ${node2} dev ens33 pods ${podRanges.node2}
pod a ${pods.a} on node1
pod b ${pods.b} on node1
pod c ${pods.c} on node2
hairpin all
service web ${vip(100)} { 80 -> a:8080, b:8080, c:8080 }
service dns ${vip(101)} { 53/udp -> c:5353 }
service kept ${vip(102)} { 443 -> a, c; affinity client 3h }
allow c -> a:8080
deny ${podRanges.node2} -> a
deny c -> node1
`;

export type Tool = "iptables" | "nft";

interface Planned {
  readonly plan: NodePlan;
  /** A plan of the same node, as text. */
  readonly textOf: (of: NodePlan, tool: Tool, form?: "whole" | "coexist") => Sample;
}

/** Of the first node of a program of one family. */
function planned(program: string, family: 4 | 6): Planned {
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

const ALLOW = { iptables: /FORWARD-POLICY.*"allow c/, nft: /"allow c/ };
const DENY = { iptables: /FORWARD-POLICY.*"deny \S+ -> a"/, nft: / drop comment "deny \S+ -> a"/ };

/** What a hand may do wrong, on node1, in the words of both tools: each makes another meaning. */
function changesOf({ iptables, nft }: Readonly<Record<Tool, Sample>>, { pods: { a, b, c }, flag }: Family) {
  const [ip, bits, version] = flag === "-4" ? ["ip", 32, "v4"] : ["ip6", 128, "v6"];
  const literally = (text: string): RegExp => new RegExp(text.replace(/[.[\]]/g, "\\$&"));
  const toDns = literally(`to-destination ${door(c, 5353)}`);
  return {
    "a DNAT rule is missing": {
      iptables: dropped(iptables, toDns),
      nft: dropped(nft, literally(`map @netc-ports-${version}-of-1`)),
    },
    "two rules of the policy are swapped": {
      iptables: swapped(iptables, ALLOW.iptables, DENY.iptables),
      nft: swapped(nft, ALLOW.nft, DENY.nft),
    },
    "one address is a range of two": {
      iptables: replaced(iptables, DENY.iptables, `${a}/${bits}`, `${a}/${bits - 1}`),
      nft: replaced(nft, DENY.nft, `${ip} daddr ${a}`, `${ip} daddr ${a}/${bits - 1}`),
    },
    "a probability is halved, or a backend has two slots of a ring": {
      iptables: replaced(iptables, /probability 0\.5/, "0.50000000000", "0.25000000000"),
      nft: replaced(nft, /80 \. 1 :/, b, a),
    },
    "a port leads to another": {
      iptables: replaced(iptables, toDns, ":5353", ":5354"),
      nft: replaced(nft, /udp \. 53/, "5353,", "5354,"),
    },
    "a hairpin is translated whoever sends": {
      iptables: replaced(iptables, literally(`HAIRPIN -s ${a}`), `-s ${a}/${bits} `, ""),
      nft: replaced(nft, literally(`@netc-hairpin-${version}`), /ip6? saddr \. ip6? daddr @\S+ /, ""),
    },
    "what is established is let through only behind the policy": {
      iptables: movedBehind(iptables, /NETC-INPUT .*"established"/, /NETC-INPUT -j NETC-INPUT-POLICY/),
      nft: movedBehind(nft, /ct state established,related accept comment "established"/, /jump netc-input-policy/),
    },
  } as const satisfies Readonly<Record<string, Readonly<Record<Tool, Change>>>>;
}

function byHand(family: Family, range: string) {
  const program = programOf(family, range);
  const { plan, textOf } = planned(program, family.flag === "-4" ? 4 : 6);
  const texts = { iptables: textOf(plan, "iptables"), nft: textOf(plan, "nft") };
  return { family, program, plan, textOf, texts, changes: changesOf(texts, family) };
}

/** The same in each family. */
export const V4 = byHand(IPV4, "10.244.0.0/16");
export const V6 = byHand(IPV6, "fd00:244::/48");

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
