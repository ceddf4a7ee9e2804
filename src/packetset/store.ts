/** Diagrams of one family, kept so that equal ones are one object. */
import { type Branch, type Diagram, LEAF, type Leaf } from "./diagram.ts";

export interface Leaves<T> {
  /** Equal for equal values. */
  readonly hashOf: (value: T) => number;
  readonly isEqual: (one: T, other: T) => boolean;
  /** Bits, by which parts of a diagram are found without looking into them. */
  readonly traitsOf: (value: T) => number;
}

export interface Store<T> {
  leaf(value: T): Leaf<T>;
  /** Of stretches no two neighbours of which lead on alike. */
  made(level: number, ends: readonly number[], to: readonly Diagram<T>[]): Diagram<T>;
  /** One range among values that all lead on alike: what nearly every test is. */
  within(level: number, first: number, last: number, inside: Diagram<T>, outside: Diagram<T>): Diagram<T>;
}

/** In a list of all that have the same hash. */
type Kept<D> = D & { readonly next: Kept<D> | undefined };

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

/** Told of how many words of memory are taken before they are; throws where they are too many, as an infinite number always is. */
export type Spend = (words: number) => void;

/** Diagrams have lower numbers, so that two of these are one whole number that a double holds. */
export const MOST_DIAGRAMS = 2 ** 26;

/** An object with its id, traits, level, neighbour and two arrays, and its place in a map. */
const WORDS_OF_BRANCH = 24;

/** The same without arrays, and a value. */
const WORDS_OF_LEAF = 24;

/** `highest`: of each level. */
export function createStore<T>(
  highest: readonly number[],
  { hashOf, isEqual, traitsOf }: Leaves<T>,
  spend: Spend,
): Store<T> {
  const leaves = new Map<number, Kept<Leaf<T>>>();
  const branches = new Map<number, Kept<Branch<T>>>();
  const around: (readonly number[] | undefined)[] = highest.map(() => undefined);
  let count = 0;

  function leaf(value: T): Leaf<T> {
    const hash = hashOf(value);
    const first = leaves.get(hash);
    for (let one = first; one !== undefined; one = one.next) if (isEqual(one.value, value)) return one;
    spend(count < MOST_DIAGRAMS ? WORDS_OF_LEAF : Number.POSITIVE_INFINITY);
    const kept: Kept<Leaf<T>> = { id: count++, traits: traitsOf(value), level: LEAF, value, next: first };
    leaves.set(hash, kept);
    return kept;
  }

  function isSame(one: Branch<T>, level: number, ends: readonly number[], to: readonly Diagram<T>[]): boolean {
    if (one.level !== level || !areSame(one.ends, ends)) return false;
    for (let at = 0; at < to.length; at += 1) if (one.to[at] !== to[at]) return false;
    return true;
  }

  function made(level: number, ends: readonly number[], to: readonly Diagram<T>[]): Diagram<T> {
    if (to.length === 1) return to[0]!;
    const hash = hashOfAll(level, ends, to);
    const first = branches.get(hash);
    for (let one = first; one !== undefined; one = one.next) if (isSame(one, level, ends, to)) return one;
    return kept(hash, first, level, ends, to);
  }

  function kept(
    hash: number,
    next: Kept<Branch<T>> | undefined,
    level: number,
    ends: readonly number[],
    to: readonly Diagram<T>[],
  ): Branch<T> {
    spend(count < MOST_DIAGRAMS ? WORDS_OF_BRANCH + 2 * ends.length : Number.POSITIVE_INFINITY);
    const branch: Kept<Branch<T>> = { id: count++, traits: traitsOfAll(to), level, ends, to, next };
    branches.set(hash, branch);
    return branch;
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

  /** What is known is found before anything is made. */
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

  return { leaf, made, within };
}
