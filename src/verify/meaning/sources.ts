/** nat POSTROUTING (language.md §2 `hairpin`, `masquerade`, `snat`; §3.4–3.6): stages, each a chain; `return` keeps the source for this stage. */
import type { Prefix } from "../../address/prefix.ts";
import type { Masquerade, Selector, Snat } from "../../cluster/cluster.ts";
import { prefixesOf } from "../../cluster/sides.ts";
import type { Rule } from "../program.ts";
import { clients, hairpin, to } from "./clients.ts";
import { constant } from "./nodeports.ts";
import { inThis, type Subject } from "./subject.ts";
import { addressIn, type Chain, jumpTo, RETURN, rule } from "./words.ts";

/** Addresses of a list on this node: a pod leaves by its own node only. `null`: any. */
function sourcesOf({ cluster, node, family }: Subject, list: readonly Selector[]): readonly Prefix[] | null {
  const leaving = list.filter(({ target }) => target.kind !== "pod" || target.pod.node === node);
  const each = leaving.map(({ target }) => prefixesOf(cluster, target));
  return each.includes(null)
    ? null
    : inThis(
        family,
        each.flatMap((prefixes) => prefixes ?? []),
      );
}

/** `null`: any. */
function exceptions({ cluster, family }: Subject, list: readonly Selector[]): readonly Prefix[] | null {
  const each = list.map(({ target }) => prefixesOf(cluster, target));
  return each.includes(null)
    ? null
    : inThis(
        family,
        each.flatMap((prefixes) => prefixes ?? []),
      );
}

const MULTICAST = { 4: constant("224.0.0.0/4"), 6: constant("ff00::/8") } as const;

const keepTo = (about: string, prefixes: readonly Prefix[]): readonly Rule[] =>
  prefixes.length === 0 ? [] : [rule(about, [addressIn("destination", prefixes)], RETURN)];

const insideOrMulticast = ({ pods, family }: Subject): readonly Rule[] =>
  keepTo("pods and multicast", [...pods, MULTICAST[family]]);

/** What `except` names falls to `masquerade`, not to a shorter `snat`. */
function snatFrom(subject: Subject, { statement, except, to: address }: Snat, source: Prefix | null): readonly Rule[] {
  const tests = source === null ? [] : [addressIn("source", [source])];
  const excepted = exceptions(subject, except);
  if (excepted === null) return [rule(statement, tests, RETURN)];
  return [
    ...keepTo(statement, excepted).map((one) => ({ ...one, tests: [...tests, ...one.tests] })),
    rule(statement, tests, to(address)),
  ];
}

/** The prefixes of a list, each with its own length; `null`: any. */
const saidFrom = (subject: Subject, list: readonly Selector[]): readonly (Prefix | null)[] =>
  list.flatMap((one): readonly (Prefix | null)[] => sourcesOf(subject, [one]) ?? [null]);

/** The longest source prefix first; equal ones agree. */
function snat(subject: Subject): readonly Rule[] {
  const said = subject.cluster.snats
    .filter((each) => each.to.family === subject.family)
    .flatMap((each) => saidFrom(subject, each.sources).map((source) => ({ each, source })))
    .toSorted((a, b) => (b.source?.length ?? -1) - (a.source?.length ?? -1));
  if (said.length === 0) return [];
  return [...insideOrMulticast(subject), ...said.flatMap(({ each, source }) => snatFrom(subject, each, source))];
}

/** What one statement excepts another may still cover: each is a stage. */
function masquerade(subject: Subject, { statement, sources, except }: Masquerade): readonly Rule[] {
  const leaving = sourcesOf(subject, sources);
  const excepted = exceptions(subject, except);
  if (excepted === null || leaving?.length === 0) return [];
  const tests = leaving === null ? [] : [addressIn("source", leaving)];
  return [...insideOrMulticast(subject), ...keepTo(statement, excepted), rule(statement, tests, to(null))];
}

export function sourceChains(subject: Subject): readonly Chain[] {
  const stages: readonly Chain[] = [
    ["nat-postrouting hairpin", hairpin(subject)],
    ["nat-postrouting clients", clients(subject)],
    ["nat-postrouting snat", snat(subject)],
    ...subject.cluster.masquerades.map(
      (each, at): Chain => [`nat-postrouting masquerade ${at + 1}`, masquerade(subject, each)],
    ),
  ];
  return [["nat-postrouting", stages.map(([name]) => jumpTo(name))], ...stages];
}
