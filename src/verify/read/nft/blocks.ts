/** The file as blocks of lines: netc's one table, the sets, maps and chains in it, and nothing else. */
import type { Unread } from "../../program.ts";
import { RESERVED } from "./reserved.ts";
import {
  accept,
  CLOSE,
  fail,
  isAtEnd,
  isBlank,
  OPEN,
  quotedText,
  take,
  unexpected,
  unread,
  type Words,
  wordsOf,
} from "./words.ts";

/** A file's lines, and what of them could not be read. */
export interface Source {
  readonly lines: readonly string[];
  readonly unread: Unread[];
}

/** As many are told. */
export const MOST_UNREAD = 20;

export function report(source: Source, line: number, reason: string): void {
  source.unread.push(unread(line, source.lines[line - 1] ?? "", reason));
}

export const isFull = ({ unread: found }: Source): boolean => found.length >= MOST_UNREAD;

/** Reports what is wrong with the line, or that more stands behind what was read; says whether it is fine. */
export function finish(source: Source, words: Words): boolean {
  if (words.fault === null && !isAtEnd(words)) unexpected(words, "the end of the line");
  if (words.fault !== null) report(source, words.line, words.fault);
  return words.fault === null;
}

export type BlockKind = "set" | "map" | "chain";

/** A declaration: `from` to `to` (from 1, both inclusive) are the lines between its braces. */
export interface Block {
  readonly kind: BlockKind;
  readonly name: string;
  readonly line: number;
  readonly from: number;
  readonly to: number;
}

export interface Blocks {
  readonly blocks: readonly Block[];
  /** Whether the file holds no others. */
  readonly isWhole: boolean;
  /** Variables of log prefixes. */
  readonly definitions: ReadonlyMap<string, string>;
}

const NAME = /^[A-Za-z][A-Za-z0-9/_.-]*$/;
const VARIABLE = /^[A-Za-z][A-Za-z0-9_]*$/;
/** NFT_NAME_MAXLEN without the byte that ends it. */
const LONGEST_NAME = 255;

/** Why nft would not take the word for a name; `null` where it would. */
function nameFault(name: string, pattern: RegExp, what: string): string | null {
  if (!pattern.test(name)) return `\`${name}\` is no ${what}`;
  if (RESERVED.has(name)) return `\`${name}\` is a word of nft's own, and no ${what}`;
  return name.length > LONGEST_NAME ? `a name of more than ${LONGEST_NAME} letters is no ${what}` : null;
}

/** The number of the next line from `line` on that says something; one behind the last where there is none. */
function nextLine({ lines }: Source, line: number): number {
  let next = line;
  while (next <= lines.length && wordsOf(next, lines[next - 1]!).all.length === 0) {
    if (wordsOf(next, lines[next - 1]!).fault !== null) break;
    next += 1;
  }
  return next;
}

const at = ({ lines }: Source, line: number): Words => wordsOf(line, lines[line - 1] ?? "");

function reportEnd(source: Source, where: string): void {
  let last = source.lines.length;
  while (last > 1 && source.lines[last - 1]!.trim() === "") last -= 1;
  report(source, last, `the file ends ${where}`);
}

function define(source: Source, words: Words, definitions: Map<string, string>): void {
  const name = take(words);
  const wrong = nameFault(name, VARIABLE, "variable's name");
  if (wrong !== null) fail(words, wrong);
  if (definitions.has(name)) fail(words, `the variable \`${name}\` is defined twice`);
  if (!accept(words, "=")) unexpected(words, "`=`");
  const text = words.fault === null ? quotedText(words, "the prefix of a log") : null;
  if (finish(source, words) && text !== null) definitions.set(name, text);
}

/** How many braces a line opens and does not close. */
function balanceOf(number: number, line: string): number {
  let balance = 0;
  for (const word of wordsOf(number, line).all) {
    if (word === "{") balance += 1;
    else if (word === "}") balance -= 1;
  }
  return balance;
}

function firstCode(line: string): number {
  let start = 0;
  while (isBlank(line.charCodeAt(start))) start += 1;
  return line.charCodeAt(start);
}

/**
 * Where the block that begins on `start` ends: the line that begins with its `}`; 0 where it does not. Lists of elements are blocks in it;
 * a line of a rule closes the braces that it opens, or it is not read.
 */
function endOf({ lines }: Source, start: number): number {
  let depth = 1;
  for (let number = start + 1; number <= lines.length; number += 1) {
    const line = lines[number - 1]!;
    if (depth === 1) {
      const first = firstCode(line);
      if (first === CLOSE) return number;
      if (DECLARATION.test(line)) return 0;
      if (ELEMENTS.test(line)) depth += balanceOf(number, line);
    } else if (line.includes("}") || line.charCodeAt(line.length - 1) === OPEN) {
      if (DECLARATION.test(line)) return 0;
      depth += balanceOf(number, line);
    }
    if (depth < 1) return 0;
  }
  return 0;
}

const DECLARATION = /^[ \t]*(?:set|map|chain|table)[ \t].*\{/;
const ELEMENTS = /^[ \t]*elements[ \t=]/;

function blockKind(word: string): BlockKind | null {
  return word === "set" || word === "map" || word === "chain" ? word : null;
}

/** The declarations of the table; what is behind its last line. */
function readTable(source: Source, start: number, blocks: Block[]): number {
  let line = nextLine(source, start);
  while (line <= source.lines.length && !isFull(source)) {
    const words = at(source, line);
    if (accept(words, "}")) {
      finish(source, words);
      return line + 1;
    }
    const kind = blockKind(take(words));
    const name = take(words);
    if (kind === null) {
      report(source, line, `\`${words.all[0] ?? ""}\` is no set, no map and no chain`);
      line = nextLine(source, line + 1);
      continue;
    }
    const wrong = nameFault(name, NAME, "name");
    if (wrong !== null) fail(words, wrong);
    if (!accept(words, "{")) unexpected(words, "`{`");
    const isEmpty = accept(words, "}");
    finish(source, words);
    if (isEmpty) {
      blocks.push({ kind, name, line, from: line + 1, to: line });
      line = nextLine(source, line + 1);
      continue;
    }
    const end = endOf(source, line);
    if (end === 0) {
      report(source, line, `the file ends or goes on before a line \`}\` closes this ${kind}`);
      return 0;
    }
    const closing = at(source, end);
    if (!accept(closing, "}")) unexpected(closing, "`}`");
    finish(source, closing);
    blocks.push({ kind, name, line, from: line + 1, to: end - 1 });
    line = nextLine(source, end + 1);
  }
  if (!isFull(source)) reportEnd(source, "before the table's `}`");
  return 0;
}

/** The way that netc's file begins: it makes its table, takes it away and makes it again. */
const OPENING: readonly (readonly string[])[] = [
  ["add", "table", "inet", "netc"],
  ["delete", "table", "inet", "netc"],
  ["table", "inet", "netc", "{"],
];

/** What is wrong is reported; then blocks may be missing. */
export function readBlocks(source: Source): Blocks {
  const definitions = new Map<string, string>();
  const blocks: Block[] = [];
  let line = nextLine(source, 1);
  for (; line <= source.lines.length; line = nextLine(source, line + 1)) {
    const words = at(source, line);
    if (!accept(words, "define")) break;
    define(source, words, definitions);
  }
  for (const phrase of OPENING) {
    const words = at(source, line);
    if (line > source.lines.length) {
      reportEnd(source, `before \`${phrase.join(" ")}\``);
      return { blocks, isWhole: false, definitions };
    }
    if (!accept(words, ...phrase)) fail(words, `\`${phrase.join(" ")}\` is expected`);
    if (!finish(source, words)) return { blocks, isWhole: false, definitions };
    line = nextLine(source, line + 1);
  }
  const behind = readTable(source, line, blocks);
  if (behind === 0) return { blocks, isWhole: false, definitions };
  const more = nextLine(source, behind);
  if (more <= source.lines.length) report(source, more, "it stands behind the end of the table");
  return { blocks, isWhole: true, definitions };
}
