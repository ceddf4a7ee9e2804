/** Sets and maps as they are declared, with all that they hold. */
import type { Family } from "../../../address/address.ts";
import type { KeyPart, MapElement, Target, Term } from "../../program.ts";
import { type Block, finish, isFull, report, type Source } from "./blocks.ts";
import type { Element, ValueKind } from "./elements.ts";
import { type Field, MOST, readKey } from "./fields.ts";
import { next, type Reader, readElements } from "./lists.ts";
import type { Terms } from "./terms.ts";
import { repeated } from "./twice.ts";
import { accept, decimal, expect, fail, peek, statementsOf, take, unexpected, type Words } from "./words.ts";

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

const PROMISE = "a set of clients has `flags dynamic, timeout` and `size 262144`, and nothing else is said of it";

/** What is promised to be remembered: so many pairs of a client and a line, each family by itself. */
const CLIENTS = 262144;

function readFlags(words: Words): Flags | null {
  if (accept(words, "flags", "interval")) return "interval";
  if (accept(words, "flags", "dynamic", ",", "timeout") || accept(words, "flags", "timeout", ",", "dynamic"))
    return "dynamic";
  return fail(words, `the flags are neither \`interval\` nor \`dynamic, timeout\`: ${PROMISE}`);
}

function readSize(words: Words): number | null {
  if (!expect(words, "size")) return null;
  const size = decimal(take(words), MOST);
  return size < 1 ? fail(words, "the size is no number") : size;
}

function readHead(reader: Reader, kind: Block["kind"]): Head | null {
  const { source } = reader;
  const words = next(reader);
  if (words === null) {
    report(source, reader.line, "the block ends where `typeof` is expected");
    return null;
  }
  reader.line += 1;
  const [first, ...more] = words.fault === null ? statementsOf(words) : [words];
  const head = first!.fault === null ? readTypeof(first!, kind) : null;
  if (more.length > 0) fail(first!, "more stands behind `typeof` on its line");
  return finish(source, first!) ? head : null;
}

function holdingOf({ value }: Head, elements: readonly Element[]): Holding {
  if (value === "none") return { kind: "members", elements: elements.map(({ key }) => key) };
  if (value === "chain") return { kind: "chains", elements: elements as readonly MapElement<string>[] };
  return { kind: "targets", hasPorts: value === "socket", elements: elements as readonly MapElement<Target>[] };
}

/** What a set's block says of it. */
interface Body {
  flags: Flags | null;
  size: number | null;
  elements: readonly Element[] | null;
}

function readProperty(reader: Reader, terms: Terms, head: Head, body: Body, words: Words): void {
  const word = peek(words);
  if (body.elements !== null) unexpected(words, "the end of the set: elements come last");
  else if (word === "flags" && body.flags === null) body.flags = readFlags(words);
  else if (word === "size" && body.size === null) body.size = readSize(words);
  else if (word === "elements" && expect(words, "elements", "=", "{")) {
    const rest = words.all.slice(words.at);
    words.at = words.all.length;
    body.elements = readElements(reader, terms, { ...head, isInterval: body.flags === "interval" }, rest);
  } else if (word === "timeout" || word === "gc-interval")
    fail(words, `\`${word}\` is said of a whole set: ${PROMISE}`);
  else if (word !== "elements") unexpected(words, "`flags`, `size` or `elements = {`");
}

/** The lines behind `typeof`: flags and size in any order, then the elements; `null` where something is wrong, which is reported. */
function readBody(reader: Reader, terms: Terms, head: Head): Body | null {
  const { source } = reader;
  const body: Body = { flags: null, size: null, elements: null };
  const before = source.unread.length;
  for (let words = next(reader); words !== null && !isFull(source); words = next(reader)) {
    reader.line += 1;
    if (words.fault !== null) report(source, words.line, words.fault);
    else {
      const isCut = words.all.includes(";");
      for (const statement of statementsOf(words)) {
        if (isCut && statement.all[0] === "elements" && statement.all.at(-1) !== "}")
          fail(statement, "a `;` stands in a list");
        else readProperty(reader, terms, head, body, statement);
        if (!finish(source, statement)) return null;
      }
    }
  }
  if (body.size === null) report(source, reader.line, "the block ends where `size` is expected");
  return source.unread.length === before ? body : null;
}

/** A set that rules fill. */
function clientsOf({ source }: Reader, block: Block, { size, elements }: Body): Holding | null {
  if (block.kind === "map") report(source, block.line, "a map cannot be `dynamic`");
  else if (size !== CLIENTS) report(source, block.line, `the size of \`${block.name}\` is ${size}: ${PROMISE}`);
  else if (elements !== null)
    report(source, block.line, `\`${block.name}\` is filled by rules, and begins with elements`);
  else return { kind: "remembered" };
  return null;
}

function readHolding(reader: Reader, terms: Terms, block: Block, head: Head): Holding | null {
  const { source } = reader;
  const body = readBody(reader, terms, head);
  if (body === null) return null;
  if (body.flags === "dynamic") return clientsOf(reader, block, body);
  const elements = body.elements ?? [];
  if (elements.length > (body.size ?? 0)) {
    report(source, block.line, `${elements.length} elements are in \`${block.name}\`, whose size is ${body.size}`);
  }
  const parts: readonly KeyPart[] = head.key.map(({ part }) => part);
  for (const { element, reason } of repeated(parts, elements, body.flags === "interval")) {
    if (!isFull(source)) report(source, element.line, reason);
  }
  return holdingOf(head, elements);
}

/** `null` where it could not be read, which is reported. */
export function readSet(source: Source, terms: Terms, block: Block): NamedSet | null {
  const reader: Reader = { source, to: block.to, line: block.from };
  const head = readHead(reader, block.kind);
  const holding = head === null ? null : readHolding(reader, terms, block, head);
  if (head === null || holding === null) return null;
  return { name: block.name, line: block.line, key: head.key, family: head.family, holding };
}
