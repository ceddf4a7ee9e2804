/** What many constraints lead to, each where it holds, parted on one level after another: no two of them are asked about one packet. */
import { askedFirst, type Diagram, type Diagrams } from "../../packetset/diagram.ts";
import type { Levels } from "./guard.ts";
import type { Outcome } from "./outcome.ts";

export interface Entry {
  readonly levels: Levels;
  /** What becomes of a packet where they all hold. */
  readonly found: Diagram<Outcome>;
}

/** Whether what is found asks no level before the entry's deepest, so that it may stand below all of them. */
export const isBelow = ({ levels, found }: Entry): boolean => askedFirst(found) >= (levels.at(-1)?.level ?? 0);

/** Ranges of entries on one level, in ascending order; of equal ranges in the order of the entries. */
interface Pieces {
  readonly firsts: readonly number[];
  readonly lasts: readonly number[];
  readonly entries: readonly Entry[];
}

/** `null` where an entry does not ask the level there, or finds what asks an earlier one. */
function piecesAt(all: readonly Entry[], depth: number): Pieces | null {
  const level = all[0]?.levels[depth]?.level;
  const firsts = new Array<number>(all.length);
  const lasts = new Array<number>(all.length);
  const entries = new Array<Entry>(all.length);
  let count = 0;
  let before = -1;
  let isSorted = true;
  for (let each = 0; each < all.length; each += 1) {
    const entry = all[each]!;
    const here = entry.levels[depth];
    if (here === undefined || here.level !== level || !isBelow(entry)) return null;
    const { ranges } = here;
    for (let at = 0; at < ranges.length; at += 2) {
      const first = ranges[at]!;
      if (first < before) isSorted = false;
      before = first;
      firsts[count] = first;
      lasts[count] = ranges[at + 1]!;
      entries[count] = entry;
      count += 1;
    }
  }
  return isSorted ? { firsts, lasts, entries } : inOrder({ firsts, lasts, entries });
}

function inOrder({ firsts, lasts, entries }: Pieces): Pieces {
  const order = firsts.map((_, at) => at).sort((a, b) => firsts[a]! - firsts[b]!);
  return {
    firsts: order.map((at) => firsts[at]!),
    lasts: order.map((at) => lasts[at]!),
    entries: order.map((at) => entries[at]!),
  };
}

/** What entries lead to on the levels from `depth` on. */
export interface Below {
  alone(entry: Entry, depth: number): Diagram<Outcome>;
  /** Of those that the levels before do not part. */
  together(entries: readonly Entry[], depth: number): Diagram<Outcome>;
}

/**
 * `outside` where no entry holds. `null` where the entries' ranges on this level are neither equal nor disjoint, or not all of them ask it,
 * or some find what asks an earlier one.
 */
export function apart(
  diagrams: Diagrams<Outcome>,
  all: readonly Entry[],
  depth: number,
  outside: Diagram<Outcome>,
  { alone, together }: Below,
): Diagram<Outcome> | null {
  const pieces = piecesAt(all, depth);
  if (pieces === null) return null;
  const { firsts, lasts, entries } = pieces;
  const ranges: number[] = [];
  const below: Diagram<Outcome>[] = [];
  for (let at = 0; at < entries.length; ) {
    const from = at;
    const first = firsts[from]!;
    const last = lasts[from]!;
    at += 1;
    while (at < entries.length && firsts[at] === first && lasts[at] === last) at += 1;
    if (at < entries.length && firsts[at]! <= last) return null;
    ranges.push(first, last);
    below.push(at - from === 1 ? alone(entries[from]!, depth + 1) : together(entries.slice(from, at), depth + 1));
  }
  return diagrams.stretches(all[0]!.levels[depth]!.level, ranges, below, outside);
}
