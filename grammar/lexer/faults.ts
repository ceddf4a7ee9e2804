/** What is said about characters that belong to no word of the language, and about lines that begin in mid-statement. */
import type { Fault } from "../ast.ts";
import { type Character, characterOf } from "./lookalikes.ts";

type Fix = NonNullable<Fault["fix"]>;

const FIX_TITLES: Readonly<Record<string, string>> = {
  " ": "write a blank",
  "": "remove it",
  "\n": "write a newline",
};

function fixOf(text: string): Fix {
  return { title: FIX_TITLES[text] ?? `write \`${text}\``, text };
}

const ARROW_IN_DISGUISE = /^[-=~\p{Pd}\u2212]*>$/u;
const DASHES = /^[-=\p{Pd}\u2212]+$/u;
/** A longer run is fixed by hand. */
const LONGEST_FIXED = 40;

function asciiOf(image: string, characters: readonly Character[], behind: string): string | null {
  if (ARROW_IN_DISGUISE.test(image)) return "->";
  if (DASHES.test(image) && behind.startsWith("->")) return "";
  let ascii = "";
  for (const character of characters) {
    if (character.ascii === null) return null;
    ascii += character.ascii;
  }
  return ascii;
}

function sentence(character: Character, ascii: string | null): string {
  if (ascii === null)
    return `${character.label} means nothing here; names with other characters stand in double quotes`;
  if (ascii === "") return `${character.label} cannot stand here`;
  if (ascii === " ") return `${character.label} is not a plain blank`;
  if (ascii === "\n") return `${character.label} does not end a line`;
  return `${character.label} is not \`${ascii}\``;
}

/** One fault for a run of characters that no word is made of. */
export function badCharacters(text: string, start: number, end: number): Fault {
  const span = { start, end };
  const short = end - start <= LONGEST_FIXED;
  const image = text.slice(start, short ? end : start + 2);
  const characters = Array.from(image, (character) => characterOf(character.codePointAt(0)!));
  const first = characters[0]!;
  const ascii = short ? asciiOf(image, characters, text.slice(end, end + 2)) : null;
  const arrow = ascii === "->" && image.length > 1;
  const alone = arrow ? `\`${image}\` is not \`->\`` : sentence(first, characters.length === 1 ? ascii : first.ascii);
  const message = arrow || (short && characters.length === 1) ? alone : `${alone}, nor can what follows it`;
  return ascii === null
    ? { code: "bad-character", message, span }
    : { code: "bad-character", message, span, fix: fixOf(ascii) };
}

/** A character that not even quotes or comments may hold. */
export function forbiddenInside(where: "comment" | "quotes", text: string, start: number, end: number): Fault {
  const { label, ascii } = characterOf(text.codePointAt(start)!);
  const message = `${label} cannot stand in ${where === "comment" ? "a comment" : "quotes"}`;
  const blank = ascii === " " || ascii === "\n";
  return { code: "bad-character", message, span: { start, end }, fix: fixOf(blank ? " " : "") };
}

export function emptyName(start: number, end: number): Fault {
  return { code: "empty-name", message: "nothing stands between these quotes", span: { start, end } };
}

/** A quote that its line does not close. It is plain where it ends only when a single word follows. */
export function unclosedQuote(text: string, start: number, end: number): Fault {
  const message = 'this quote is not closed on its line: write `"` behind the name';
  const span = { start, end };
  const word = text.slice(start + 1, end).trimEnd();
  if (word === "" || /\s/.test(word)) return { code: "unclosed-quote", message, span };
  const behind = start + 1 + word.length;
  return {
    code: "unclosed-quote",
    message,
    span,
    fix: { title: "close the quote", text: '"', span: { start: behind, end: behind } },
  };
}

/** A line that begins with `->` or `{` at `at`, where the line above ended at `end`. The fix takes comments in between along. */
export function lineStart(text: string, end: number, at: number): Fault {
  const said = text.startsWith("{", at) ? "{" : "->";
  const between = text.slice(end, at);
  const joined = between.includes("#") ? ` ${said}${between.trimEnd()}\n` : ` ${said}`;
  const behind = at + said.length;
  return {
    code: "line-start",
    message: `a line cannot begin with \`${said}\`: it belongs at the end of the line above`,
    span: { start: at, end: behind },
    fix: { title: "join the lines", text: joined, span: { start: end, end: behind } },
  };
}
