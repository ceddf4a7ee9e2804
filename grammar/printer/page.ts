/** The lines that are written, and what the source says about the gaps between them. */
import type { Comment } from "../ast.ts";

export interface Page {
  /** The source that is printed anew. */
  readonly text: string;
  readonly lines: string[];
}

const BLANKS_ONLY = /^[ \t\r\n;]*$/;

/** The blanks, newlines and `;` that end at `at`. */
function gapBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && BLANKS_ONLY.test(text[start - 1]!)) start--;
  return text.slice(start, at);
}

/** Whether an empty line stands before what begins at `at`. */
function isBehindBlank(text: string, at: number): boolean {
  return /\n[ \t\r]*\n/.test(gapBefore(text, at));
}

/** Whether nothing but blanks and `;` stands before the comment on its line. */
export function isOnOwnLine({ text }: Page, { span }: Comment): boolean {
  return BLANKS_ONLY.test(text.slice(text.lastIndexOf("\n", span.start - 1) + 1, span.start));
}

/** A new line. What stands at `at` in the source is kept apart as it is there, except at the line `top`, the first of the file or block. */
export function addLine({ text, lines }: Page, line: string, at: number, top = 0): void {
  if (lines.length > top && isBehindBlank(text, at)) lines.push("");
  lines.push(line);
}

/** Goes on with the last line. */
export function append({ lines }: Page, more: string): void {
  lines.push((lines.pop() ?? "") + more);
}

const written = ({ text }: Page, { span }: Comment): string => text.slice(span.start, span.end);

export function addComment(page: Page, comment: Comment, indent = "", top = 0): void {
  addLine(page, indent + written(page, comment), comment.span.start, top);
}

/** Behind the last line. */
export function appendComment(page: Page, comment: Comment): void {
  append(page, ` ${written(page, comment)}`);
}

export function textOf({ lines }: Page): string {
  return lines.map((line) => `${line}\n`).join("");
}
