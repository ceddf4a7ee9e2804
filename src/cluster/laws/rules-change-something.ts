import { present } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { plainlyContains, type Region, subtractRegion } from "../../packetset/cover.ts";
import { rangesMeet } from "../../packetset/ranges.ts";
import type { Cluster, Pod, PolicyRule, Selector } from "../cluster.ts";
import { addressesOfService } from "../doors.ts";
import { layersMeet, MOST_PAIRS, MOST_PIECES, mayMeet, type PolicySpace, policySpaceOf } from "../policy-space.ts";
import { PROTOCOL, SOURCE } from "../space.ts";
import { notesOf, statementsOf } from "./rule-notes.ts";

const sameVerdict = (a: PolicyRule, b: PolicyRule): boolean => a.verb === b.verb && a.log?.prefix === b.log?.prefix;

const fromTheSame = (a: Region, b: Region): boolean =>
  a.some((box) =>
    b.some((other) => rangesMeet(box[SOURCE]!, other[SOURCE]!) && rangesMeet(box[PROTOCOL]!, other[PROTOCOL]!)),
  );

/**
 * The rules about addresses that services translate from or to: there a rule further down may match by the other reading
 * of the destination.
 */
function translatedLayers({ services }: Cluster, { layers }: PolicySpace): readonly boolean[] {
  const backends = new Set<Pod>();
  for (const { ports } of services) {
    for (const line of ports) for (const { pod } of line.backends) if (pod !== null) backends.add(pod);
  }
  const asked = new Set(services.flatMap((service) => addressesOfService(service).map(({ address }) => address.text)));
  const isDoor = (pod: Pod): boolean => present(pod.addresses).some(({ text }) => asked.has(text));
  const isTranslated = ({ target }: Selector): boolean =>
    target.kind !== "pod" || backends.has(target.pod) || isDoor(target.pod);
  return layers.map(({ rule }) => services.length > 0 && rule.destinations.some(isTranslated));
}

interface Comparison {
  readonly space: PolicySpace;
  readonly translated: readonly boolean[];
  /** Pairs that may still be compared. */
  pairs: number;
}

/** Whether leaving out `at` could let `later` decide something differently. */
function isDisputed({ space, translated }: Comparison, at: number, later: number): boolean {
  if (layersMeet(space, at, later)) return true;
  if (!translated[at] || !translated[later]) return false;
  return fromTheSame(space.layers[at]!.region ?? [], space.layers[later]!.region ?? []);
}

/**
 * The later rules that decide all that the one at `at` decides, and alike; `null` where one decides otherwise, or none.
 * One that can never match is left out itself, so it is no reason to leave out another.
 */
function successors(comparison: Comparison, at: number): readonly number[] | null {
  const { space, translated } = comparison;
  const { layers, shadows, bounds } = space;
  const { rule, region } = layers[at]!;
  let left: Region = region ?? [];
  if (left.length === 0) return null;
  const used: number[] = [];
  for (let later = at + 1; later < layers.length; later += 1) {
    if (!mayMeet(bounds, at, later) && !(translated[at] && translated[later])) continue;
    const other = layers[later]!;
    if (!sameVerdict(rule, other.rule)) {
      if (isDisputed(comparison, at, later)) return null;
      continue;
    }
    if (other.region === null || !layersMeet(space, at, later) || shadows.has(later)) continue;
    comparison.pairs -= 1;
    if (plainlyContains(other.region, left)) return [...used, later];
    const rest = subtractRegion(left, other.region);
    if (rest === left) continue;
    left = rest;
    used.push(later);
    if (left.length === 0) return used;
    if (left.length > MOST_PIECES || comparison.pairs < 0) return null;
  }
  return null;
}

/**
 * A rule changes the fate of some packet: without it, the next rule that matches does not give the same verdict to all
 * that it decides. That no rule at all would match is a change, so an `allow` is not redundant because unmatched traffic passes.
 */
export function rulesChangeSomething(cluster: Cluster): readonly Diagnostic[] {
  if (cluster.policy.length < 2) return [];
  const space = policySpaceOf(cluster);
  const comparison: Comparison = { space, translated: translatedLayers(cluster, space), pairs: MOST_PAIRS };
  return space.layers.flatMap(({ rule }, at) => {
    const by = space.shadows.has(at) ? null : successors(comparison, at);
    if (by === null) return [];
    const rules = by.map((index) => space.layers[index]!.rule);
    const fixes = [{ title: "leave it out", edits: [] }];
    const params = { rule: rule.statement, by: statementsOf(rules) };
    return [diagnose("redundant", params, rule.origin, { notes: notesOf(rules), fixes })];
  });
}
