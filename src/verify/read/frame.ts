/** The first line at which the frame of a script is another's than that of netc's own. */
import { countLines } from "./lines.ts";
import type { Piece, Script } from "./script.ts";

export interface FrameDifference {
  /** Of the script, from 1: behind the last line where the script ends too early. */
  readonly line: number;
  /** Its text there; `null`: it ends before this line. */
  readonly text: string | null;
  /** What netc's own script has there; `null`: it ends before this line. */
  readonly expected: string | null;
  readonly reason: string;
}

/** `null`: both are the same, byte for byte. */
export function frameDifference(script: Script, own: Script): FrameDifference | null {
  const count = Math.max(script.frame.length, own.frame.length);
  for (let at = 0; at < count; at += 1) {
    const found = pieceOf(script, at);
    const expected = pieceOf(own, at);
    if (found.text !== expected.text) return differenceIn(script, own, found, expected);
  }
  return null;
}

const pieceOf = ({ text, frame }: Script, at: number): Piece => frame[at] ?? { text: "", start: text.length };

function differenceIn(script: Script, own: Script, found: Piece, expected: Piece): FrameDifference {
  const common = commonLength(found.text, expected.text);
  const one = lineAround(script.text, found.start + common);
  const other = lineAround(own.text, expected.start + common);
  return {
    line: countLines(script.text.slice(0, one.start)) + 1,
    text: one.text,
    expected: other.text,
    reason: reasonOf(one, other),
  };
}

function commonLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  return at;
}

interface LineAround {
  readonly start: number;
  /** `null`: the text ends before it. */
  readonly text: string | null;
  /** Nothing of the text is left behind the place that was asked about. */
  readonly isCutOff: boolean;
}

function lineAround(text: string, at: number): LineAround {
  const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
  const isCutOff = at === text.length;
  if (start === text.length) return { start, text: null, isCutOff };
  const end = text.indexOf("\n", at);
  return { start, text: text.slice(start, end === -1 ? undefined : end), isCutOff };
}

const withoutBlanks = (text: string): string => text.replace(/[ \t]+/g, "");

/** What a terminal shows as a blank, or not at all. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Z}]/gu;

/** The first of them that the other line does not hold; blanks and tabs are none. */
function unseenIn(text: string, other: string): string | null {
  for (const [one] of text.matchAll(UNSEEN)) if (!" \t".includes(one) && !other.includes(one)) return one;
  return null;
}

const BYTE_ORDER_MARK = "\uFEFF";

function nameOf(character: string): string {
  if (character === BYTE_ORDER_MARK) return "a byte-order mark";
  if (character === "\r") return "a carriage return";
  return `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}, which is not seen`;
}

function reasonOf(found: LineAround, expected: LineAround): string {
  if (found.text === null) return "the file ends before this line: it may be cut off";
  if (found.isCutOff) return "the file ends within this line: it may be cut off";
  if (expected.text === null) return "netc's own script ends before this line";
  const unseen = unseenIn(found.text, expected.text);
  if (unseen !== null) return `the line holds ${nameOf(unseen)}, and netc's own does not`;
  if (withoutBlanks(found.text) === withoutBlanks(expected.text)) return "the two lines differ in blanks alone";
  return "netc's own script has another line here";
}
