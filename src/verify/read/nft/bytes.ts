/** What nft's scanner takes for something else than a reader of lines would: found by a scan of the whole text, before anything is read. */
import { isFull, report, type Source } from "./blocks.ts";
import { isBlank } from "./words.ts";

const ODD = /[^\t\n -~]/;
const CONTROLS = 32;
const DELETE = 127;
const QUOTE = 34;
const HASH = 35;
const BACKSLASH = 92;

const hex = (code: number): string => `0x${code.toString(16).padStart(2, "0")}`;

/** What is wrong with a line that holds something odd; `null` where that is read as it is: in quotes or behind `#`. */
function faultOf(line: string): string | null {
  let isQuoted = false;
  let isRemark = false;
  for (let at = 0; at < line.length; at += 1) {
    const code = line.charCodeAt(at);
    if ((code < CONTROLS && !isBlank(code)) || code === DELETE) return `the byte ${hex(code)} is none that nft reads`;
    if (isRemark) continue;
    if (code === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (code === HASH) isRemark = true;
    else if (code === BACKSLASH)
      return "a backslash stands outside of quotes: at the end of a line nft joins it with the next";
    else if (code > DELETE) return "a character that is not ASCII stands outside of quotes";
  }
  return null;
}

/** Reports the lines whose bytes nft would not read as they look. */
export function checkBytes(source: Source, text: string): void {
  const { lines } = source;
  if (ODD.test(text) || text.includes("\\")) {
    lines.forEach((line, at) => {
      if (!ODD.test(line) && !line.includes("\\")) return;
      const reason = isFull(source) ? null : faultOf(line);
      if (reason !== null) report(source, at + 1, reason);
    });
  }
  // The scanner's remark ends with a newline that has to be there.
  const last = lines.at(-1) ?? "";
  if (last.includes("#")) report(source, lines.length, "no newline ends the file, and nft reads no remark there");
}

/** Of a text in UTF-8, as the kernel counts comments and prefixes. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;
