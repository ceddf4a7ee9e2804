/** What many constraints lead to, each where it holds, parted on one level after another: no two of them are asked about one packet. */
import type { Diagram, Diagrams } from "../../packetset/diagram.ts";
import type { Levels } from "./guard.ts";
import type { Outcome } from "./outcome.ts";

export interface Entry {
  readonly levels: Levels;
  /** What becomes of a packet where they all hold. */
  readonly found: Diagram<Outcome>;
}

/** Whether what is found asks no level before the entry's deepest, so that it may stand below all of them. */
export const isBelow = ({ levels, found }: Entry): boolean => found.level >= (levels.at(-1)?.level ?? 0);

/** Ranges of entries on one level, in ascending order; of equal ranges in the order of the entries. */
interface Pieces {
  readonly firsts: readonly number[];
  readonly lasts: readonly number[];
  readonly entries: readonly Entry[];
}

/** `null` where an entry does not ask the level there, or finds what asks an earlier one. */
function piecesAt(all: readonly Entry[], depth: number): Pieces | null {
  const level = all[0]?.levels[depth]?.level;
  const firsts: number[] = [];
  const lasts: number[] = [];
  const entries: Entry[] = [];
  let isSorted = true;
  for (const entry of all) {
    const here = entry.levels[depth];
    if (here === undefined || here.level !== level || !isBelow(entry)) return null;
    const { ranges } = here;
    for (let at = 0; at < ranges.length; at += 2) {
      isSorted &&= firsts.length === 0 || ranges[at]! >= firsts[firsts.length - 1]!;
      firsts.push(ranges[at]!);
      lasts.push(ranges[at + 1]!);
      entries.push(entry);
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

/**
 * `outside` where no entry holds; `together` makes those that this level does not part, of the levels from `depth` on. `null` where the entries'
 * ranges on this level are neither equal nor disjoint, or not all of them ask it, or some find what asks an earlier one.
 */
export function apart(
  diagrams: Diagrams<Outcome>,
  all: readonly Entry[],
  depth: number,
  outside: Diagram<Outcome>,
  together: (entries: readonly Entry[], depth: number) => Diagram<Outcome>,
): Diagram<Outcome> | null {
  const pieces = piecesAt(all, depth);
  if (pieces === null) return null;
  const { firsts, lasts, entries } = pieces;
  const ranges: number[] = [];
  const below: Diagram<Outcome>[] = [];
  for (let at = 0; at < entries.length; ) {
    const from = at;
    const [first, last] = [firsts[from]!, lasts[from]!];
    at += 1;
    while (at < entries.length && firsts[at] === first && lasts[at] === last) at += 1;
    if (at < entries.length && firsts[at]! <= last) return null;
    ranges.push(first, last);
    below.push(together(entries.slice(from, at), depth + 1));
  }
  return diagrams.stretches(all[0]!.levels[depth]!.level, ranges, below, outside);
}
