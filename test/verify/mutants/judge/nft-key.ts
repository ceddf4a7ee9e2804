/** What nft looks a packet up by: keys, and elements that hold it. */
import type { Ask } from "./ask.ts";
import { type Field, type Spans, spansOf } from "./box.ts";
import type { NftElement } from "./nft-text.ts";
import { addressSpans, portSpans, protocolSpans } from "./values.ts";

export interface Words {
  readonly all: readonly string[];
  at: number;
}

export function take(words: Words): string {
  words.at += 1;
  return words.all[words.at - 1] ?? "";
}

export function accept(words: Words, ...expected: readonly string[]): boolean {
  if (!expected.every((word, at) => words.all[words.at + at] === word)) return false;
  words.at += expected.length;
  return true;
}

/** One word, or several in braces. */
export function listOf(words: Words): readonly string[] {
  if (!accept(words, "{")) return [take(words)];
  const found: string[] = [];
  while (!accept(words, "}")) found.push(take(words).replace(/,$/, ""));
  return found;
}

export interface FieldPart {
  readonly field: Field;
  /** Of an address: packets of the other family have none such. */
  readonly family: 4 | 6 | null;
  readonly spans: (texts: readonly string[]) => Spans;
}

/** A part of a key: of a packet, drawn, or a number that is always the same. */
export type Part = FieldPart | { readonly mod: number } | { readonly number: string };

const addressPart = (field: Field, family: 4 | 6): Part => ({ field, family, spans: addressSpans });
const ofPacket = (field: Field, spans: FieldPart["spans"]): Part => ({ field, family: null, spans });
const protocols = (texts: readonly string[]): Spans => spansOf(texts.flatMap(protocolSpans));

const ADDRESSES = [
  ["ip", 4],
  ["ip6", 6],
] as const;

function partOf(words: Words): Part | null {
  for (const [word, family] of ADDRESSES) {
    if (accept(words, word, "saddr")) return addressPart("source", family);
    if (accept(words, word, "daddr")) return addressPart("destination", family);
    if (accept(words, "ct", "original", word, "daddr")) return addressPart("asked", family);
  }
  if (accept(words, "meta", "l4proto")) return ofPacket("protocol", protocols);
  if (accept(words, "th", "dport")) return ofPacket("destination-port", portSpans);
  if (accept(words, "ct", "original", "proto-dst")) return ofPacket("asked-port", portSpans);
  if (accept(words, "numgen", "random", "mod")) return { mod: Number(take(words)) };
  if (accept(words, "numgen", "inc", "mod", "1", "offset")) return { number: take(words) };
  return null;
}

/** `null`: no key begins here, and nothing is read. */
export function keyOf(words: Words): readonly Part[] | null {
  const parts: Part[] = [];
  do {
    const part = partOf(words);
    if (part === null) return null;
    parts.push(part);
  } while (accept(words, "."));
  return parts;
}

function holds(ask: Ask, part: Part, text: string): boolean {
  if ("mod" in part) return true;
  if ("number" in part) return part.number === text;
  return (part.family === null || part.family === ask.family) && ask.is(part.field, part.spans([text]));
}

/** The first element that holds the packet; slots are drawn once, and only for keys that hold everything else. */
export function find(ask: Ask, key: readonly Part[], elements: readonly NftElement[]): NftElement | null {
  const drawn: (number | undefined)[] = [];
  const isDrawn = (part: Part, at: number, text: string): boolean => {
    if (!("mod" in part)) return true;
    drawn[at] ??= ask.draw(new Array<number>(part.mod).fill(1 / part.mod));
    return drawn[at] === Number(text);
  };
  for (const element of elements) {
    if (element.key.length !== key.length) throw new Error("a key of other parts than its elements");
    if (!key.every((part, at) => holds(ask, part, element.key[at]!))) continue;
    if (!key.every((part, at) => isDrawn(part, at, element.key[at]!))) continue;
    ask.hit(element.line);
    return element;
  }
  return null;
}

/** The list of a client: the set, and the key's numbers. */
export const listName = (set: string, key: readonly Part[]): string =>
  [set, ...key.flatMap((part) => ("number" in part ? [part.number] : []))].join(" ");
