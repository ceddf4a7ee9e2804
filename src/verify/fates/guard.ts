/** Where all of some constraints hold, level by level. */

import { askedFirst, type Diagram, type Diagrams } from "../../packetset/diagram.ts";
import { intersectRanges, type Ranges } from "../../packetset/ranges.ts";
import { NO, YES } from "./end.ts";
import { canEnd, certain, type Outcome } from "./outcome.ts";
import type { Constraint } from "./scene.ts";

/** By ascending level, each level once, no ranges empty. */
export type Levels = readonly { readonly level: number; readonly ranges: Ranges }[];

/** `null` where they never hold together. */
export function levelsOf(constraints: readonly Constraint[]): Levels | null {
  if (areInOrder(constraints)) return constraints;
  const found: { level: number; ranges: Ranges }[] = [];
  for (const constraint of constraints) {
    if (constraint === false) return null;
    if (constraint === true) continue;
    const { level, ranges } = constraint;
    const known = found.find((each) => each.level === level);
    if (known === undefined) found.push({ level, ranges });
    else {
      known.ranges = intersectRanges(known.ranges, ranges);
      if (known.ranges.length === 0) return null;
    }
  }
  return found.sort((a, b) => a.level - b.level);
}

function areInOrder(constraints: readonly Constraint[]): constraints is Levels {
  let before = -1;
  for (let at = 0; at < constraints.length; at += 1) {
    const constraint = constraints[at]!;
    if (typeof constraint === "boolean" || constraint.level <= before) return false;
    before = constraint.level;
  }
  return true;
}

/** `inside` where the constraints hold, else `outside`; both may ask any level. */
export function guarded(
  diagrams: Diagrams<Outcome>,
  levels: Levels,
  inside: Diagram<Outcome>,
  outside: Diagram<Outcome>,
): Diagram<Outcome> {
  const deepest = levels.at(-1)?.level ?? 0;
  if (askedFirst(inside) >= deepest && askedFirst(outside) > deepest) return nested(diagrams, levels, inside, outside);
  const [yes, no] = [diagrams.leaf(certain(YES)), diagrams.leaf(certain(NO))];
  return diagrams.choose(nested(diagrams, levels, yes, no), isYes, inside, outside);
}

export const isYes = (outcome: Outcome): boolean => canEnd(outcome, YES);

/** The same where `inside` asks the deepest level or later ones, and `outside` later ones only; `from`: levels before it are not asked. */
export function nested(
  diagrams: Diagrams<Outcome>,
  levels: Levels,
  inside: Diagram<Outcome>,
  outside: Diagram<Outcome>,
  from = 0,
): Diagram<Outcome> {
  let found = inside;
  for (let at = levels.length - 1; at >= from; at -= 1)
    found = diagrams.where(levels[at]!.level, levels[at]!.ranges, found, outside);
  return found;
}
