/**
 * What iptables-restore does with a text's bytes before it sees words: it reads lines with fgets into a buffer of 10,240 bytes, and what
 * does not fit is the next line; a NUL ends a line; a TAB parts words; words are copied into a buffer of 1,024 bytes (iptables-restore.c,
 * add_param of xshared.c). A text in which any of that matters is not read.
 */
import { bytesOver } from "./values.ts";
import type { Reason } from "./words.ts";

/** The buffer without the line feed and the NUL. */
const LINE = 10_238;

/** add_param's buffer without its NUL. */
const WORD = 1023;

/** MAX_ARGC is 255; the tool's own are its name, `-t`, the table, and with `--counters` three more. */
const WORDS = 248;

/** Every control character but the line feed. */
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/;

export const hasControl = (text: string): boolean => CONTROL.test(text);

const BYTE_ORDER_MARK = 0xfeff;

export const beginsWithMark = (text: string): boolean => text.charCodeAt(0) === BYTE_ORDER_MARK;

const NAMES: ReadonlyMap<string, string> = new Map([
  ["\0", "a NUL, where the tool ends the line"],
  ["\t", "a TAB, where the tool parts words"],
  ["\r", "a carriage return"],
]);

export function controlReason(line: string): Reason {
  const found = CONTROL.exec(line)?.[0];
  if (found === undefined) return null;
  const code = found.charCodeAt(0).toString(16).padStart(2, "0");
  return `the line holds ${NAMES.get(found) ?? `the control character 0x${code}`}`;
}

/** A line within this many characters fits whatever they are: none has more than three bytes for each place. */
const SURELY_FITS = Math.floor(LINE / 3);

export function lengthReason(text: string, start: number, end: number): Reason {
  if (end - start <= SURELY_FITS || !bytesOver(text.slice(start, end), LINE)) return null;
  return `the line has more than ${LINE} bytes: the tool takes what lies beyond for a line of its own`;
}

export function wordsReason(words: readonly string[]): Reason {
  if (words.length > WORDS) return `the rule has more than ${WORDS} words`;
  return words.some((word) => bytesOver(word, WORD)) ? `a word has more than ${WORD} bytes` : null;
}
