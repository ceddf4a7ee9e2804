/** Whether two outcomes are the same, in whatever words. */
import { type End, ON, textOf } from "../fates/end.ts";
import { type Outcome, UNIT } from "../fates/outcome.ts";

/** A tree halves no more often, and no draw among fewer backends takes more steps than these. */
const STEPS = 60;

/** How far shares of so many ends may be apart: a unit for each step of the draw. */
const tolerance = (ends: number): number => Math.min(Math.max(ends, 2), STEPS) * UNIT;

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
const PASS = "pass";

/** A target that counts from the port that was asked for is the one that names its port, where only one port is asked. */
export function readEnd(end: End, port: number | null): Read {
  if (end === ON) return { end: PASS, list: null };
  const what = textOf(end);
  const list = end.lists.length === 0 ? null : end.lists.join(", ");
  const counted = port === null ? null : /^(to \S+ port )\+(-?\d+)$/.exec(what);
  return { end: counted === null ? what : `${counted[1]}${port! + Number(counted[2])}`, list };
}

interface Part extends Read {
  readonly share: number;
}

function partsOf({ ends, shares }: Outcome, port: number | null): readonly Part[] {
  const parts = new Map<string, Part>();
  ends.forEach((end, at) => {
    const one = readEnd(end, port);
    const key = `${one.end} ${one.list}`;
    parts.set(key, { ...one, share: shares[at]! + (parts.get(key)?.share ?? 0) });
  });
  return [...parts.values()]
    .filter(({ share }) => share > 2 * UNIT)
    .sort((a, b) => (a.end < b.end ? -1 : a.end > b.end ? 1 : 0));
}

/** Without lists, and end by end in the same words. */
function isPlainlySame(expected: Outcome, found: Outcome): boolean {
  if (expected.held.length + found.held.length + expected.notes.length + found.notes.length > 0) return false;
  const { ends, shares } = expected;
  if (ends.length !== found.ends.length) return false;
  const most = tolerance(ends.length);
  for (let at = 0; at < ends.length; at += 1) {
    const end = ends[at]!;
    if (found.ends[at] !== end || Math.abs(shares[at]! - found.shares[at]!) > most) return false;
    if (end.lists.length > 0) return false;
  }
  return true;
}

/** Whether both ends are one to whoever sends the packet; `port`: the one that is asked for, where it is one. */
export function isSame(names: Names, expected: Outcome, found: Outcome, port: number | null): boolean {
  if (expected === found || isPlainlySame(expected, found)) return true;
  if (expected.notes.join("\n") !== found.notes.join("\n")) return false;
  const [one, other] = [partsOf(expected, port), partsOf(found, port)];
  if (one.length !== other.length || expected.held.length !== found.held.length) return false;
  const most = tolerance(one.length);
  const isAlike = (part: Part, at: number): boolean => {
    const twin = other[at]!;
    if (part.end !== twin.end || Math.abs(part.share - twin.share) > most) return false;
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
    if (!isSameEnd || Math.abs(each.share - twin.share) > most) return false;
    if (each.kept === null || twin.kept === null) return false;
    return isSameList(names, each.list, twin.list) && isSameList(names, each.kept, twin.kept);
  });
}

/** Who looks a client up in one list may put it into another. */
const keptOf = ({ end, list }: Read) => ({ end, kept: list });
