/**
 * Functions of a packet's headers as decision diagrams: on each level one header, whose values are whole numbers, parted into stretches
 * that lead on alike. Levels are asked in order, and equal parts are one object, so that two functions are compared by walking them once.
 */
import { type Combining, combining } from "./combine.ts";
import type { Ranges } from "./ranges.ts";

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

/** In a list of all that have the same hash. */
interface Kept<T> extends Branch<T> {
  readonly next: Kept<T> | undefined;
}
interface KeptLeaf<T> extends Leaf<T> {
  readonly next: KeptLeaf<T> | undefined;
}

export type Diagram<T> = Leaf<T> | Branch<T>;

const LEAF = Number.MAX_SAFE_INTEGER;

export const isLeaf = <T>(diagram: Diagram<T>): diagram is Leaf<T> => diagram.level === LEAF;

export interface Diagrams<T> extends Combining<T> {
  leaf(value: T): Leaf<T>;
  /** `inside` where the header's value is in the ranges, else `outside`; both ask later levels only. */
  where(level: number, ranges: Ranges, inside: Diagram<T>, outside: Diagram<T>): Diagram<T>;
  /** Where each of the ranges leads, and `outside` between them; what they lead to may ask the same level again. */
  stretches(level: number, ranges: Ranges, below: readonly Diagram<T>[], outside: Diagram<T>): Diagram<T>;
}

/** The stretch that holds a value. */
export function placeOf(ends: readonly number[], value: number): number {
  let low = 0;
  let high = ends.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const hashed = <T>(hash: number, end: number, { id }: Diagram<T>): number =>
  (Math.imul(hash ^ end, 0x5bd1e995) ^ id) | 0;

/**
 * Loops over what may be long stand alone: V8 compiles such a loop while it runs, knows nothing yet of what comes behind it, and gives the
 * compiled loop up at its end, each time it is run.
 */
function hashOfAll<T>(level: number, ends: readonly number[], to: readonly Diagram<T>[]): number {
  let hash = level;
  for (let at = 0; at < ends.length; at += 1) hash = hashed(hash, ends[at]!, to[at]!);
  return hash;
}

function traitsOfAll<T>(to: readonly Diagram<T>[]): number {
  let traits = 0;
  for (let at = 0; at < to.length; at += 1) traits |= to[at]!.traits;
  return traits;
}

function areSame(one: readonly number[], other: readonly number[]): boolean {
  if (one === other) return true;
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}

/** One more stretch, up to `end`; one that leads on as the one before it is the same. */
export function lead<T>(ends: number[], to: Diagram<T>[], end: number, one: Diagram<T>): void {
  const { length } = to;
  if (length > 0 && to[length - 1] === one) ends[length - 1] = end;
  else {
    ends.push(end);
    to.push(one);
  }
}

/** What combining needs of a family of diagrams. */
export interface Store<T> {
  readonly highest: readonly number[];
  readonly leaf: (value: T) => Leaf<T>;
  /** Of stretches no two neighbours of which lead on alike. */
  readonly made: (level: number, ends: readonly number[], to: readonly Diagram<T>[]) => Diagram<T>;
  /** Of stretches whose neighbours may lead on alike. */
  readonly branch: (level: number, ends: readonly number[], to: readonly Diagram<T>[]) => Diagram<T>;
}

export interface Leaves<T> {
  /** Equal for equal values. */
  readonly hashOf: (value: T) => number;
  readonly isEqual: (one: T, other: T) => boolean;
  /** Bits, by which parts of a diagram are found without looking into them. */
  readonly traitsOf: (value: T) => number;
}

/** `highest`: of each level. */
export function createDiagrams<T>(highest: readonly number[], { hashOf, isEqual, traitsOf }: Leaves<T>): Diagrams<T> {
  const leaves = new Map<number, KeptLeaf<T>>();
  const branches = new Map<number, Kept<T>>();
  const around: (readonly number[] | undefined)[] = highest.map(() => undefined);
  let count = 0;

  function leaf(value: T): Leaf<T> {
    const hash = hashOf(value);
    const first = leaves.get(hash);
    for (let one = first; one !== undefined; one = one.next) if (isEqual(one.value, value)) return one;
    const kept: KeptLeaf<T> = { id: count++, traits: traitsOf(value), level: LEAF, value, next: first };
    leaves.set(hash, kept);
    return kept;
  }

  function isSame(one: Branch<T>, level: number, ends: readonly number[], to: readonly Diagram<T>[]): boolean {
    if (one.level !== level || !areSame(one.ends, ends)) return false;
    for (let at = 0; at < to.length; at += 1) if (one.to[at] !== to[at]) return false;
    return true;
  }

  /** Of stretches no two neighbours of which lead on alike. */
  function made(level: number, ends: readonly number[], to: readonly Diagram<T>[]): Diagram<T> {
    if (to.length === 1) return to[0]!;
    const hash = hashOfAll(level, ends, to);
    const first = branches.get(hash);
    for (let one = first; one !== undefined; one = one.next) if (isSame(one, level, ends, to)) return one;
    return kept(hash, first, level, ends, to);
  }

  function kept(
    hash: number,
    next: Kept<T> | undefined,
    level: number,
    ends: readonly number[],
    to: readonly Diagram<T>[],
  ): Branch<T> {
    const branch: Kept<T> = { id: count++, traits: traitsOfAll(to), level, ends, to, next };
    branches.set(hash, branch);
    return branch;
  }

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

  /** The ends of one range among all values of a level: most tests of a header are the one before them again. */
  function endsAround(level: number, first: number, last: number): readonly number[] {
    const top = highest[level]!;
    const ends = first === 0 ? [last, top] : last === top ? [first - 1, top] : [first - 1, last, top];
    const before = around[level];
    if (before !== undefined && areSame(before, ends)) return before;
    around[level] = ends;
    return ends;
  }

  /** One range among values that all lead on alike: what nearly every test is. What is known is found before anything is made. */
  function within(level: number, first: number, last: number, inside: Diagram<T>, outside: Diagram<T>): Diagram<T> {
    const top = highest[level]!;
    if (inside === outside || (first === 0 && last === top)) return inside;
    const ends = endsAround(level, first, last);
    const at = first === 0 ? 0 : 1;
    let hash = first === 0 ? level : hashed(level, first - 1, outside);
    hash = hashed(hash, last, inside);
    if (last < top) hash = hashed(hash, top, outside);
    const known = branches.get(hash);
    for (let one = known; one !== undefined; one = one.next)
      if (one.level === level && one.to[at] === inside && one.to[1 - at] === outside && areSame(one.ends, ends))
        if (one.to[ends.length - 1] === (last < top ? outside : inside)) return one;
    const to = first === 0 ? [inside, outside] : last === top ? [outside, inside] : [outside, inside, outside];
    return kept(hash, known, level, ends, to);
  }

  function where(level: number, ranges: Ranges, inside: Diagram<T>, outside: Diagram<T>): Diagram<T> {
    if (ranges.length === 2 && inside.level !== level && outside.level !== level)
      return within(level, ranges[0]!, ranges[1]!, inside, outside);
    const below = new Array<Diagram<T>>(ranges.length / 2).fill(inside);
    return stretches(level, ranges, below, outside);
  }

  const store: Store<T> = { highest, leaf, made, branch };
  return { leaf, where, stretches, ...combining(store) };
}
