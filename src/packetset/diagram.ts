/**
 * Functions of a packet's headers as decision diagrams: on each level one header, whose values are whole numbers, parted into stretches
 * that lead on alike. Levels are asked in order, and equal parts are one object, so that two functions are compared by walking them once.
 */
import { type Combining, combining } from "./combine.ts";
import type { Ranges } from "./ranges.ts";
import { firstFrom } from "./search.ts";
import { createStore, type Leaves } from "./store.ts";

export interface Leaf<T> {
  readonly id: number;
  readonly traits: number;
  /** Behind every level. */
  readonly level: number;
  readonly value: T;
}

export interface Branch<T> {
  readonly id: number;
  /** Every trait of a leaf below. */
  readonly traits: number;
  readonly level: number;
  /** The last value of each stretch, ascending; the last of all is the level's highest. */
  readonly ends: readonly number[];
  readonly to: readonly Diagram<T>[];
}

export type Diagram<T> = Leaf<T> | Branch<T>;

export const LEAF = Number.MAX_SAFE_INTEGER;

export const isLeaf = <T>(diagram: Diagram<T>): diagram is Leaf<T> => diagram.level === LEAF;

export interface Diagrams<T> extends Combining<T> {
  leaf(value: T): Leaf<T>;
  /** `inside` where the header's value is in the ranges, else `outside`; both ask later levels only. */
  where(level: number, ranges: Ranges, inside: Diagram<T>, outside: Diagram<T>): Diagram<T>;
  /** Where each of the ranges leads, and `outside` between them; what they lead to may ask the same level again. */
  stretches(level: number, ranges: Ranges, below: readonly Diagram<T>[], outside: Diagram<T>): Diagram<T>;
}

/** The stretch that holds a value. */
export const placeOf = (ends: readonly number[], value: number): number => firstFrom(ends, value);

/** One more stretch, up to `end`; one that leads on as the one before it is the same. */
export function lead<T>(ends: number[], to: Diagram<T>[], end: number, one: Diagram<T>): void {
  const { length } = to;
  if (length > 0 && to[length - 1] === one) ends[length - 1] = end;
  else {
    ends.push(end);
    to.push(one);
  }
}

/** `highest`: of each level. */
export function createDiagrams<T>(highest: readonly number[], leaves: Leaves<T>): Diagrams<T> {
  const { leaf, made, within } = createStore(highest, leaves);

  /** Of stretches whose neighbours may lead on alike. */
  function branch(level: number, ends: readonly number[], to: readonly Diagram<T>[]): Diagram<T> {
    const parted: number[] = [];
    const leading: Diagram<T>[] = [];
    for (let at = 0; at < to.length; at += 1) lead(parted, leading, ends[at]!, to[at]!);
    return made(level, parted, leading);
  }

  function stretches(level: number, ranges: Ranges, below: readonly Diagram<T>[], outside: Diagram<T>): Diagram<T> {
    const ends: number[] = [];
    const to: Diagram<T>[] = [];
    const top = highest[level]!;
    let next = 0;
    for (let at = 0; at < below.length; at += 1) {
      const first = ranges[2 * at]!;
      const last = ranges[2 * at + 1]!;
      if (first > next) push(ends, to, next, first - 1, outside, level);
      push(ends, to, first, last, below[at]!, level);
      next = last + 1;
    }
    if (next <= top) push(ends, to, next, top, outside, level);
    return made(level, ends, to);
  }

  /** What a diagram that may ask `level` itself says of one of its stretches. */
  function push(ends: number[], to: Diagram<T>[], first: number, last: number, one: Diagram<T>, level: number): void {
    if (one.level !== level) {
      lead(ends, to, last, one);
      return;
    }
    const { ends: own, to: leads } = one as Branch<T>;
    for (let at = placeOf(own, first); ; at += 1) {
      lead(ends, to, Math.min(own[at]!, last), leads[at]!);
      if (own[at]! >= last) return;
    }
  }

  function where(level: number, ranges: Ranges, inside: Diagram<T>, outside: Diagram<T>): Diagram<T> {
    if (ranges.length === 2 && inside.level !== level && outside.level !== level)
      return within(level, ranges[0]!, ranges[1]!, inside, outside);
    const below = new Array<Diagram<T>>(ranges.length / 2).fill(inside);
    return stretches(level, ranges, below, outside);
  }

  return { leaf, where, stretches, ...combining({ highest, leaf, made, branch }) };
}
