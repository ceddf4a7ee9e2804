/** Two diagrams walked together: the first packet that they say different things of. */

import { valuesOf } from "../../packetset/axis.ts";
import { type Branch, type Diagram, isLeaf, placeOf } from "../../packetset/diagram.ts";
import { firstTier, levelOfTier, type Tiers } from "../../packetset/tiers.ts";
import { type Headers, levelOf } from "../fates/headers.ts";
import type { Outcome } from "../fates/outcome.ts";
import { isSame, type Names } from "./same.ts";

/** By level the first and the last stretch that the packet's header may be in; a level that neither asks is left out. */
export type Place = ReadonlyMap<number, readonly [number, number]>;

export interface Difference {
  readonly place: Place;
  readonly expected: Outcome;
  readonly found: Outcome;
}

/** By level the stretches that are looked at before others. */
export type Likely = ReadonlyMap<number, readonly number[]>;

const NOBODY: Likely = new Map();

/** `null`: they say the same of every packet. Of many differences one of a likely packet. */
export function firstDifference(
  headers: Headers,
  tiers: Tiers,
  names: Names,
  likely: () => Likely,
  expected: Diagram<Outcome>,
  found: Diagram<Outcome>,
): Difference | null {
  const difference = search(headers, tiers, names, NOBODY, expected, found);
  return difference === null ? null : (search(headers, tiers, names, likely(), expected, found) ?? difference);
}

function search(
  headers: Headers,
  tiers: Tiers,
  names: Names,
  likely: Likely,
  expected: Diagram<Outcome>,
  found: Diagram<Outcome>,
): Difference | null {
  const portLevel = levelOf("destination-port");
  const done = new Map<Diagram<Outcome>, Set<Diagram<Outcome>>>();
  const place = new Map<number, readonly [number, number]>();

  function port(): number | null {
    const stretches = place.get(portLevel);
    if (stretches === undefined || stretches[0] !== stretches[1]) return null;
    const { first, last } = valuesOf(headers.ports, stretches[0]);
    return first === last ? Number(first) : null;
  }

  /** Of several ports one may be asked for by chance where the other end keeps it. */
  function placeApart(expected: Outcome, found: Outcome): Place {
    const stretches = place.get(portLevel);
    if (stretches === undefined) return new Map(place);
    const [first, last] = stretches;
    place.set(portLevel, [first, first]);
    const at = first < last && isSame(names, expected, found, port()) ? last : first;
    const apart = new Map(place).set(portLevel, [at, at]);
    place.set(portLevel, stretches);
    return apart;
  }

  function visit(a: Diagram<Outcome>, b: Diagram<Outcome>): Difference | null {
    if (a === b) return null;
    if (isLeaf(a) && isLeaf(b)) {
      if (isSame(names, a.value, b.value, port())) return null;
      return { place: placeApart(a.value, b.value), expected: a.value, found: b.value };
    }
    // What a pair of ends means may hang on the port; else a pair is compared once.
    if (!place.has(portLevel)) {
      const known = done.get(a);
      if (known?.has(b) === true) return null;
      if (known === undefined) done.set(a, new Set([b]));
      else known.add(b);
    }
    const tier = Math.min(a.level, b.level);
    const level = levelOfTier(tier);
    const unit = tiers.units[tier]!;
    const one = a.level === tier ? (a as Branch<Outcome>) : null;
    const other = b.level === tier ? (b as Branch<Outcome>) : null;
    const around = place.get(level);
    const base = tier === firstTier(level) ? 0 : (around?.[0] ?? 0);
    const below = (i: number, j: number, from: number, end: number): Difference | null => {
      place.set(level, [base + from * unit, Math.min(base + (end + 1) * unit - 1, tiers.tops[level]!)]);
      return visit(one?.to[i] ?? a, other?.to[j] ?? b);
    };
    for (const value of likely.get(level) ?? []) {
      const at = Math.floor((value - base) / unit);
      if (at < 0 || at > tiers.highest[tier]!) continue;
      const [i, j] = [one === null ? 0 : placeOf(one.ends, at), other === null ? 0 : placeOf(other.ends, at)];
      const from = Math.max(firstOf(one, i), firstOf(other, j));
      const difference = below(i, j, from, Math.min(lastOf(one, i), lastOf(other, j)));
      if (difference !== null) return difference;
    }
    for (let i = 0, j = 0, from = 0; ; ) {
      const end = Math.min(lastOf(one, i), lastOf(other, j));
      const difference = below(i, j, from, end);
      if (difference !== null) return difference;
      if (end === (one ?? other)!.ends.at(-1)) break;
      from = end + 1;
      if (one?.ends[i] === end) i += 1;
      if (other?.ends[j] === end) j += 1;
    }
    if (around === undefined) place.delete(level);
    else place.set(level, around);
    return null;
  }
  return visit(expected, found);
}

const lastOf = (branch: Branch<Outcome> | null, at: number): number => branch?.ends[at] ?? Number.POSITIVE_INFINITY;
const firstOf = (branch: Branch<Outcome> | null, at: number): number =>
  branch === null || at === 0 ? 0 : branch.ends[at - 1]! + 1;
