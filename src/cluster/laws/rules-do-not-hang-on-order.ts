import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { type Box, boxesMeet, intersectBoxes } from "../../packetset/box.ts";
import { coverOf, type Region, regionsMeet } from "../../packetset/cover.ts";
import { type Ranges, rangesContain, rangesMeet } from "../../packetset/ranges.ts";
import type { Cluster, PolicyRule } from "../cluster.ts";
import { layersMeet, MOST_PIECES, mayMeet, type PolicySpace, policySpaceOf } from "../policy-space.ts";
import { DESTINATION, type SaidBox, SOURCE } from "../space.ts";
import { ENOUGH, notesOf, statementsOf } from "./rule-notes.ts";

/** Plain rules come before defaults wherever they stand, so that between the two no order was chosen. */
const areOpposite = (a: PolicyRule, b: PolicyRule): boolean =>
  (a.verb === "allow") !== (b.verb === "allow") && a.isDefault === b.isDefault;

/** Each item of `said` that meets `other` lies in it. */
function itemsLieIn(said: readonly number[], other: Ranges): boolean {
  for (let at = 0; at < said.length; at += 2) {
    const item = [said[at]!, said[at + 1]!];
    if (rangesMeet(item, other) && !rangesContain(other, item)) return false;
  }
  return true;
}

/** Where the two meet, `a` says nothing wider than `b`: an exception from it, the common way to write policy. */
function isNarrower(a: SaidBox, b: SaidBox): boolean {
  return (
    itemsLieIn(a.sources, b.box[SOURCE]!) &&
    itemsLieIn(a.destinations, b.box[DESTINATION]!) &&
    a.box.every((ranges, at) => at <= DESTINATION || rangesContain(b.box[at]!, ranges))
  );
}

/** What both match, where neither is the narrower one. */
function crossings(earlier: readonly SaidBox[], later: readonly SaidBox[]): readonly Box[] {
  return earlier.flatMap((a) =>
    later.flatMap((b) =>
      boxesMeet(a.box, b.box) && !isNarrower(a, b) && !isNarrower(b, a) ? [intersectBoxes(a.box, b.box)] : [],
    ),
  );
}

/** Not every packet of `region` is decided before the rule at `at`. */
function isOpen({ layers, bounds }: PolicySpace, region: Region, at: number): boolean {
  const meeting: Region[] = [];
  for (let before = 0; before < at; before += 1) {
    const layer = layers[before]!.region;
    if (layer !== null && mayMeet(bounds, before, at) && regionsMeet(layer, region)) meeting.push(layer);
  }
  return meeting.length === 0 || coverOf(region, meeting, MOST_PIECES) === null;
}

/** After so many rules that each hang on the order no more are looked for: nobody reads the next. */
const MOST_FOUND = 100;

/** Of two rules with opposite verdicts that meet one is an exception from the other; where neither is, their order decides. */
export function rulesDoNotHangOnOrder(cluster: Cluster): readonly Diagnostic[] {
  if (cluster.policy.length < 2) return [];
  const space = policySpaceOf(cluster);
  const { layers, shadows } = space;
  const found: Diagnostic[] = [];
  for (let at = 1; at < layers.length && found.length < MOST_FOUND; at += 1) {
    const later = layers[at]!;
    if (shadows.has(at)) continue;
    const rules: PolicyRule[] = [];
    for (let before = 0; before < at && rules.length < ENOUGH; before += 1) {
      if (!mayMeet(space.bounds, before, at)) continue;
      const earlier = layers[before]!;
      if (!areOpposite(earlier.rule, later.rule) || !layersMeet(space, before, at)) continue;
      const crossing = crossings(earlier.said, later.said);
      if (crossing.length > 0 && isOpen(space, crossing, before)) rules.push(earlier.rule);
    }
    if (rules.length === 0) continue;
    const params = { rule: later.rule.statement, earlier: statementsOf(rules) };
    found.push(diagnose("correlated", params, later.rule.origin, { notes: notesOf(rules) }));
  }
  return found;
}
