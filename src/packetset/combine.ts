/** Diagrams made of diagrams, leaf by leaf. */
import { type Branch, type Diagram, isLeaf, type Leaf } from "./diagram.ts";
import { MOST_DIAGRAMS, type Spend, type Store } from "./store.ts";
import { lead } from "./tiers.ts";

export type Early<T> = (a: Diagram<T>, b: Diagram<T>) => Diagram<T> | null;

export interface Combining<T> {
  /** Leaf by leaf, of those that have one of the traits; others stay. */
  map(diagram: Diagram<T>, traits: number, change: (value: T) => T): Diagram<T>;
  /** Leaf by leaf of both. `early`: what is known of the whole without looking further, else `null`. */
  join(a: Diagram<T>, b: Diagram<T>, both: (a: T, b: T) => T, early?: Early<T>): Diagram<T>;
  /** The same diagram among these, of others that have the same levels where it asks any. */
  adopt(diagram: Diagram<T>): Diagram<T>;
  /** `yes` where the condition's leaf is `isYes`, else `no`. */
  choose(condition: Diagram<T>, isYes: (value: T) => boolean, yes: Diagram<T>, no: Diagram<T>): Diagram<T>;
}

/** What combining needs of a family of diagrams. */
export interface Parts<T> extends Pick<Store<T>, "leaf" | "made"> {
  readonly highest: readonly number[];
  /** Of stretches whose neighbours may lead on alike. */
  readonly branch: Store<T>["made"];
  readonly spend: Spend;
}

/** Of what is known of a pair: a place in a map. */
const WORDS_OF_PAIR = 6;

export const EVERY_TRAIT = -1;

export function combining<T>({ highest, leaf, made, branch, spend }: Parts<T>): Combining<T> {
  function changedLeaf(one: Leaf<T>, change: (value: T) => T): Leaf<T> {
    const value = change(one.value);
    return value === one.value ? one : leaf(value);
  }

  function changedBranch(one: Branch<T>, visit: (below: Diagram<T>) => Diagram<T>): Diagram<T> {
    const to = one.to.map(visit);
    return to.every((below, at) => below === one.to[at]) ? one : branch(one.level, one.ends, to);
  }

  function map(diagram: Diagram<T>, traits: number, change: (value: T) => T): Diagram<T> {
    const done = new Map<Diagram<T>, Diagram<T>>();
    const visit = (one: Diagram<T>): Diagram<T> => {
      if (traits !== EVERY_TRAIT && (one.traits & traits) === 0) return one;
      const known = done.get(one);
      if (known !== undefined) return known;
      const found = isLeaf(one) ? changedLeaf(one, change) : changedBranch(one, visit);
      done.set(one, found);
      return found;
    };
    return visit(diagram);
  }

  function adopt(diagram: Diagram<T>): Diagram<T> {
    const done = new Map<Diagram<T>, Diagram<T>>();
    const visit = (one: Diagram<T>): Diagram<T> => {
      if (isLeaf(one)) return leaf(one.value);
      const known = done.get(one);
      if (known !== undefined) return known;
      const found = made(one.level, one.ends, one.to.map(visit));
      done.set(one, found);
      return found;
    };
    return visit(diagram);
  }

  /** Goes over the stretches of both on the level that is asked first. */
  function together(a: Diagram<T>, b: Diagram<T>, visit: (a: Diagram<T>, b: Diagram<T>) => Diagram<T>): Diagram<T> {
    const level = Math.min(a.level, b.level);
    const one = a.level === level ? (a as Branch<T>) : null;
    const other = b.level === level ? (b as Branch<T>) : null;
    const ends: number[] = [];
    const to: Diagram<T>[] = [];
    const top = highest[level]!;
    for (let i = 0, j = 0; ; ) {
      const end = Math.min(one?.ends[i] ?? top, other?.ends[j] ?? top);
      lead(ends, to, end, visit(one?.to[i] ?? a, other?.to[j] ?? b));
      if (end === top) return made(level, ends, to);
      if (one !== null && one.ends[i] === end) i += 1;
      if (other !== null && other.ends[j] === end) j += 1;
    }
  }

  function join(a: Diagram<T>, b: Diagram<T>, both: (a: T, b: T) => T, early?: Early<T>): Diagram<T> {
    const done = new Map<number, Diagram<T>>();
    const visit = (x: Diagram<T>, y: Diagram<T>): Diagram<T> => {
      const whole = early === undefined ? null : early(x, y);
      if (whole !== null) return whole;
      if (isLeaf(x) && isLeaf(y)) return leaf(both(x.value, y.value));
      const pair = x.id * MOST_DIAGRAMS + y.id;
      const known = done.get(pair);
      if (known !== undefined) return known;
      spend(WORDS_OF_PAIR);
      const found = together(x, y, visit);
      done.set(pair, found);
      return found;
    };
    return visit(a, b);
  }

  function choose(condition: Diagram<T>, isYes: (value: T) => boolean, yes: Diagram<T>, no: Diagram<T>): Diagram<T> {
    const done = new Map<string, Diagram<T>>();
    const visit = (c: Diagram<T>, x: Diagram<T>, y: Diagram<T>): Diagram<T> => {
      if (isLeaf(c)) return isYes(c.value) ? x : y;
      if (x === y) return x;
      const key = `${c.id} ${x.id} ${y.id}`;
      const known = done.get(key);
      if (known !== undefined) return known;
      spend(WORDS_OF_PAIR);
      const found = among(c, x, y, visit);
      done.set(key, found);
      return found;
    };
    return visit(condition, yes, no);
  }

  function among(
    c: Diagram<T>,
    x: Diagram<T>,
    y: Diagram<T>,
    visit: (c: Diagram<T>, x: Diagram<T>, y: Diagram<T>) => Diagram<T>,
  ): Diagram<T> {
    const level = Math.min(c.level, x.level, y.level);
    const p = c.level === level ? (c as Branch<T>) : null;
    const q = x.level === level ? (x as Branch<T>) : null;
    const r = y.level === level ? (y as Branch<T>) : null;
    const ends: number[] = [];
    const to: Diagram<T>[] = [];
    const top = highest[level]!;
    for (let i = 0, j = 0, k = 0; ; ) {
      const end = Math.min(p?.ends[i] ?? top, q?.ends[j] ?? top, r?.ends[k] ?? top);
      lead(ends, to, end, visit(p?.to[i] ?? c, q?.to[j] ?? x, r?.to[k] ?? y));
      if (end === top) return made(level, ends, to);
      if (p !== null && p.ends[i] === end) i += 1;
      if (q !== null && q.ends[j] === end) j += 1;
      if (r !== null && r.ends[k] === end) k += 1;
    }
  }

  return { map, join, adopt, choose };
}
