/**
 * What becomes of a packet where rules are asked: a draw among ends. Where lists of clients are looked up first, whoever is in the first of
 * them gets what that list leads to, and so on; who is in none gets the draw. A list is asked before anything is drawn: whether a client is in
 * it does not hang on chance.
 */

import { type Draw, drawOf } from "./draw.ts";
import type { Effect } from "./effect.ts";
import { ACCEPT, type End, type Ends, LEFT, ON } from "./end.ts";
import { refuseMore } from "./too-large.ts";

/** A client that was put into the list not longer ago than `seconds` gets `found`. */
export interface Ask {
  readonly list: string;
  readonly seconds: number;
  readonly found: Outcome;
}

export interface Outcome extends Draw {
  /** In this order. */
  readonly asks: readonly Ask[];
}

const NO_ASKS: readonly Ask[] = [];
const CERTAIN: readonly number[] = [1];

/** Whether it can end so, whatever its effects. */
export const canEnd = ({ ends, asks }: Outcome, plain: End): boolean => {
  for (let at = 0; at < ends.length; at += 1) if (ends[at]!.plain === plain) return true;
  return asks.length > 0 && asks.some(({ found }) => canEnd(found, plain));
};

/** Ends in any order and any number of times, those without a share too. */
export function drawn(ends: readonly End[], shares: readonly number[]): Outcome {
  const draw = drawOf(ends, shares);
  return { ends: draw.ends, shares: draw.shares, asks: NO_ASKS };
}

export const certain = (end: End): Outcome => drawn([end], CERTAIN);

/** Nothing has happened yet. */
export const ON_THEN: Outcome = certain(ON);

/** The kernel's own unit of a probability: shares that differ by less are one. */
export const UNIT = 2 ** -31;

const unitsOf = (share: number): number => Math.round(share / UNIT);

/** Equal for equal outcomes. */
export function hashOf({ ends, shares, asks }: Outcome): number {
  let hash = asks.length * 31;
  for (let at = 0; at < ends.length; at += 1)
    hash = (Math.imul(hash ^ ends[at]!.id, 0x5bd1e995) ^ unitsOf(shares[at]!)) | 0;
  for (let at = 0; at < asks.length; at += 1)
    hash = (Math.imul(hash ^ asks[at]!.seconds, 0x5bd1e995) ^ hashOf(asks[at]!.found)) | 0;
  return hash;
}

export function isEqual(one: Outcome, other: Outcome): boolean {
  const { ends, shares, asks } = one;
  if (ends.length !== other.ends.length || asks.length !== other.asks.length) return false;
  for (let at = 0; at < ends.length; at += 1) {
    if (ends[at] !== other.ends[at] || unitsOf(shares[at]!) !== unitsOf(other.shares[at]!)) return false;
  }
  for (let at = 0; at < asks.length; at += 1) if (!isEqualAsk(asks[at]!, other.asks[at]!)) return false;
  return true;
}

const isEqualAsk = (one: Ask, other: Ask): boolean =>
  one.list === other.list && one.seconds === other.seconds && isEqual(one.found, other.found);

/** Of `Leaves.traitsOf`. */
export const TRAITS = { on: 1, left: 2, accept: 4 } as const;

export const outcomeTraits = (outcome: Outcome): number =>
  (canEnd(outcome, ON) ? TRAITS.on : 0) |
  (canEnd(outcome, LEFT) ? TRAITS.left : 0) |
  (canEnd(outcome, ACCEPT) ? TRAITS.accept : 0);

const eachAsk = (asks: readonly Ask[], change: (found: Outcome) => Outcome): readonly Ask[] =>
  asks.length === 0 ? asks : asks.map(({ list, seconds, found }) => ({ list, seconds, found: change(found) }));

/** A list is not asked where it makes no difference whether it has the client. */
function asking(asks: readonly Ask[], rest: Outcome): Outcome {
  refuseMore(asks.length + rest.asks.length);
  let outcome = rest;
  for (let at = asks.length - 1; at >= 0; at -= 1) {
    const ask = asks[at]!;
    if (isEqual(ask.found, outcome)) continue;
    outcome = { ends: rest.ends, shares: rest.shares, asks: [ask, ...outcome.asks] };
  }
  return outcome;
}

const eachEnd = (outcome: Outcome, change: (end: End) => End): Outcome =>
  asking(
    eachAsk(outcome.asks, (found) => eachEnd(found, change)),
    drawn(outcome.ends.map(change), outcome.shares),
  );

/** Whoever is in the list gets `found`, and is not asked for further. */
export const asked = (list: string, seconds: number, found: Outcome, rest: Outcome): Outcome =>
  asking([{ list, seconds, found }], rest);

interface Part {
  readonly share: number;
  readonly outcome: Outcome;
}

const drawOnly = ({ ends, shares }: Outcome): Outcome => ({ ends, shares, asks: NO_ASKS });

/** One of them, each with its share. What any of them asks is asked before the draw. */
function amongAll(parts: readonly Part[]): Outcome {
  const first = parts.findIndex(({ outcome }) => outcome.asks.length > 0);
  if (first === -1) {
    refuseMore(parts.reduce((sum, { outcome }) => sum + outcome.ends.length, 0));
    const ends = parts.flatMap(({ outcome }) => outcome.ends);
    const shares = parts.flatMap(({ share, outcome }) => outcome.shares.map((own) => own * share));
    return drawn(ends, shares);
  }
  const one = parts[first]!;
  const instead = (outcome: Outcome): Outcome => amongAll(parts.with(first, { share: one.share, outcome }));
  const rest = instead(drawOnly(one.outcome));
  return asking(eachAsk(one.outcome.asks, instead), rest);
}

/** `share` of it is `one`, the rest `other`. */
export const mixed = (share: number, one: Outcome, other: Outcome): Outcome =>
  amongAll([
    { share, outcome: one },
    { share: 1 - share, outcome: other },
  ]);

/** What is left to ask of a client who was put into some lists just now. */
function whereRemembered(effects: readonly Effect[], outcome: Outcome): Outcome {
  const lists = new Set(effects.flatMap((effect) => (effect.kind === "remember" ? [effect.list] : [])));
  const at = outcome.asks.findIndex(({ list }) => lists.has(list));
  if (at === -1) return outcome;
  const found = whereRemembered(effects, outcome.asks[at]!.found);
  return asking(outcome.asks.slice(0, at), found);
}

/** What `first` leaves open is what `then` says, behind what was done so far. */
export function followed(ends: Ends, first: Outcome, then: Outcome): Outcome {
  if (!canEnd(first, ON)) return first;
  const parts = first.ends.map((end, at): Part => {
    const share = first.shares[at]!;
    if (end.plain !== ON) return { share, outcome: certain(end) };
    if (end === ON) return { share, outcome: then };
    return { share, outcome: noted(ends, end.effects, then) };
  });
  const rest = parts.length === 1 && parts[0]!.share === 1 ? parts[0]!.outcome : amongAll(parts);
  if (first.asks.length === 0) return rest;
  return asking(
    eachAsk(first.asks, (one) => followed(ends, one, then)),
    rest,
  );
}

/** Every share of `from` is one of `to`, with the effects that it had. */
export function renamed(ends: Ends, outcome: Outcome, from: End, to: End): Outcome {
  if (!canEnd(outcome, from)) return outcome;
  return eachEnd(outcome, (end) => (end === from ? to : end.plain === from ? ends.after(end.effects, to) : end));
}

/** The same behind these effects. */
export const noted = (ends: Ends, effects: readonly Effect[], outcome: Outcome): Outcome =>
  eachEnd(whereRemembered(effects, outcome), (end) => ends.after(effects, end));
