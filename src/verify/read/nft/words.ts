/** A line as words. Text in double quotes is one word, with its quotes: nft knows no escape in it. `{`, `}`, `,` and `;` are words of their own. */
import type { Unread } from "../../program.ts";

/** Words of one line, read from the front. */
export interface Words {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly all: readonly string[];
  at: number;
  /** The first thing that is not known: what comes behind it was not read. */
  fault: string | null;
}

const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const COMMA = 44;
const SEMICOLON = 59;
export const OPEN = 123;
export const CLOSE = 125;

export const isBlank = (code: number): boolean => code === SPACE || code === TAB;

const isAlone = (code: number): boolean => code === COMMA || code === SEMICOLON || code === OPEN || code === CLOSE;

const endsWord = (code: number): boolean => isBlank(code) || isAlone(code) || code === QUOTE || code === HASH;

/** Where the word that begins at `start` ends; -1 where a quote is never closed. */
function endOfWord(text: string, start: number): number {
  const first = text.charCodeAt(start);
  if (first === QUOTE) return text.indexOf('"', start + 1) + 1 || -1;
  if (isAlone(first)) return start + 1;
  let end = start;
  while (end < text.length && !endsWord(text.charCodeAt(end))) end += 1;
  return end;
}

/** The words of a line, without a remark (`# ...`) behind them. */
export function wordsOf(line: number, text: string): Words {
  const all: string[] = [];
  let at = 0;
  for (;;) {
    while (isBlank(text.charCodeAt(at))) at += 1;
    if (at >= text.length || text.charCodeAt(at) === HASH) return { line, text, all, at: 0, fault: null };
    const end = endOfWord(text, at);
    if (end === -1) return { line, text, all, at: 0, fault: "a quote is not closed" };
    const word = text.slice(at, end);
    if (word.includes("\t")) return { line, text, all, at: 0, fault: "a tab stands in quotes" };
    all.push(word);
    at = end;
  }
}

/** The statements of a line, between `;`, each with its own words. */
export function statementsOf(words: Words): readonly Words[] {
  if (!words.all.includes(";")) return words.all.length === 0 ? [] : [words];
  const statements: string[][] = [[]];
  for (const word of words.all) {
    if (word === ";") statements.push([]);
    else statements.at(-1)!.push(word);
  }
  return statements.filter(({ length }) => length > 0).map((all) => ({ ...words, all, at: 0 }));
}

/** The next word; empty behind the last. */
export const peek = (words: Words): string => words.all[words.at] ?? "";

export const isAtEnd = ({ all, at }: Words): boolean => at >= all.length;

/** Says what is wrong; of several faults the first counts. */
export function fail(words: Words, reason: string): null {
  words.fault ??= reason;
  return null;
}

export function take(words: Words): string {
  const word = peek(words);
  words.at += 1;
  return word;
}

/** Takes the words if they are the next ones. */
export function accept(words: Words, ...phrase: readonly string[]): boolean {
  if (!phrase.every((word, index) => words.all[words.at + index] === word)) return false;
  words.at += phrase.length;
  return true;
}

const shown = (word: string): string => (word === "" ? "the end of the line" : `\`${word}\``);

/** Takes the words, or fails. */
export function expect(words: Words, ...phrase: readonly string[]): boolean {
  if (accept(words, ...phrase)) return true;
  const at = phrase.findIndex((word, index) => words.all[words.at + index] !== word);
  fail(words, `${shown(words.all[words.at + at] ?? "")} stands where \`${phrase.slice(at).join(" ")}\` is expected`);
  return false;
}

/** Fails over the next word. */
export const unexpected = (words: Words, wanted: string): null =>
  fail(words, `${shown(peek(words))} stands where ${wanted} is expected`);

/** Text in quotes, without them; `null` where there is none. */
export function quotedText(words: Words, wanted: string): string | null {
  const word = peek(words);
  if (!word.startsWith('"')) return unexpected(words, `${wanted} in quotes`);
  words.at += 1;
  return word.slice(1, -1);
}

/** A decimal number as nft prints it, no greater than `most`; else -1. A zero in front would make it octal. */
export function decimal(word: string, most: number): number {
  const { length } = word;
  if (length === 0 || length > 10 || (length > 1 && word.charCodeAt(0) === 48)) return -1;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = word.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value <= most ? value : -1;
}

const HEXADECIMAL = /^0[xX][0-9a-fA-F]{1,8}$/;

/** The same, or `0x` and up to eight hexadecimal digits. */
export function numberOf(word: string, most: number): number {
  const value = HEXADECIMAL.test(word) ? Number.parseInt(word.slice(2), 16) : decimal(word, most);
  return value <= most ? value : -1;
}

const LONGEST = 200;

export function unread(line: number, text: string, reason: string): Unread {
  const bare = text.trim();
  return { line, text: bare.length > LONGEST ? `${bare.slice(0, LONGEST)}…` : bare, reason };
}
