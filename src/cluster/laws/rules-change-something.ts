import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { plainlyContains, type Region, regionsMeet, subtractRegion } from "../../packetset/cover.ts";
import { rangesMeet } from "../../packetset/ranges.ts";
import type { Cluster, PolicyRule, Selector } from "../cluster.ts";
import { type Layer, layersMeet, MOST_PIECES, type PolicySpace, policySpaceOf } from "../policy-space.ts";
import { PROTOCOL, SOURCE } from "../space.ts";
import { notesOf, statementsOf } from "./rule-notes.ts";

const sameVerdict = (a: PolicyRule, b: PolicyRule): boolean => a.verb === b.verb && a.log?.prefix === b.log?.prefix;

const fromTheSame = (a: Region, b: Region): boolean =>
  a.some((box) =>
    b.some((other) => rangesMeet(box[SOURCE]!, other[SOURCE]!) && rangesMeet(box[PROTOCOL]!, other[PROTOCOL]!)),
  );

/** The addresses that services translate from or to: there a rule further down may match by the other reading of the destination. */
function isTranslated(cluster: Cluster, backends: ReadonlySet<unknown>, { destinations }: PolicyRule): boolean {
  if (cluster.services.length === 0) return false;
  return destinations.some(({ target }: Selector) => target.kind !== "pod" || backends.has(target.pod));
}

/** Whether leaving out `at` could let `later` decide something differently. */
function isDisputed(space: PolicySpace, translated: (layer: Layer) => boolean, at: number, later: number): boolean {
  const own = space.layers[at]!;
  const other = space.layers[later]!;
  if (own.region === null || other.region === null || layersMeet(space, at, later)) return true;
  return translated(own) && translated(other) && fromTheSame(own.region, other.region);
}

/**
 * The later rules that decide all that the one at `at` decides, and alike; `null` where one decides otherwise, or none.
 * One that can never match is left out itself, so it is no reason to leave out another.
 */
function successors(space: PolicySpace, translated: (layer: Layer) => boolean, at: number): readonly number[] | null {
  const { layers } = space;
  const { rule, region } = layers[at]!;
  let left: Region = region ?? [];
  if (left.length === 0) return null;
  const used: number[] = [];
  for (let later = at + 1; later < layers.length; later += 1) {
    const other = layers[later]!;
    if (!sameVerdict(rule, other.rule)) {
      if (isDisputed(space, translated, at, later)) return null;
      continue;
    }
    if (space.shadows.has(later)) continue;
    if (other.region === null || !layersMeet(space, at, later) || !regionsMeet(left, other.region)) continue;
    if (plainlyContains(other.region, left)) return [...used, later];
    left = subtractRegion(left, other.region);
    used.push(later);
    if (left.length === 0) return used;
    if (left.length > MOST_PIECES) return null;
  }
  return null;
}

/**
 * A rule changes the fate of some packet: without it, the next rule that matches does not give the same verdict to all
 * that it decides. That no rule at all would match is a change, so an `allow` is not redundant because unmatched traffic passes.
 */
export function rulesChangeSomething(cluster: Cluster): readonly Diagnostic[] {
  const space = policySpaceOf(cluster);
  const backends = new Set<unknown>(
    cluster.services.flatMap(({ ports }) => ports.flatMap((port) => port.backends.flatMap(({ pod }) => pod ?? []))),
  );
  const known = new Map<Layer, boolean>();
  const translated = (layer: Layer): boolean => {
    const answer = known.get(layer) ?? isTranslated(cluster, backends, layer.rule);
    known.set(layer, answer);
    return answer;
  };
  return space.layers.flatMap(({ rule }, at) => {
    if (space.shadows.has(at)) return [];
    const by = successors(space, translated, at);
    if (by === null) return [];
    const rules = by.map((index) => space.layers[index]!.rule);
    const fixes = [{ title: "leave it out", edits: [] }];
    const params = { rule: rule.statement, by: statementsOf(rules) };
    return [diagnose("redundant", params, rule.origin, { notes: notesOf(rules), fixes })];
  });
}
