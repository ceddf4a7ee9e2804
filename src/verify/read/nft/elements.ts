/** Elements of sets and maps. Of a large file nearly every line is one with a comma behind it: no pattern is tried on it. */
import { unreachable } from "../../../diagnostics/bug.ts";
import type { Target, Term } from "../../program.ts";
import { hasPorts } from "../../protocols.ts";
import { type Field, fieldText, MOST } from "./fields.ts";
import { addressOf, keyAddressOf, portsOf, protocolOf, type Terms } from "./terms.ts";
import { decimal, isBlank } from "./words.ts";

export interface Element {
  readonly key: readonly Term[];
  /** A target, a chain's name, or `null` in a set. */
  readonly value: Target | string | null;
  readonly line: number;
}

export type ValueKind = "none" | "address" | "socket" | "chain";

/** How a set's or map's elements look. */
export interface Shape {
  readonly key: readonly Field[];
  readonly value: ValueKind;
  /** Of a map that holds addresses. */
  readonly family: 4 | 6 | null;
  /** Whether ports may be ranges. */
  readonly isInterval: boolean;
}

function termOf(terms: Terms, { part, family }: Field, word: string): Term | string {
  switch (part.kind) {
    case "address":
      return keyAddressOf(terms, word, family ?? 4);
    case "ports":
      return portsOf(terms, word);
    case "protocol": {
      const protocol = protocolOf(word);
      return protocol < 0 ? `\`${word}\` is no protocol` : protocol;
    }
    case "draw": {
      const slot = decimal(word, MOST);
      if (slot < 0) return `\`${word}\` is no number`;
      return slot < part.of ? slot : `${word} is never drawn: a draw of ${part.of} is at most ${part.of - 1}`;
    }
    case "number": {
      const value = decimal(word, MOST);
      return value < 0 ? `\`${word}\` is no number` : value;
    }
    default:
      return unreachable(part);
  }
}

const COMMA = 44;

/** The words of a line that is an element as netc prints it, without the comma and the remark behind it; `null`: it is not, or not alone. */
function printedWords(text: string): readonly string[] | null {
  const remark = text.indexOf("#");
  let end = remark < 0 ? text.length : remark;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end -= 1;
  if (text.charCodeAt(end - 1) !== COMMA) return null;
  let start = 0;
  while (isBlank(text.charCodeAt(start))) start += 1;
  return text.slice(start, end - 1).split(" ");
}

/** Whether the words from `at` on are parts with a `.` between each two, and then `end`. */
function areParts(words: readonly string[], at: number, parts: number, end: string | undefined): boolean {
  for (let part = 1; part < parts; part += 1) if (words[at + 2 * part - 1] !== ".") return false;
  return words[at + 2 * parts - 2] !== undefined && words[at + 2 * parts - 1] === end;
}

function keyOf(terms: Terms, shape: Shape, words: readonly string[]): Term[] | string {
  const { key, isInterval } = shape;
  const end = shape.value === "none" ? undefined : ":";
  if (!areParts(words, 0, key.length, end)) return `the key is not ${key.map(fieldText).join(" . ")}`;
  const found = new Array<Term>(key.length);
  let isPortless = false;
  for (let at = 0; at < key.length; at += 1) {
    const field = key[at]!;
    const term = termOf(terms, field, words[2 * at]!);
    if (typeof term === "string") return term;
    if (field.part.kind === "protocol") isPortless = !hasPorts(term as number);
    if (field.part.kind === "ports") {
      if (isPortless) return `\`${words[2 * at - 2]}\` has no ports`;
      if (!isInterval && words[2 * at]!.includes("-")) return "a range stands where `flags interval` is not said";
    }
    found[at] = term;
  }
  if (isPortless && shape.value === "socket") return "a port is given to a protocol that has none";
  return found;
}

/** An address, and a port where one is said. */
export function targetOf(terms: Terms, family: 4 | 6, address: string, port: string | null): Target | string {
  const to = addressOf(address, family);
  if (typeof to === "string") return to;
  if (port === null) return { address: to.first, ports: null, base: null };
  const ports = portsOf(terms, port);
  if (typeof ports === "string") return ports;
  if (ports.first !== ports.last || port.includes("-")) return `\`${port}\` is no port`;
  return { address: to.first, ports, base: null };
}

function elementValue(
  terms: Terms,
  { value, family }: Shape,
  words: readonly string[],
  at: number,
): Element["value"] | Fault {
  switch (value) {
    case "none":
      return null;
    case "chain":
      if (words.length !== at + 2 || words[at] !== "jump") return { fault: "the value is not `jump` and a chain" };
      return words[at + 1]!;
    case "address":
    case "socket": {
      const parts = value === "address" ? 1 : 2;
      if (!areParts(words, at, parts, undefined)) {
        return { fault: value === "address" ? "the value is not an address" : "the value is not an address . a port" };
      }
      const target = targetOf(terms, family ?? 4, words[at]!, parts === 1 ? null : words[at + 2]!);
      return typeof target === "string" ? { fault: target } : target;
    }
    default:
      return unreachable(value);
  }
}

interface Fault {
  readonly fault: string;
}

function elementOf(terms: Terms, shape: Shape, words: readonly string[], line: number): Element | string {
  const key = keyOf(terms, shape, words);
  if (typeof key === "string") return key;
  const value = elementValue(terms, shape, words, 2 * shape.key.length);
  if (typeof value === "object" && value !== null && "fault" in value) return value.fault;
  return { key, value, line };
}

/** An element alone on its line, with a comma behind it, as netc prints it; `null`: the line may be read in another way. */
export function printedElement(terms: Terms, shape: Shape, text: string, line: number): Element | null {
  const words = printedWords(text);
  const element = words === null ? null : elementOf(terms, shape, words, line);
  return typeof element === "string" ? null : element;
}

/** What a line of a list says. */
export interface ListLine {
  readonly elements: readonly Element[];
  readonly endsWith: "comma" | "element" | "brace";
}

/** Any number of elements on one line, with a comma between each two; the list's `}` may stand behind them. Else why it is none. */
export function readListLine(terms: Terms, shape: Shape, all: readonly string[], line: number): ListLine | string {
  const elements: Element[] = [];
  let from = 0;
  for (let at = 0; at < all.length; at += 1) {
    const word = all[at]!;
    if (word !== "," && word !== "}") continue;
    if (at > from) {
      const element = elementOf(terms, shape, all.slice(from, at), line);
      if (typeof element === "string") return element;
      elements.push(element);
    } else if (word === ",") return "a comma stands where an element is expected";
    from = at + 1;
    if (word === "}")
      return from === all.length ? { elements, endsWith: "brace" } : `\`${all[from]}\` stands behind the list`;
  }
  if (from === all.length) return { elements, endsWith: "comma" };
  const element = elementOf(terms, shape, all.slice(from), line);
  return typeof element === "string" ? element : { elements: [...elements, element], endsWith: "element" };
}
