/** nat POSTROUTING (language.md §2 `hairpin`, `masquerade`, `snat`; §3.4–3.6): stages, each a chain; `return` keeps the source for this stage. */
import type { Masquerade, Selector, Snat } from "../../cluster/cluster.ts";
import type { AddressRange, Rule } from "../program.ts";
import { v4, v6Network } from "./addresses.ts";
import { clients, hairpin, to } from "./clients.ts";
import { addressesOf, type Sized } from "./selectors.ts";
import type { Subject } from "./subject.ts";
import { addressIn, type Chain, jumpTo, RETURN, rule } from "./words.ts";

/** Addresses of a list on this node: a pod leaves by its own node only. `null`: any. */
const sourcesOf = (subject: Subject, list: readonly Selector[]): readonly Sized[] | null =>
  listed(
    subject,
    list.filter(({ target }) => target.kind !== "pod" || target.pod.node === subject.node),
  );

/** `null`: any. */
function listed(subject: Subject, list: readonly Selector[]): readonly Sized[] | null {
  const each = list.map(({ target }) => addressesOf(subject, target));
  return each.includes(null) ? null : each.flatMap((sized) => sized ?? []);
}

const rangesOf = (all: readonly Sized[]): readonly AddressRange[] => all.map(({ range }) => range);

/** "Never multicast" (§2, `masquerade`). */
const MULTICAST: Readonly<Record<4 | 6, AddressRange>> = { 4: v4(224, 0, 0, 0, 4), 6: v6Network(0xff00n, 8) };

const keepTo = (about: string, ranges: readonly AddressRange[]): readonly Rule[] =>
  ranges.length === 0 ? [] : [rule(about, [addressIn("destination", ranges)], RETURN)];

const insideOrMulticast = ({ pods, family }: Subject): readonly Rule[] =>
  keepTo("pods and multicast", [...pods, MULTICAST[family]]);

/** What `except` names falls to `masquerade`, not to a shorter `snat`. */
function snatFrom(subject: Subject, { statement, except, to: address }: Snat, source: Sized | null): readonly Rule[] {
  const tests = source === null ? [] : [addressIn("source", [source.range])];
  const excepted = listed(subject, except);
  if (excepted === null) return [rule(statement, tests, RETURN)];
  return [
    ...keepTo(statement, rangesOf(excepted)).map((one) => ({ ...one, tests: [...tests, ...one.tests] })),
    rule(statement, tests, to(address)),
  ];
}

/** The prefixes of a list, each with its own length; `null`: any. */
const saidFrom = (subject: Subject, list: readonly Selector[]): readonly (Sized | null)[] =>
  list.flatMap((one): readonly (Sized | null)[] => sourcesOf(subject, [one]) ?? [null]);

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
  const excepted = listed(subject, except);
  if (excepted === null || leaving?.length === 0) return [];
  const tests = leaving === null ? [] : [addressIn("source", rangesOf(leaving))];
  return [...insideOrMulticast(subject), ...keepTo(statement, rangesOf(excepted)), rule(statement, tests, to(null))];
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
