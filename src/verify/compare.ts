/** Two diagrams walked together: the first packet that they say different things of. */

import { valuesOf } from "./axis.ts";
import { type Diagram, isLeaf } from "./diagram.ts";
import { type Headers, levelOf } from "./headers.ts";
import { type End, ON, type Outcome, splitEnd } from "./outcome.ts";

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
      .map((each) => ({ ...each, ...readEnd(each.end, port) }))
      .sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0));
  const theirs = held(found);
  return held(expected).every((each, at) => {
    const twin = theirs[at]!;
    const isSameEnd = each.end === twin.end && each.seconds === twin.seconds;
    return isSameEnd && each.list !== null && twin.list !== null && isSameList(names, each.list, twin.list);
  });
}

/** `null`: they say the same of every packet. */
export function firstDifference(
  headers: Headers,
  names: Names,
  expected: Diagram<Outcome>,
  found: Diagram<Outcome>,
): Difference | null {
  const portLevel = levelOf("destination-port");
  const done = new Map<Diagram<Outcome>, Set<Diagram<Outcome>>>();

  function portOf(place: Place): number | null {
    const stretches = place.get(portLevel);
    if (stretches === undefined || stretches[0] !== stretches[1]) return null;
    const { first, last } = valuesOf(headers.ports, stretches[0]);
    return first === last ? Number(first) : null;
  }

  function visit(
    a: Diagram<Outcome>,
    b: Diagram<Outcome>,
    place: Map<number, readonly [number, number]>,
  ): Difference | null {
    if (a === b) return null;
    if (isLeaf(a) && isLeaf(b))
      return isSame(names, a.value, b.value, portOf(place))
        ? null
        : { place: new Map(place), expected: a.value, found: b.value };
    const level = Math.min(a.level, b.level);
    // Below the port a pair is compared once; above it what it means may hang on the port.
    if (level > portLevel && !place.has(portLevel)) {
      if (done.get(a)?.has(b) === true) return null;
      done.set(a, (done.get(a) ?? new Set()).add(b));
    }
    const one = !isLeaf(a) && a.level === level ? a : null;
    const other = !isLeaf(b) && b.level === level ? b : null;
    for (let i = 0, j = 0, from = 0; ; ) {
      const end = Math.min(one?.ends[i] ?? Number.POSITIVE_INFINITY, other?.ends[j] ?? Number.POSITIVE_INFINITY);
      place.set(level, [from, end]);
      const difference = visit(one?.to[i] ?? a, other?.to[j] ?? b, place);
      if (difference !== null) return difference;
      if (end === (one ?? other)!.ends.at(-1)) break;
      from = end + 1;
      if (one?.ends[i] === end) i += 1;
      if (other?.ends[j] === end) j += 1;
    }
    place.delete(level);
    return null;
  }
  return visit(expected, found, new Map());
}
