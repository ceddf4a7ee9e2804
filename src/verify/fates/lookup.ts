/** Elements of sets and maps as diagrams: what is found by key, level by level. */
import type { Diagram, Diagrams, Stretch } from "../../packetset/diagram.ts";
import type { KeyPart, Term } from "../program.ts";
import { guarded, type Levels, levelsOf, nested } from "./guard.ts";
import { type End, ON, type Outcome } from "./outcome.ts";
import type { View } from "./scene.ts";

interface Entry {
  readonly levels: Levels;
  readonly found: Diagram<Outcome>;
}

/** `null` where no packet has such a key. */
function entryOf(view: View, key: readonly KeyPart[], terms: readonly Term[], found: Diagram<Outcome>): Entry | null {
  const levels = levelsOf(key.map((part, at) => view.termConstraint(part, terms[at]!)));
  return levels === null ? null : { levels, found };
}

/** One range of an entry on the level that is built, and the entry. */
interface Piece {
  readonly first: number;
  readonly last: number;
  readonly entry: Entry;
}

function piecesAt(entries: readonly Entry[], depth: number): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const entry of entries) {
    const { ranges } = entry.levels[depth]!;
    for (let at = 0; at < ranges.length; at += 2) pieces.push({ first: ranges[at]!, last: ranges[at + 1]!, entry });
  }
  return pieces.sort((a, b) => a.first - b.first || a.last - b.last);
}

/** Entries ask the same levels; of those that share a range on one of them the next tells. */
function build(
  diagrams: Diagrams<Outcome>,
  entries: readonly Entry[],
  depth: number,
  miss: Diagram<Outcome>,
): Diagram<Outcome> {
  const [one] = entries;
  if (one === undefined) return miss;
  const here = one.levels[depth];
  if (here === undefined) return one.found;
  const pieces = piecesAt(entries, depth);
  const stretches: Stretch<Outcome>[] = [];
  for (let at = 0; at < pieces.length; ) {
    const { first, last } = pieces[at]!;
    const alike: Entry[] = [];
    for (; at < pieces.length && pieces[at]!.first === first && pieces[at]!.last === last; at += 1)
      alike.push(pieces[at]!.entry);
    const next = pieces[at];
    if (next !== undefined && next.first <= last) return oneByOne(diagrams, entries, depth, miss);
    const [alone] = alike;
    const below =
      alike.length === 1
        ? nested(diagrams, alone!.levels, alone!.found, miss, depth + 1)
        : build(diagrams, alike, depth + 1, miss);
    stretches.push({ first, last, below });
  }
  return diagrams.stretches(here.level, stretches, miss);
}

/** Of ranges that overlap on this level, and not on all levels together. */
const oneByOne = (
  diagrams: Diagrams<Outcome>,
  entries: readonly Entry[],
  depth: number,
  miss: Diagram<Outcome>,
): Diagram<Outcome> =>
  entries.reduceRight((rest, { levels, found }) => guarded(diagrams, levels.slice(depth), found, rest), miss);

/** What stands for a key whose slots are drawn: each slot's end with its share; slots that no element holds are open. */
function drawn(slots: readonly End[], of: number): Outcome {
  const ends = new Map<End, number>();
  for (const end of slots) ends.set(end, (ends.get(end) ?? 0) + 1 / of);
  if (slots.length < of) ends.set(ON, (of - slots.length) / of);
  return { ends, held: [], notes: [] };
}

export interface Element {
  readonly key: readonly Term[];
  /** `null` of an element of a draw. */
  readonly found: Diagram<Outcome> | null;
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
      const entry = found === null ? null : entryOf(view, key, terms, found);
      if (entry === null) continue;
      const deepest = entry.levels.at(-1)?.level ?? 0;
      (entry.found.level < deepest ? early : entries).push(entry);
    }
    return early.reduce(
      (rest, { levels, found }) => guarded(diagrams, levels, found, rest),
      build(diagrams, entries, 0, miss),
    );
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
