/** Two diagrams walked together: the first packet that they say different things of. */

import { valuesOf } from "../../packetset/axis.ts";
import { type Branch, type Diagram, isLeaf, placeOf } from "../../packetset/diagram.ts";
import { type Headers, levelOf } from "../fates/headers.ts";
import { type End, ON, type Outcome, splitEnd } from "../fates/outcome.ts";

/** By level the first and the last stretch that the packet's header may be in; a level that neither asks is left out. */
export type Place = ReadonlyMap<number, readonly [number, number]>;

export interface Difference {
  readonly place: Place;
  readonly expected: Outcome;
  readonly found: Outcome;
}

/** The kernel keeps a probability in units of 2⁻³¹; a tree halves no more than 60 times. */
const TOLERANCE = 60 * 2 ** -31;

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

interface Read {
  readonly end: string;
  readonly list: string | null;
}

/** No rule of the hook has ended it. */
const PASS: End = "pass";

/** A target that counts from the port that was asked for is the one that names its port, where only one port is asked. */
export function readEnd(end: End, port: number | null): Read {
  const { what, lists: list } = splitEnd(end);
  if (what === ON) return { end: PASS, list: null };
  const counted = port === null ? null : /^(to \S+ port )\+(-?\d+)$/.exec(what);
  return { end: counted === null ? what : `${counted[1]}${port! + Number(counted[2])}`, list };
}

interface Part extends Read {
  readonly share: number;
}

function partsOf({ ends }: Outcome, port: number | null): readonly Part[] {
  const parts = new Map<string, Part>();
  for (const [end, share] of ends) {
    const one = readEnd(end, port);
    const key = `${one.end} ${one.list}`;
    parts.set(key, { ...one, share: share + (parts.get(key)?.share ?? 0) });
  }
  return [...parts.values()]
    .filter(({ share }) => share > TOLERANCE)
    .sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0));
}

/** Without lists, and end by end in the same words. */
function isPlainlySame(expected: Outcome, found: Outcome): boolean {
  if (expected.held.length + found.held.length + expected.notes.length + found.notes.length > 0) return false;
  if (expected.ends.size !== found.ends.size) return false;
  for (const [end, share] of expected.ends) {
    const other = found.ends.get(end);
    if (other === undefined || Math.abs(share - other) > TOLERANCE || splitEnd(end).lists !== null) return false;
  }
  return true;
}

function isSame(names: Names, expected: Outcome, found: Outcome, port: number | null): boolean {
  if (expected === found || isPlainlySame(expected, found)) return true;
  if (expected.notes.join("\n") !== found.notes.join("\n")) return false;
  const [one, other] = [partsOf(expected, port), partsOf(found, port)];
  if (one.length !== other.length || expected.held.length !== found.held.length) return false;
  const isAlike = (part: Part, at: number): boolean => {
    const twin = other[at]!;
    if (part.end !== twin.end || Math.abs(part.share - twin.share) > TOLERANCE) return false;
    if (part.list === null || twin.list === null) return part.list === twin.list;
    return isSameList(names, part.list, twin.list);
  };
  if (!one.every(isAlike)) return false;
  const held = (outcome: Outcome) =>
    outcome.held
      .map(({ list, seconds, share, end }) => ({ list, seconds, share, ...keptOf(readEnd(end, port)) }))
      .sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0));
  const theirs = held(found);
  return held(expected).every((each, at) => {
    const twin = theirs[at]!;
    const isSameEnd = each.end === twin.end && each.seconds === twin.seconds;
    if (!isSameEnd || Math.abs(each.share - twin.share) > TOLERANCE) return false;
    if (each.kept === null || twin.kept === null) return false;
    return isSameList(names, each.list, twin.list) && isSameList(names, each.kept, twin.kept);
  });
}

/** Who looks a client up in one list may put it into another. */
const keptOf = ({ end, list }: Read) => ({ end, kept: list });

/** By level the stretches that are looked at before others. */
export type Likely = ReadonlyMap<number, readonly number[]>;

const NOBODY: Likely = new Map();

/** `null`: they say the same of every packet. Of many differences one of a likely packet. */
export function firstDifference(
  headers: Headers,
  names: Names,
  likely: Likely,
  expected: Diagram<Outcome>,
  found: Diagram<Outcome>,
): Difference | null {
  const difference = search(headers, names, NOBODY, expected, found);
  return difference === null ? null : (search(headers, names, likely, expected, found) ?? difference);
}

function search(
  headers: Headers,
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
    const level = Math.min(a.level, b.level);
    const one = a.level === level ? (a as Branch<Outcome>) : null;
    const other = b.level === level ? (b as Branch<Outcome>) : null;
    const below = (i: number, j: number, from: number, end: number): Difference | null => {
      place.set(level, [from, end]);
      return visit(one?.to[i] ?? a, other?.to[j] ?? b);
    };
    for (const at of likely.get(level) ?? []) {
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
    place.delete(level);
    return null;
  }
  return visit(expected, found);
}

const lastOf = (branch: Branch<Outcome> | null, at: number): number => branch?.ends[at] ?? Number.POSITIVE_INFINITY;
const firstOf = (branch: Branch<Outcome> | null, at: number): number =>
  branch === null || at === 0 ? 0 : branch.ends[at - 1]! + 1;
