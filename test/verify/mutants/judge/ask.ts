/** Questions to a box of packets: a question that some of them answer with yes and others with no parts the box. */
import { type Box, type Field, fullOf, meet, NEVER, only, type Spans, sizeOf, without } from "./box.ts";

/** Thrown by a question: the answer is yes in one of the parts, no in the other. */
export class Parted extends Error {
  readonly parts: readonly Box[];
  constructor(parts: readonly Box[]) {
    super("a box of packets has two answers");
    this.parts = parts;
  }
}

export interface Ask {
  readonly family: 4 | 6;
  /** Whether the field has one of the values. */
  is(field: Field, values: Spans): boolean;
  /** The value, where it is one alone. */
  value(field: Field): bigint | null;
  /** One of so many, each as likely as its weight. */
  draw(weights: readonly number[]): number;
  /** Told of each rule and each element that matches. */
  hit(line: number): void;
}

/** Without translation what was asked for is the destination. */
const STANDS_FOR: Readonly<Partial<Record<Field, Field>>> = { asked: "destination", "asked-port": "destination-port" };

function isUntranslated({ translated }: Box): boolean {
  return translated?.length === 1 && translated[0]![1] === 0n;
}

export const valuesOf = (box: Box, family: 4 | 6, field: Field): Spans => {
  const real = (isUntranslated(box) ? STANDS_FOR[field] : undefined) ?? field;
  return box[real] ?? fullOf(real, family);
};

const isList = (field: string): boolean => field.startsWith("list ");

/** Whether a list other than this one has the client: whoever is drawn anew is in no list any more, so that one alone has it. */
const isInAnother = (box: Box, field: Field): boolean =>
  (Object.keys(box) as Field[]).some((other) => other !== field && isList(other) && box[other]!.at(-1)![1] < NEVER);

const NEVER_ONLY = only(NEVER);

export function askOf(box: Box, family: 4 | 6, draw: Ask["draw"], hit: Ask["hit"]): Ask {
  const isPlain = isUntranslated(box);
  return {
    family,
    draw,
    hit,
    is(asked, values) {
      const field = (isPlain ? STANDS_FOR[asked] : undefined) ?? asked;
      if (isList(field) && isInAnother(box, field)) return meet(NEVER_ONLY, values).length > 0;
      const all = box[field] ?? fullOf(field, family);
      const yes = meet(all, values);
      if (yes.length === 0) return false;
      const no = without(all, yes);
      if (no.length === 0) return true;
      throw new Parted([
        { ...box, [field]: yes },
        { ...box, [field]: no },
      ]);
    },
    value(field) {
      const values = valuesOf(box, family, field);
      return sizeOf(values) === 1n ? values[0]![0] : null;
    },
  };
}

/** Every draw tried: what `run` answers, with the share of each answer. */
export function shares(run: (draw: Ask["draw"]) => string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const picks: number[] = [];
  const among: number[] = [];
  for (;;) {
    let at = 0;
    let share = 1;
    const answer = run((weights) => {
      const pick = picks[at] ?? 0;
      picks[at] = pick;
      among[at] = weights.length;
      share *= weights[pick]!;
      at += 1;
      return pick;
    });
    if (share > 0) found.set(answer, (found.get(answer) ?? 0) + share);
    while (at > 0 && picks[at - 1]! + 1 >= among[at - 1]!) at -= 1;
    if (at === 0) return found;
    picks.length = at;
    picks[at - 1]! += 1;
  }
}
