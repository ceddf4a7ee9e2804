/** What becomes of a packet where rules are asked: a draw among ends, perhaps after a look at who is remembered. */

import { type Draw, drawOf } from "./draw.ts";
import { ACCEPT, type End, LEFT, ON } from "./end.ts";

/** A client that the list remembers gets this end, and the draw is not asked. */
export interface Held {
  readonly list: string;
  readonly seconds: number;
  readonly end: End;
  /** Of what comes so much asks the list: all of it, unless something was drawn before. */
  readonly share: number;
}

export interface Outcome extends Draw {
  /** Asked in this order. */
  readonly held: readonly Held[];
  /** What was noted on the way: logs, marks. */
  readonly notes: readonly string[];
}

const NOTHING_HELD: readonly Held[] = [];
const NO_NOTES: readonly string[] = [];
const CERTAIN: readonly number[] = [1];

/** Of a certain outcome. */
export const endOf = ({ ends }: Outcome): End => ends[0]!;

export const canEnd = ({ ends }: Outcome, end: End): boolean => ends.includes(end);

/** Ends in any order and any number of times, those without a share too. */
export function drawn(
  ends: readonly End[],
  shares: readonly number[],
  held: readonly Held[] = NOTHING_HELD,
  notes: readonly string[] = NO_NOTES,
): Outcome {
  const draw = drawOf(ends, shares);
  return { ends: draw.ends, shares: draw.shares, held, notes };
}

export const certain = (end: End): Outcome => drawn([end], CERTAIN);

/** Nothing has happened yet. */
export const ON_THEN: Outcome = certain(ON);

/** The kernel's own unit of a probability: shares that differ by less are one. */
export const UNIT = 2 ** -31;

const unitsOf = (share: number): number => Math.round(share / UNIT);

/** Equal for equal outcomes. */
export function hashOf({ ends, shares, held, notes }: Outcome): number {
  let hash = held.length * 31 + notes.length;
  for (let at = 0; at < ends.length; at += 1)
    hash = (Math.imul(hash ^ ends[at]!.id, 0x5bd1e995) ^ unitsOf(shares[at]!)) | 0;
  return hash;
}

export function isEqual(one: Outcome, other: Outcome): boolean {
  const { ends, shares, held, notes } = one;
  if (ends.length !== other.ends.length || held.length !== other.held.length) return false;
  if (notes.length !== other.notes.length) return false;
  for (let at = 0; at < ends.length; at += 1) {
    if (ends[at] !== other.ends[at] || unitsOf(shares[at]!) !== unitsOf(other.shares[at]!)) return false;
  }
  for (let at = 0; at < held.length; at += 1) if (!isEqualHeld(held[at]!, other.held[at]!)) return false;
  for (let at = 0; at < notes.length; at += 1) if (notes[at] !== other.notes[at]) return false;
  return true;
}

const isEqualHeld = (one: Held, other: Held): boolean =>
  one.list === other.list && one.seconds === other.seconds && one.share === other.share && one.end === other.end;

const partOf = (held: readonly Held[], part: number): readonly Held[] =>
  part === 1 || held.length === 0 ? held : held.map((each) => ({ ...each, share: each.share * part }));

/** Of `Leaves.traitsOf`. */
export const TRAITS = { on: 1, left: 2, accept: 4 } as const;

export const outcomeTraits = (outcome: Outcome): number =>
  (canEnd(outcome, ON) ? TRAITS.on : 0) |
  (canEnd(outcome, LEFT) ? TRAITS.left : 0) |
  (canEnd(outcome, ACCEPT) ? TRAITS.accept : 0);

/** `share` of it is `one`, the rest `other`. */
export function mixed(share: number, one: Outcome, other: Outcome): Outcome {
  const shares = [...one.shares.map((part) => part * share), ...other.shares.map((part) => part * (1 - share))];
  const held = [...partOf(one.held, share), ...partOf(other.held, 1 - share)];
  return drawn([...one.ends, ...other.ends], shares, held, [...one.notes, ...other.notes]);
}

/** What `first` leaves open is what `then` says. */
export function followed(first: Outcome, then: Outcome): Outcome {
  const open = first.ends.indexOf(ON);
  if (open === -1) return first;
  const part = first.shares[open]!;
  const ends = [...first.ends.toSpliced(open, 1), ...then.ends];
  const shares = [...first.shares.toSpliced(open, 1), ...then.shares.map((share) => share * part)];
  const held = then.held.length === 0 ? first.held : [...first.held, ...partOf(then.held, part)];
  const notes = then.notes.length === 0 ? first.notes : [...first.notes, ...then.notes];
  return drawn(ends, shares, held, notes);
}

/** Every share of `from` is one of `to`. */
export function renamed(outcome: Outcome, from: End, to: End): Outcome {
  const { ends, shares, held, notes } = outcome;
  if (!ends.includes(from)) return outcome;
  return drawn(
    ends.map((end) => (end === from ? to : end)),
    shares,
    held,
    notes,
  );
}

export const remembering = (first: Held, { ends, shares, held, notes }: Outcome): Outcome => ({
  ends,
  shares,
  held: [first, ...held],
  notes,
});

export const noted = (note: string, { ends, shares, held, notes }: Outcome): Outcome => ({
  ends,
  shares,
  held,
  notes: [note, ...notes],
});
