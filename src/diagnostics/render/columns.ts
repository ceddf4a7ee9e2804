/**
 * Characters that a terminal obeys or does not show: controls, soft hyphen, marks that turn the direction of writing,
 * zero-width blanks, line separators, tags, and halves of surrogate pairs. Joiners stay, since letters and emoji need them.
 */
const HIDDEN =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;
/** Two columns: the East Asian Wide and Fullwidth blocks of UAX 11, and what is shown as an emoji unasked. */
const WIDE =
  /^[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}\p{Emoji_Presentation}]$/u;
/** A pair of these is one flag of two columns. */
const FLAG_LETTER = /^[\u{1f1e6}-\u{1f1ff}]$/u;
const ZERO = /^[\p{Mn}\p{Me}\u1160-\u11ff\u200c\u200d]$/u;
const PLAIN = /^[\x20-\x7e]*$/;

/** What may be sent to a terminal for a text of one line: hidden characters are written out as `\u{1b}`. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, escaped);
}

/** The same for a line of source, in which tabs stay. */
export function visibleLine(text: string): string {
  return PLAIN.test(text) ? text : text.replace(HIDDEN, (char) => (char === "\t" ? char : escaped(char)));
}

/** The same for a text of several lines. */
export const visibleText = (text: string): string => text.split("\n").map(visibleLine).join("\n");

function escaped(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}

/** The terminal columns of a visible text, a tab as one. */
export function columns(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let sum = 0;
  for (const char of text) sum += columnsOf(char);
  return sum;
}

/** Blanks as wide as a visible text, with its tabs kept. */
export function blank(text: string): string {
  if (PLAIN.test(text)) return " ".repeat(text.length);
  let blanks = "";
  for (const char of text) blanks += char === "\t" ? char : " ".repeat(columnsOf(char));
  return blanks;
}

function columnsOf(char: string): number {
  if (char < "\u0300") return 1;
  if (ZERO.test(char)) return 0;
  return WIDE.test(char) && !FLAG_LETTER.test(char) ? 2 : 1;
}
