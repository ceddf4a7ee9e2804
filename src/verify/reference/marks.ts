/** mangle PREROUTING and OUTPUT (language.md §2 `mark`), before translation: the first that matches, longer source prefixes first. */
import type { Mark, Selector } from "../../cluster/cluster.ts";
import type { Rule, Test } from "../program.ts";
import { type Frontend, shapesOf } from "./frontends.ts";
import { type Side, type Source, sourcesOf, testsOfSource } from "./policy.ts";
import { portsAsked, rangesOf, type Sized } from "./selectors.ts";
import type { Subject } from "./subject.ts";
import { addressIn, type Chain, partIs, RETURN, rule } from "./words.ts";

/** A service is its frontends; of nodeports those at declared addresses. What the packet asks for is its destination still. */
function destinationsOf(subject: Subject, item: Selector): readonly (readonly Test[])[] {
  const { family, index, nodeportHosts } = subject;
  const { target } = item;
  if (target.kind !== "service") {
    const ranges = rangesOf(subject, target);
    const part = partIs(item, "destination-port", family);
    if (ranges === null) return [part];
    return ranges.length === 0 ? [] : [[addressIn("destination", ranges), ...part]];
  }
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

/** `everything`: how long a source is that has no prefix. */
function saidBy(
  subject: Subject,
  mark: Mark,
  source: Source,
  everything: number,
  destinations: readonly (readonly Test[])[],
): readonly Said[] {
  const { statement, value, mask } = mark;
  const each: readonly (Sized | null)[] = source.ranges ?? [null];
  return each.flatMap((sized) => {
    const from = testsOfSource({ ...source, ranges: sized === null ? null : [sized] }, subject);
    return destinations.map((tests) => ({
      length: sized?.length ?? everything,
      rule: rule(statement, [...from, ...tests], { kind: "mark", value, mask }, RETURN),
    }));
  });
}

/** Of equal length those that meet agree. */
function marks(subject: Subject, side: Side): readonly Rule[] {
  return subject.cluster.marks
    .flatMap((mark) => {
      const destinations = mark.destinations.flatMap((item) => destinationsOf(subject, item));
      return mark.sources.flatMap((item) =>
        sourcesOf(subject, item, side).flatMap((source) =>
          saidBy(subject, mark, source, lengthOfAll(subject, item), destinations),
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
