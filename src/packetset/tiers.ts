/**
 * A level of many values is asked in tiers, the highest digits first, so that a diagram that differs from another at one value shares all
 * but a few small branches with it. What is behind a level's highest value is as that is.
 */
import type { Branch, Diagram } from "./diagram.ts";
import { firstFrom } from "./search.ts";
import type { Store } from "./store.ts";

/** Digits of tiers are below this. */
const DIGITS = 128;

/** No level has more tiers: 128 to the sixth is more than a program has stretches. */
const MOST_TIERS = 6;

/** By level of a store; of what no level has nothing. */
export interface Tiers {
  /** The highest digit of each. */
  readonly highest: readonly number[];
  /** How many values one digit stands for. */
  readonly units: readonly number[];
  /** The highest value of each level. */
  readonly tops: readonly number[];
}

/** A level's first tier, as a store's level. */
export const firstTier = (level: number): number => level * MOST_TIERS;

/** The level that a store's level is a tier of; a leaf is behind every one. */
export const levelOfTier = (tier: number): number => Math.floor(tier / MOST_TIERS);

/** `highest`: of each level. A level of few values has one tier. */
export function tiersOf(highest: readonly number[], digits = DIGITS): Tiers {
  const digitTops = new Array<number>(highest.length * MOST_TIERS).fill(0);
  const units = new Array<number>(highest.length * MOST_TIERS).fill(1);
  highest.forEach((top, level) => {
    let unit = 1;
    while (Math.floor(top / unit) >= digits) unit *= digits;
    let tier = firstTier(level);
    digitTops[tier] = Math.floor(top / unit);
    for (; unit > 1; unit /= digits) {
      units[tier] = unit;
      tier += 1;
      digitTops[tier] = digits - 1;
    }
  });
  return { highest: digitTops, units, tops: highest };
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

/** What a diagram says of one digit of a tier that it may ask first. */
function under<T>(one: Diagram<T>, tier: number, digit: number): Diagram<T> {
  if (one.level !== tier) return one;
  const { ends, to } = one as Branch<T>;
  return to[firstFrom(ends, digit)]!;
}

/** Of ascending stretches of values that leave none out, each up to its last: what they lead to may ask the level itself. */
export function parted<T>(
  { made }: Pick<Store<T>, "made">,
  { highest, units }: Tiers,
  level: number,
  lasts: readonly number[],
  leads: readonly Diagram<T>[],
): Diagram<T> {
  /** Of the values from `base` on that one branch of the tier tells apart. */
  function branch(tier: number, base: number, ends: readonly number[], below: readonly Diagram<T>[]): Diagram<T> {
    if (below.length === 1) return below[0]!;
    const [top, unit] = [highest[tier]!, units[tier]!];
    const digits: number[] = [];
    const to: Diagram<T>[] = [];
    let at = 0;
    for (let digit = 0; digit <= top; digit += 1) {
      const first = base + digit * unit;
      const last = first + unit - 1;
      while (ends[at]! < first) at += 1;
      const one = below[at]!;
      if (ends[at]! < last) {
        let next = at + 1;
        while (ends[next]! < last) next += 1;
        const some = below.slice(at, next + 1).map((each) => under(each, tier, digit));
        lead(digits, to, digit, branch(tier + 1, first, ends.slice(at, next + 1), some));
        at = next;
      } else if (one.level === tier) lead(digits, to, digit, under(one, tier, digit));
      else {
        digit = Math.min(Math.floor((ends[at]! + 1 - base) / unit) - 1, top);
        lead(digits, to, digit, one);
      }
    }
    return made(tier, digits, to);
  }
  return branch(firstTier(level), 0, lasts, leads);
}
