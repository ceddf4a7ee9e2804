/** Keys: of what a packet is looked up by, and what a set or map is declared to hold. */
import type { Family } from "../../../address/address.ts";
import { unreachable } from "../../../diagnostics/bug.ts";
import type { KeyPart } from "../../program.ts";
import { accept, decimal, expect, fail, peek, take, unexpected, type Words } from "./words.ts";

/** A part of a key; `family` of an address alone. */
export interface Field {
  readonly part: KeyPart;
  readonly family: Family | null;
}

/** The kernel's integers in keys are of 32 bits. */
export const MOST = 0xffffffff;

const PROTOCOL: Field = { part: { kind: "protocol" }, family: null };
const PORTS: Field = { part: { kind: "ports", of: "destination-port" }, family: null };

function addressField(words: Words, family: Family): Field | null {
  if (accept(words, "saddr")) return { part: { kind: "address", of: "source" }, family };
  if (accept(words, "daddr")) return { part: { kind: "address", of: "destination" }, family };
  return unexpected(words, "`saddr` or `daddr`");
}

/** `declared`: in a set's or a map's type, where a number that is the same for every packet has no value yet. */
type Place = "declared" | "asked";

function numgenField(words: Words, place: Place): Field | null {
  if (accept(words, "random", "mod")) {
    const of = decimal(take(words), MOST);
    return of < 1 ? fail(words, "`numgen random mod` draws from a number of 1 or more") : drawOf(of);
  }
  if (place === "declared") return expect(words, "inc", "mod", "2") ? numberOf(0) : null;
  if (!expect(words, "inc", "mod", "1", "offset")) return null;
  const value = decimal(take(words), MOST);
  return value < 0 ? fail(words, "the offset is no number of 32 bits") : numberOf(value);
}

const drawOf = (of: number): Field => ({ part: { kind: "draw", of }, family: null });
const numberOf = (value: number): Field => ({ part: { kind: "number", value }, family: null });

function readField(words: Words, place: Place): Field | null {
  const word = peek(words);
  words.at += 1;
  switch (word) {
    case "ip":
      return addressField(words, 4);
    case "ip6":
      return addressField(words, 6);
    case "meta":
      return expect(words, "l4proto") ? PROTOCOL : null;
    case "th":
      return expect(words, "dport") ? PORTS : null;
    case "numgen":
      return numgenField(words, place);
    default:
      words.at -= 1;
      return unexpected(words, "a part of a key");
  }
}

/** Parts with `.` between them. */
export function readKey(words: Words, place: Place): readonly Field[] | null {
  const fields: Field[] = [];
  do {
    const field = readField(words, place);
    if (field === null) return null;
    fields.push(field);
  } while (accept(words, "."));
  return fields;
}

export function fieldText({ part, family }: Field): string {
  switch (part.kind) {
    case "address":
      return `an IPv${family} address`;
    case "ports":
      return "a port";
    case "protocol":
      return "a protocol";
    case "draw":
      return `a draw of ${part.of}`;
    case "number":
      return "a number";
    default:
      return unreachable(part);
  }
}

export const keyText = (fields: readonly Field[]): string => fields.map(fieldText).join(" . ");

/** Why a set or map of type `declared` cannot be asked by `asked`; `null` where it can. */
export function misfit(name: string, declared: readonly Field[], asked: readonly Field[]): string | null {
  const [is, wanted] = [keyText(asked), keyText(declared)];
  return is === wanted ? null : `\`${name}\` is asked by ${is}, but holds ${wanted}`;
}

const FIRST_WORDS: readonly string[] = ["ip", "ip6", "meta", "th", "numgen"];
export const beginsKey = (word: string): boolean => FIRST_WORDS.includes(word);
