/** Elements of sets and maps as diagrams: what is found by key, level by level. */
import type { Address } from "../../address/address.ts";
import type { Diagram, Diagrams } from "../../packetset/diagram.ts";
import type { KeyPart, Term } from "../program.ts";
import { apart, type Entry, isBelow } from "./apart.ts";
import { type End, ON } from "./end.ts";
import { guarded, levelsOf, nested } from "./guard.ts";
import { drawn, type Outcome } from "./outcome.ts";
import type { Constraint, View } from "./scene.ts";

/** `null` where no packet has such a key; `draw`: the place of the part that is drawn. */
function entryOf(
  view: View,
  key: readonly KeyPart[],
  terms: readonly Term[],
  draw: number,
  found: Diagram<Outcome>,
): Entry | null {
  const constraints: Constraint[] = new Array(draw === -1 ? key.length : key.length - 1);
  let count = 0;
  for (let at = 0; at < key.length; at += 1) {
    if (at === draw) continue;
    constraints[count] = view.termConstraint(key[at]!, terms[at]!);
    count += 1;
  }
  const levels = levelsOf(constraints);
  return levels === null ? null : { levels, found };
}

/** Entries ask the same levels, and no two of them hold of one packet. */
function build(diagrams: Diagrams<Outcome>, all: readonly Entry[], miss: Diagram<Outcome>): Diagram<Outcome> {
  const alone = ({ levels, found }: Entry, depth: number) => nested(diagrams, levels, found, miss, depth);
  function together(entries: readonly Entry[], depth: number): Diagram<Outcome> {
    const [one] = entries;
    if (one === undefined) return miss;
    if (entries.length === 1) return alone(one, depth);
    return apart(diagrams, entries, depth, miss, { alone, together }) ?? oneByOne(diagrams, entries, depth, miss);
  }
  return together(all, 0);
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
function amongSlots(slots: readonly End[], of: number): Outcome {
  const isOpen = slots.length < of;
  const ends = isOpen ? [...slots, ON] : slots;
  const shares = ends.map(() => 1 / of);
  if (isOpen) shares[slots.length] = (of - slots.length) / of;
  return drawn(ends, shares);
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
      const entry = found === null ? null : entryOf(view, key, terms, draw, found);
      if (entry === null) continue;
      (isBelow(entry) ? entries : early).push(entry);
    }
    return early.reduce(
      (rest, { levels, found }) => guarded(diagrams, levels, found, rest),
      build(diagrams, entries, miss),
    );
  }
  const part = key[draw]!;
  const of = part.kind === "draw" ? part.of : 1;
  for (const { terms, ends } of slotsByKey(elements, draw)) {
    const entry = entryOf(view, key, terms, draw, diagrams.leaf(amongSlots(ends, of)));
    if (entry !== null) entries.push(entry);
  }
  return build(diagrams, entries, miss);
}

/** What is drawn among for one key; its slots' numbers are not told apart. */
interface Slots {
  readonly terms: readonly Term[];
  ends: readonly End[];
}

/** `draw`: the place of the slot's number in a key. */
function slotsByKey(elements: readonly Element[], draw: number): Iterable<Slots> {
  const known = new Map<string, Slots>();
  for (let from = 0, to = 0; from < elements.length; from = to) {
    const terms = elements[from]!.key;
    while (to < elements.length && isSameKey(terms, elements[to]!.key, draw)) to += 1;
    const ends = elements.slice(from, to).map(({ end }) => end!);
    const name = keyText(terms, draw);
    const before = known.get(name);
    if (before === undefined) known.set(name, { terms, ends });
    else before.ends = [...before.ends, ...ends];
  }
  return known.values();
}

function keyText(terms: readonly Term[], draw: number): string {
  let text = "";
  for (let at = 0; at < terms.length; at += 1) if (at !== draw) text += `${termText(terms[at]!)} `;
  return text;
}

const isSameKey = (one: readonly Term[], other: readonly Term[], draw: number): boolean =>
  one.every((term, at) => at === draw || isSameTerm(term, other[at]!));

function isSameTerm(one: Term, other: Term): boolean {
  if (typeof one === "number" || typeof other === "number") return one === other;
  return placeOf(one.first) === placeOf(other.first) && placeOf(one.last) === placeOf(other.last);
}

const placeOf = (end: Address | number): number | bigint => (typeof end === "number" ? end : end.value);

function termText(term: Term): string {
  return typeof term === "number" ? String(term) : `${placeOf(term.first)}-${placeOf(term.last)}`;
}
