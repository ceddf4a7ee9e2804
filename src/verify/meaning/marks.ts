/** mangle PREROUTING and OUTPUT (language.md §2 `mark`), before translation: the first that matches, longer source prefixes first. */
import type { Prefix } from "../../address/prefix.ts";
import type { Mark, Selector } from "../../cluster/cluster.ts";
import { askedPorts } from "../../cluster/doors.ts";
import { nodeportHosts, prefixesOf } from "../../cluster/sides.ts";
import type { Rule, Test } from "../program.ts";
import { shapesOf } from "./doors.ts";
import { type Side, type Source, sourcesOf, testsOfSource } from "./policy.ts";
import { inThis, type Subject } from "./subject.ts";
import { addressIn, type Chain, partIs, RETURN, rule } from "./words.ts";

/** A service is its doors; of nodeports those at declared addresses. What the packet asks for is its destination still. */
function destinationsOf(subject: Subject, selector: Selector): readonly (readonly Test[])[] {
  const { cluster, family, index } = subject;
  const { target } = selector;
  if (target.kind !== "service") {
    const prefixes = prefixesOf(cluster, target);
    const part = partIs(selector, "destination-port", family);
    if (prefixes === null) return [part];
    const own = inThis(family, prefixes);
    return own.length === 0 ? [] : [[addressIn("destination", own), ...part]];
  }
  const asked = index.ofService(target.service).flatMap((door) => {
    const part = askedPorts(selector, door);
    return part === null ? [] : [{ ...door, protocol: part.protocol, port: part.ports }];
  });
  const hosts = inThis(family, nodeportHosts(cluster));
  return shapesOf(asked, family, "destination").flatMap(({ key, elements }): readonly (readonly Test[])[] => {
    const member: Test = { kind: "member", key, elements: elements.map(({ terms }) => terms) };
    if (elements[0]?.door.address != null) return [[member]];
    return hosts.length === 0 ? [] : [[addressIn("destination", hosts), member]];
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

/** `everything`: how long a source is that has no prefix. */
function saidBy(
  subject: Subject,
  mark: Mark,
  source: Source,
  everything: number,
  destinations: readonly (readonly Test[])[],
): readonly Said[] {
  const { statement, value, mask } = mark;
  const each: readonly (Prefix | null)[] = source.prefixes ?? [null];
  return each.flatMap((prefix) => {
    const from = testsOfSource({ ...source, prefixes: prefix === null ? null : [prefix] }, subject);
    return destinations.map((tests) => ({
      length: prefix?.length ?? everything,
      rule: rule(statement, [...from, ...tests], { kind: "mark", value, mask }, RETURN),
    }));
  });
}

/** Of equal length those that meet agree. */
function marks(subject: Subject, side: Side): readonly Rule[] {
  return subject.cluster.marks
    .flatMap((mark) => {
      const destinations = mark.destinations.flatMap((selector) => destinationsOf(subject, selector));
      return mark.sources.flatMap((selector) =>
        sourcesOf(subject, selector, side).flatMap((source) =>
          saidBy(subject, mark, source, lengthOfAll(subject, selector), destinations),
        ),
      );
    })
    .toSorted((a, b) => b.length - a.length)
    .map((said) => said.rule);
}

export const markChains = (subject: Subject): readonly Chain[] => [
  ["mangle-prerouting", marks(subject, "arriving")],
  ["mangle-output", marks(subject, "sending")],
];
