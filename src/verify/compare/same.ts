/** Whether two outcomes are the same, in whatever words. */
import { type Effect, textOfEffect } from "../fates/effect.ts";
import { type End, ON, textOf } from "../fates/end.ts";
import { type Outcome, UNIT } from "../fates/outcome.ts";

/** A tree halves no more often, and no draw among fewer backends takes more steps than these. */
const STEPS = 60;

/** How far shares of so many ends may be apart: a unit for each step of the draw. */
export const tolerance = (ends: number): number => Math.min(Math.max(ends, 2), STEPS) * UNIT;

/** Names of lists differ from target to target: each stands for one of the meaning's, and no two for the same. */
export interface Names {
  readonly known: Map<string, string>;
  readonly taken: Map<string, string>;
}

export const createNames = (): Names => ({ known: new Map(), taken: new Map() });

function isSameList(names: Names, expected: string, found: string): boolean {
  const known = names.known.get(expected);
  if (known !== undefined) return known === found;
  if (names.taken.has(found)) return false;
  names.known.set(expected, found);
  names.taken.set(found, expected);
  return true;
}

/** No rule of the hook has ended it. */
const PASS = "pass";

/** A target that counts from the port that was asked for is the one that names its port, where only one port is asked. */
export function readEnd(end: End, port: number | null): string {
  if (end.plain === ON) return PASS;
  const what = textOf(end);
  const counted = port === null ? null : /^(to \S+ port )\+(-?\d+)$/.exec(what);
  return counted === null ? what : `${counted[1]}${port! + Number(counted[2])}`;
}

interface Part {
  readonly end: string;
  readonly effects: readonly Effect[];
  /** Puts parts of two outcomes into one order, whatever their lists are called. */
  readonly order: string;
  readonly share: number;
}

const namelessOf = (effects: readonly Effect[]): string =>
  effects.map((effect) => (effect.kind === "remember" ? effect.kind : textOfEffect(effect))).join("\n");

const inOrder = (one: { readonly order: string }, other: { readonly order: string }): number =>
  one.order < other.order ? -1 : one.order > other.order ? 1 : 0;

function partsOf({ ends, shares }: Outcome, port: number | null): readonly Part[] {
  const parts = new Map<string, Part>();
  ends.forEach((one, at) => {
    const end = readEnd(one, port);
    const { effects } = one;
    const key = [end, ...effects.map(textOfEffect)].join("\n");
    const share = shares[at]! + (parts.get(key)?.share ?? 0);
    parts.set(key, { end, effects, order: `${end}\n${namelessOf(effects)}`, share });
  });
  return [...parts.values()].sort(inOrder);
}

/** Without lists and effects, and end by end in the same words. */
function isPlainlySame(expected: Outcome, found: Outcome): boolean {
  if (expected.asks.length + found.asks.length > 0) return false;
  const { ends, shares } = expected;
  if (ends.length !== found.ends.length) return false;
  const most = tolerance(ends.length);
  for (let at = 0; at < ends.length; at += 1) {
    const end = ends[at]!;
    if (found.ends[at] !== end || Math.abs(shares[at]! - found.shares[at]!) > most) return false;
    if (end.effects.length > 0) return false;
  }
  return true;
}

/** How long a client is remembered may be said by whoever looks it up. */
function isSameEffect(names: Names, expected: Effect, found: Effect): boolean {
  if (expected.kind !== "remember" || found.kind !== "remember") return textOfEffect(expected) === textOfEffect(found);
  const isAsLong = found.seconds === null || found.seconds === expected.seconds;
  return isAsLong && isSameList(names, expected.list, found.list);
}

const isSamePart = (names: Names, one: Part, other: Part, most: number): boolean =>
  one.end === other.end &&
  Math.abs(one.share - other.share) <= most &&
  one.effects.length === other.effects.length &&
  one.effects.every((effect, at) => isSameEffect(names, effect, other.effects[at]!));

/**
 * Lists are compared whatever their order: a client is in one of those that are asked together, since whoever is in none is put into one, and
 * whoever is in one is put into that again.
 */
function asksOf({ asks }: Outcome, port: number | null) {
  return asks
    .map((ask) => ({
      ...ask,
      order: partsOf(ask.found, port)
        .map(({ order }) => order)
        .join("\n\n"),
    }))
    .sort(inOrder);
}

/** Whether both are one to whoever sends the packet; `port`: the one that is asked for, where it is one. */
export function isSame(names: Names, expected: Outcome, found: Outcome, port: number | null): boolean {
  if (isPlainlySame(expected, found)) return true;
  if (expected.asks.length !== found.asks.length) return false;
  const [one, other] = [partsOf(expected, port), partsOf(found, port)];
  const most = tolerance(one.length);
  if (one.length !== other.length || !one.every((part, at) => isSamePart(names, part, other[at]!, most))) return false;
  const theirs = asksOf(found, port);
  return asksOf(expected, port).every((ask, at) => {
    const twin = theirs[at]!;
    return (
      ask.seconds === twin.seconds &&
      isSameList(names, ask.list, twin.list) &&
      isSame(names, ask.found, twin.found, port)
    );
  });
}
