/**
 * Functions of a packet's headers as decision diagrams: on each level one header, whose values are whole numbers, parted into stretches
 * that lead on alike. Levels are asked in order, and equal parts are one object, so that two functions are compared by walking them once.
 */
import { type Combining, combining } from "./combine.ts";
import type { Ranges } from "./ranges.ts";
import { firstFrom } from "./search.ts";
import { createStore, type Leaves, type Spend } from "./store.ts";
import { firstTier, lead, levelOfTier, parted, type Tiers, tiersOf } from "./tiers.ts";

export interface Leaf<T> {
  readonly id: number;
  readonly traits: number;
  /** Behind every tier of every level. */
  readonly level: number;
  readonly value: T;
}

export interface Branch<T> {
  readonly id: number;
  /** Every trait of a leaf below. */
  readonly traits: number;
  /** The tier of a level that is asked: see tiers.ts. */
  readonly level: number;
  /** The last digit of each stretch, ascending; the last of all is the tier's highest. */
  readonly ends: readonly number[];
  readonly to: readonly Diagram<T>[];
}

export type Diagram<T> = Leaf<T> | Branch<T>;

export const LEAF = Number.MAX_SAFE_INTEGER;

export const isLeaf = <T>(diagram: Diagram<T>): diagram is Leaf<T> => diagram.level === LEAF;

/** The level that is asked first; `LEAF` of a leaf. */
export const askedFirst = <T>(diagram: Diagram<T>): number => (isLeaf(diagram) ? LEAF : levelOfTier(diagram.level));

export interface Diagrams<T> extends Combining<T> {
  readonly tiers: Tiers;
  leaf(value: T): Leaf<T>;
  /** `inside` where the header's value is in the ranges, else `outside`; both ask later levels only. */
  where(level: number, ranges: Ranges, inside: Diagram<T>, outside: Diagram<T>): Diagram<T>;
  /** Where each of the ranges leads, and `outside` between them; what they lead to may ask the same level again. */
  stretches(level: number, ranges: Ranges, below: readonly Diagram<T>[], outside: Diagram<T>): Diagram<T>;
}

/** The stretch that holds a digit. */
export const placeOf = (ends: readonly number[], digit: number): number => firstFrom(ends, digit);

export interface DiagramOptions {
  readonly spend?: Spend;
  /** How many values a branch tells apart. */
  readonly digits?: number;
}

const forFree: Spend = (words) => {
  if (words === Number.POSITIVE_INFINITY) throw new RangeError("there are more diagrams than have numbers");
};

/** `highest`: of each level. */
export function createDiagrams<T>(
  highest: readonly number[],
  leaves: Leaves<T>,
  { spend = forFree, digits }: DiagramOptions = {},
): Diagrams<T> {
  const tiers = tiersOf(highest, digits);
  const { leaf, made, within } = createStore(tiers.highest, leaves, spend);

  /** Of stretches whose neighbours may lead on alike. */
  function branch(level: number, ends: readonly number[], to: readonly Diagram<T>[]): Diagram<T> {
    const parted: number[] = [];
    const leading: Diagram<T>[] = [];
    for (let at = 0; at < to.length; at += 1) lead(parted, leading, ends[at]!, to[at]!);
    return made(level, parted, leading);
  }

  function stretches(level: number, ranges: Ranges, below: readonly Diagram<T>[], outside: Diagram<T>): Diagram<T> {
    const lasts: number[] = [];
    const to: Diagram<T>[] = [];
    const top = highest[level]!;
    let next = 0;
    for (let at = 0; at < below.length; at += 1) {
      const first = ranges[2 * at]!;
      if (first > next) lead(lasts, to, first - 1, outside);
      next = ranges[2 * at + 1]! + 1;
      lead(lasts, to, next - 1, below[at]!);
    }
    if (next <= top) lead(lasts, to, top, outside);
    lasts[lasts.length - 1] = Number.POSITIVE_INFINITY;
    return parted({ made }, tiers, level, lasts, to);
  }

  function where(level: number, ranges: Ranges, inside: Diagram<T>, outside: Diagram<T>): Diagram<T> {
    const tier = firstTier(level);
    if (ranges.length === 2 && tiers.units[tier] === 1 && inside.level !== tier && outside.level !== tier)
      return within(tier, ranges[0]!, ranges[1]!, inside, outside);
    const below = new Array<Diagram<T>>(ranges.length / 2).fill(inside);
    return stretches(level, ranges, below, outside);
  }

  return { leaf, where, stretches, tiers, ...combining({ highest: tiers.highest, leaf, made, branch, spend }) };
}
