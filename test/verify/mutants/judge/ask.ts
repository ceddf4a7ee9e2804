/** Questions to a box of packets: a question that some of them answer with yes and others with no parts the box. */
import {
  type Box,
  type Field,
  fullOf,
  meet,
  NEVER,
  NO_DEVICE,
  only,
  POD_GROUP,
  type Spans,
  sizeOf,
  VIEWS,
  type View,
  without,
} from "./box.ts";
import { deviceSpans } from "./values.ts";

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

/** What stands for what was asked for. */
const STANDS_FOR: Readonly<Record<View, Readonly<Partial<Record<Field, Field>>>>> = {
  original: { asked: "destination", "asked-port": "destination-port" },
  reply: { asked: "source", "asked-port": "source-port" },
  apart: {},
  none: {},
};

const viewOf = ({ view }: Box): View => (view === undefined ? "apart" : VIEWS[Number(view[0]![0])]!);

const realOf = (box: Box, field: Field): Field => STANDS_FOR[viewOf(box)][field] ?? field;

export function valuesOf(box: Box, family: 4 | 6, field: Field): Spans {
  const real = realOf(box, field);
  return box[real] ?? fullOf(real, family);
}

/** By list: the lists of one port line have one name. */
export type Lines = ReadonlyMap<string, string>;

const listOf = (field: string): string | null => (field.startsWith("list ") ? field.slice("list ".length) : null);

/**
 * Whether another list of the port line has the client: whoever is drawn anew is in no list of the line any more, so that one alone has it. Lists
 * of several lines may all have it.
 */
function isInAnother(box: Box, list: string, lines: Lines): boolean {
  const line = lines.get(list);
  return (
    line !== undefined &&
    (Object.keys(box) as Field[]).some((field) => {
      const other = listOf(field);
      return other !== null && other !== list && lines.get(other) === line && box[field]!.at(-1)![1] < NEVER;
    })
  );
}

const NEVER_ONLY = only(NEVER);

/** Of what a device is, the device. */
const DEVICE_OF: Readonly<Partial<Record<Field, Field>>> = {
  "arrives-group": "arrives-by",
  "leaves-group": "leaves-by",
  "way-back": "arrives-by",
};

const LO = deviceSpans("lo");
const NOWHERE = only(NO_DEVICE);

/**
 * What may be of a device, where it is none (nothing), loopback (no pod's device, and always the way back) or another (anything). A box of
 * more than one of these is parted.
 */
function ofDevice(box: Box, family: 4 | 6, field: Field, device: Field): Spans {
  const by = box[device] ?? fullOf(device, family);
  for (const kind of [NOWHERE, LO]) {
    const [is, others] = [meet(by, kind), without(by, kind)];
    if (is.length > 0 && others.length > 0)
      throw new Parted([is, others].map((spans) => ({ ...box, [device]: spans })));
    if (is.length === 0) continue;
    if (kind === NOWHERE) return [];
    return field === "way-back" ? only(1) : without(fullOf(field, family), only(POD_GROUP));
  }
  return fullOf(field, family);
}

export interface Asking {
  readonly box: Box;
  readonly family: 4 | 6;
  readonly lines: Lines;
}

export function askOf({ box, family, lines }: Asking, draw: Ask["draw"], hit: Ask["hit"]): Ask {
  return {
    family,
    draw,
    hit,
    is(asked, values) {
      const field = realOf(box, asked);
      const list = listOf(field);
      if (list !== null && isInAnother(box, list, lines)) return meet(NEVER_ONLY, values).length > 0;
      const device = DEVICE_OF[field];
      const most = device === undefined ? fullOf(field, family) : ofDevice(box, family, field, device);
      const all = box[field] === undefined ? most : meet(box[field], most);
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
