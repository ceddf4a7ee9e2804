/** Elements of sets and maps as diagrams: what is found by key, level by level. */
import { intersectRanges, type Ranges } from "../packetset/ranges.ts";
import type { Diagram, Diagrams } from "./diagram.ts";
import { certain, type End, ON, type Outcome } from "./outcome.ts";
import type { KeyPart, Term } from "./program.ts";
import type { View } from "./scene.ts";

/** Constraints by ascending level, each level once. */
interface Entry {
  readonly levels: readonly { readonly level: number; readonly ranges: Ranges }[];
  readonly found: Diagram<Outcome>;
}

/** `null` where no packet has such a key. */
function entryOf(view: View, key: readonly KeyPart[], terms: readonly Term[], found: Diagram<Outcome>): Entry | null {
  const byLevel = new Map<number, Ranges>();
  for (const [at, part] of key.entries()) {
    const constraint = view.termConstraint(part, terms[at]!);
    if (constraint === false) return null;
    if (constraint === true) continue;
    const earlier = byLevel.get(constraint.level);
    const ranges = earlier === undefined ? constraint.ranges : intersectRanges(earlier, constraint.ranges);
    if (ranges.length === 0) return null;
    byLevel.set(constraint.level, ranges);
  }
  const levels = [...byLevel].map(([level, ranges]) => ({ level, ranges })).sort((a, b) => a.level - b.level);
  return { levels, found };
}

interface Group {
  readonly ranges: Ranges;
  readonly entries: Entry[];
}

/** Entries of the same ranges on their `depth`th level are one; others are disjoint there, as elements of one key are. */
function build(
  diagrams: Diagrams<Outcome>,
  entries: readonly Entry[],
  depth: number,
  miss: Diagram<Outcome>,
): Diagram<Outcome> {
  const [first] = entries;
  if (first === undefined) return miss;
  const here = first.levels[depth];
  if (here === undefined) return first.found;
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const { ranges } = entry.levels[depth]!;
    const name = ranges.join();
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { ranges, entries: [entry] });
    else group.entries.push(entry);
  }
  const stretches = [...groups.values()].flatMap((group) => {
    const below = build(diagrams, group.entries, depth + 1, miss);
    return Array.from({ length: group.ranges.length / 2 }, (_, at) => ({
      first: group.ranges[2 * at]!,
      last: group.ranges[2 * at + 1]!,
      below,
    }));
  });
  stretches.sort((a, b) => a.first - b.first);
  return diagrams.stretches(here.level, stretches, miss);
}

/** An entry that leads to what asks for headers again that come before its own. */
function within(diagrams: Diagrams<Outcome>, { levels, found }: Entry, rest: Diagram<Outcome>): Diagram<Outcome> {
  const [yes, no] = [diagrams.leaf(certain("yes")), diagrams.leaf(certain("no"))];
  const condition = levels.reduceRight<Diagram<Outcome>>(
    (below, { level, ranges }) => diagrams.where(level, ranges, below, no),
    yes,
  );
  return diagrams.choose(condition, ({ ends }) => ends.has("yes"), found, rest);
}

/** What stands for a key whose slots are drawn: each slot's end with its share; slots that no element holds are open. */
function drawn(slots: readonly End[], of: number): Outcome {
  const ends = new Map<End, number>();
  for (const end of slots) ends.set(end, (ends.get(end) ?? 0) + 1 / of);
  if (slots.length < of) ends.set(ON, (of - slots.length) / of);
  return { ends, held: [], notes: [] };
}

export interface Element {
  readonly key: readonly Term[];
  readonly found: Diagram<Outcome>;
  /** Of an element of a draw. */
  readonly end: End | null;
}

/** What is found by the key; `miss` elsewhere. */
export function lookup(
  diagrams: Diagrams<Outcome>,
  view: View,
  key: readonly KeyPart[],
  elements: readonly Element[],
  miss: Diagram<Outcome>,
): Diagram<Outcome> {
  const draw = key.findIndex(({ kind }) => kind === "draw");
  const entries: Entry[] = [];
  if (draw === -1) {
    const early: Entry[] = [];
    for (const { key: terms, found } of elements) {
      const entry = entryOf(view, key, terms, found);
      if (entry === null) continue;
      const deepest = entry.levels.at(-1)?.level ?? 0;
      (found.level < deepest ? early : entries).push(entry);
    }
    return early.reduce((rest, entry) => within(diagrams, entry, rest), build(diagrams, entries, 0, miss));
  }
  const part = key[draw]!;
  const of = part.kind === "draw" ? part.of : 1;
  const byKey = new Map<string, { readonly terms: readonly Term[]; readonly ends: End[] }>();
  for (const { key: terms, end } of elements) {
    const name = terms.map((term, at) => (at === draw ? "" : termText(term))).join(" ");
    const known = byKey.get(name);
    if (known === undefined) byKey.set(name, { terms, ends: [end!] });
    else known.ends.push(end!);
  }
  for (const { terms, ends } of byKey.values()) {
    const entry = entryOf(view, key, terms, diagrams.leaf(drawn(ends, of)));
    if (entry !== null) entries.push(entry);
  }
  return build(diagrams, entries, 0, miss);
}

function termText(term: Term): string {
  if (typeof term === "number") return String(term);
  const { first, last } = term;
  return typeof first === "number" ? `${first}-${last as number}` : `${first.text}-${(last as typeof first).text}`;
}
