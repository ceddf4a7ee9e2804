/** mangle PREROUTING and OUTPUT (language.md §2 `mark`), before translation: the first that matches, longer source prefixes first. */
import type { Mark, Selector } from "../../cluster/cluster.ts";
import type { AddressRange, Rule, Test } from "../program.ts";
import { type Frontend, shapesOf } from "./frontends.ts";
import { type Side, type Source, sourcesOf, testsOfSource } from "./policy.ts";
import { portsAsked, rangesOf, type Sized } from "./selectors.ts";
import type { Subject } from "./subject.ts";
import { addressIn, type Chain, partIs, RETURN, rule } from "./words.ts";

/** Addresses and ranges of the same ports are one test, however many. */
function plainDestinations(subject: Subject, items: readonly Selector[]): readonly (readonly Test[])[] {
  const groups = new Map<string, { readonly item: Selector; readonly ranges: AddressRange[] | null }>();
  for (const item of items) {
    const ranges = rangesOf(subject, item.target);
    const key = `${ranges === null} ${item.protocol} ${item.ports?.first}-${item.ports?.last}`;
    const group = groups.get(key) ?? { item, ranges: ranges === null ? null : [] };
    groups.set(key, group);
    for (const range of ranges ?? []) group.ranges?.push(range);
  }
  return [...groups.values()].flatMap(({ item, ranges }) => {
    const part = partIs(item, "destination-port", subject.family);
    if (ranges === null) return [part];
    return ranges.length === 0 ? [] : [[addressIn("destination", ranges), ...part]];
  });
}

/** A service is its frontends; of nodeports those at declared addresses. What the packet asks for is its destination still. */
function atService(subject: Subject, item: Selector): readonly (readonly Test[])[] {
  const { family, index, nodeportHosts } = subject;
  const { target } = item;
  if (target.kind !== "service") return [];
  const asked = index.ofService(target.service).flatMap((frontend): readonly Frontend[] => {
    const part = portsAsked(item, frontend);
    return part === null ? [] : [{ ...frontend, protocol: part.protocol, port: part.ports }];
  });
  return shapesOf(asked, family, "destination").flatMap(({ key, elements }): readonly (readonly Test[])[] => {
    const member: Test = { kind: "member", key, elements: elements.map(({ terms }) => terms) };
    if (elements[0]?.frontend.address != null) return [[member]];
    return nodeportHosts.length === 0 ? [] : [[addressIn("destination", nodeportHosts), member]];
  });
}

interface Said {
  /** Of the source's prefix. */
  readonly length: number;
  readonly rule: Rule;
}

/** `any` is shorter than every prefix; a node as all that it sends only than a single address, as which it is known elsewhere. */
const lengthOfAll = ({ family }: Subject, { target }: Selector): number =>
  target.kind === "any" ? -1 : (family === 4 ? 32 : 128) - 0.5;

interface From {
  readonly item: Selector;
  readonly source: Source;
}

/** Addresses of the same ports as one source, however many items say them. */
function joined(items: readonly { readonly item: Selector; readonly sources: readonly Source[] }[]): readonly From[] {
  const groups = new Map<string, From & { readonly source: Source & { readonly ranges: Sized[] } }>();
  const whole: From[] = [];
  for (const { item, sources } of items)
    for (const source of sources) {
      const { ranges, protocol, ports } = source;
      if (ranges === null) {
        whole.push({ item, source });
        continue;
      }
      const key = `${protocol} ${ports?.first}-${ports?.last}`;
      const group = groups.get(key) ?? { item, source: { protocol, ports, ranges: [] } };
      groups.set(key, group);
      for (const range of ranges) group.source.ranges.push(range);
    }
  return [...whole, ...groups.values()];
}

interface OfLength {
  /** `null`: of what has no prefix. */
  readonly length: number | null;
  readonly ranges: readonly Sized[] | null;
}

function byLength(ranges: readonly Sized[] | null): readonly OfLength[] {
  if (ranges === null) return [{ length: null, ranges: null }];
  const groups = new Map<number, Sized[]>();
  for (const sized of ranges) {
    const group = groups.get(sized.length);
    if (group === undefined) groups.set(sized.length, [sized]);
    else group.push(sized);
  }
  return [...groups].map(([length, all]) => ({ length, ranges: all }));
}

/** `everything`: how long a source is that has no prefix. */
function saidBy(
  subject: Subject,
  mark: Mark,
  source: Source,
  everything: number,
  destinations: readonly (readonly Test[])[],
): readonly Said[] {
  const { statement, value, mask } = mark;
  return byLength(source.ranges).flatMap(({ length, ranges }) => {
    const from = testsOfSource({ ...source, ranges }, subject);
    return destinations.map((tests) => ({
      length: length ?? everything,
      rule: rule(statement, [...from, ...tests], { kind: "mark", value, mask }, RETURN),
    }));
  });
}

/** Of equal length those that meet agree. */
function marks(subject: Subject, side: Side): readonly Rule[] {
  return subject.cluster.marks
    .flatMap((mark) => {
      const plain = mark.destinations.filter(({ target }) => target.kind !== "service");
      const destinations = [
        ...plainDestinations(subject, plain),
        ...mark.destinations.flatMap((item) => atService(subject, item)),
      ];
      return joined(mark.sources.map((item) => ({ item, sources: sourcesOf(subject, item, side) }))).flatMap(
        ({ item, source }) => saidBy(subject, mark, source, lengthOfAll(subject, item), destinations),
      );
    })
    .toSorted((a, b) => b.length - a.length)
    .map((said) => said.rule);
}

export const markChains = (subject: Subject): readonly Chain[] => [
  ["mangle-prerouting", marks(subject, "arriving")],
  ["mangle-output", marks(subject, "sending")],
];
