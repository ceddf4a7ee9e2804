/** Sets and maps as they are declared, with all that they hold. */
import type { Family } from "../../../address/address.ts";
import type { KeyPart, MapElement, Target, Term } from "../../program.ts";
import { type Block, finish, isFull, report, type Source } from "./blocks.ts";
import { type Element, readElement, type Shape, type ValueKind } from "./elements.ts";
import { type Field, MOST, readKey } from "./fields.ts";
import type { Terms } from "./terms.ts";
import { repeated } from "./twice.ts";
import { accept, decimal, expect, fail, peek, take, unexpected, type Words, wordsOf } from "./words.ts";

/** Who looks it up gets one and the same array each time. */
export type Holding =
  | { readonly kind: "members"; readonly elements: readonly (readonly Term[])[] }
  /** Filled by rules, each element for a time. */
  | { readonly kind: "remembered" }
  | { readonly kind: "targets"; readonly hasPorts: boolean; readonly elements: readonly MapElement<Target>[] }
  | { readonly kind: "chains"; readonly elements: readonly MapElement<string>[] };

export interface NamedSet {
  readonly name: string;
  readonly line: number;
  readonly key: readonly Field[];
  /** The one whose addresses it holds as values. */
  readonly family: Family | null;
  readonly holding: Holding;
}

interface Head {
  readonly key: readonly Field[];
  readonly value: ValueKind;
  readonly family: Family | null;
}

function readValue(words: Words): Pick<Head, "value" | "family"> | null {
  if (accept(words, "verdict")) return { value: "chain", family: null };
  const family = accept(words, "ip") ? 4 : accept(words, "ip6") ? 6 : null;
  if (family === null) return unexpected(words, "the type of a value");
  if (!expect(words, "daddr")) return null;
  return { value: accept(words, ".", "th", "dport") ? "socket" : "address", family };
}

function readTypeof(words: Words, kind: Block["kind"]): Head | null {
  if (!expect(words, "typeof")) return null;
  const key = readKey(words, "declared");
  if (key === null) return null;
  if (key.filter(({ part }) => part.kind === "ports").length > 1) return fail(words, "two ports stand in one key");
  if (kind === "set") return { key, value: "none", family: null };
  const value = expect(words, ":") ? readValue(words) : null;
  return value === null ? null : { key, ...value };
}

type Flags = "plain" | "interval" | "dynamic";

function readFlags(words: Words): Flags | null {
  if (accept(words, "flags", "interval")) return "interval";
  if (accept(words, "flags", "dynamic,", "timeout")) return "dynamic";
  return fail(words, "the flags are neither `interval` nor `dynamic, timeout`");
}

/** The lines of a block that are not empty, one after another. */
interface Reader {
  readonly source: Source;
  readonly to: number;
  line: number;
}

function next(reader: Reader): Words | null {
  for (; reader.line <= reader.to; reader.line += 1) {
    const words = wordsOf(reader.line, reader.source.lines[reader.line - 1]!);
    if (words.all.length > 0 || words.fault !== null) return words;
  }
  return null;
}

/** Reads a line with `read`; what is wrong is reported. */
function readLine<T>(reader: Reader, wanted: string, read: (words: Words) => T | null): T | null {
  const words = next(reader);
  if (words === null) {
    report(reader.source, reader.line, `the block ends where ${wanted} is expected`);
    return null;
  }
  reader.line += 1;
  const found = words.fault === null ? read(words) : null;
  return finish(reader.source, words) ? found : null;
}

function readSize(words: Words): number | null {
  if (!expect(words, "size")) return null;
  const size = decimal(take(words), MOST);
  return size < 1 ? fail(words, "the size is no number") : size;
}

const isEmpty = (line: string): boolean => {
  const bare = line.trim();
  return bare === "" || bare.startsWith("#");
};

/** The elements up to the line `}`. */
function readElements(reader: Reader, terms: Terms, shape: Shape): readonly Element[] {
  const { source } = reader;
  const elements: Element[] = [];
  const from = reader.line - 1;
  let hasLines = false;
  for (; reader.line <= reader.to && !isFull(source); reader.line += 1) {
    const text = source.lines[reader.line - 1]!;
    if (text.charCodeAt(text.length - 1) === 125 && text.trim() === "}") {
      reader.line += 1;
      if (!hasLines) report(source, from, "nft reads no empty list of elements");
      return elements;
    }
    if (isEmpty(text)) continue;
    hasLines = true;
    const element = readElement(terms, shape, text, reader.line);
    if (typeof element === "string") report(source, reader.line, element);
    else elements.push(element);
  }
  if (!isFull(source)) report(source, from, "the list of elements is not closed by a line `}`");
  return elements;
}

function holdingOf({ value }: Head, elements: readonly Element[]): Holding {
  if (value === "none") return { kind: "members", elements: elements.map(({ key }) => key) };
  if (value === "chain") return { kind: "chains", elements: elements as readonly MapElement<string>[] };
  return { kind: "targets", hasPorts: value === "socket", elements: elements as readonly MapElement<Target>[] };
}

function readHolding(reader: Reader, terms: Terms, block: Block, head: Head): Holding | null {
  const { source } = reader;
  const hasFlags = next(reader)?.all[0] === "flags";
  const flags = hasFlags ? readLine(reader, "`flags`", readFlags) : "plain";
  const size = flags === null ? null : readLine(reader, "`size`", readSize);
  if (flags === null || size === null) return null;
  if (flags === "dynamic") return block.kind === "set" ? { kind: "remembered" } : mapOfClients(source, block);
  let elements: readonly Element[] = [];
  if (next(reader) !== null) {
    const opened = readLine(reader, "`elements`", (words) => (expect(words, "elements", "=", "{") ? true : null));
    if (opened === null) return null;
    elements = readElements(reader, terms, { ...head, isInterval: flags === "interval" });
  }
  if (elements.length > size) {
    report(source, block.line, `${elements.length} elements are in \`${block.name}\`, whose size is ${size}`);
  }
  const parts: readonly KeyPart[] = head.key.map(({ part }) => part);
  for (const { element, reason } of repeated(parts, elements, flags === "interval")) {
    if (!isFull(source)) report(source, element.line, reason);
  }
  return holdingOf(head, elements);
}

function mapOfClients(source: Source, { line }: Block): null {
  report(source, line, "a map cannot be `dynamic`");
  return null;
}

/** `null` where it could not be read, which is reported. */
export function readSet(source: Source, terms: Terms, block: Block): NamedSet | null {
  const reader: Reader = { source, to: block.to, line: block.from };
  const head = readLine(reader, "`typeof`", (words) => readTypeof(words, block.kind));
  const holding = head === null ? null : readHolding(reader, terms, block, head);
  if (head === null || holding === null) return null;
  const more = isFull(source) ? null : next(reader);
  if (more !== null) report(source, more.line, `\`${peek(more)}\` stands behind the elements`);
  return { name: block.name, line: block.line, key: head.key, family: head.family, holding };
}
