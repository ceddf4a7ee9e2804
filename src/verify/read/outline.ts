/** The lines of a shell script, here-documents apart. */

/** A line outside here-documents, and what a here-document that it begins holds. */
export interface Line {
  readonly text: string;
  /** From 0. */
  readonly at: number;
  readonly document: Document | null;
}

interface Document {
  readonly text: string;
  /** Its last line is there. */
  readonly isClosed: boolean;
}

const BEGINS = /<<-?\s*(['"]?)([\w-]+)\1/;

/** The here-document that begins at a place; it ends with the line `mark`. */
function documentAt(text: string, begin: number, mark: string): Document {
  if (text.startsWith(`${mark}\n`, begin)) return { text: "", isClosed: true };
  const end = text.indexOf(`\n${mark}\n`, begin - 1);
  return end === -1
    ? { text: text.slice(begin), isClosed: false }
    : { text: text.slice(begin, end + 1), isClosed: true };
}

export function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}

/** Rules are long: their lines are looked at by whoever reads them, not here. */
export function outline(script: string): readonly Line[] {
  const lines: Line[] = [];
  let number = 0;
  for (let begin = 0; begin <= script.length; ) {
    const end = script.indexOf("\n", begin);
    const text = script.slice(begin, end === -1 ? undefined : end);
    const next = end === -1 ? script.length + 1 : end + 1;
    const mark = text.startsWith("#") ? undefined : BEGINS.exec(text)?.[2];
    const document = mark === undefined || end === -1 ? null : documentAt(script, next, mark);
    lines.push({ text, at: number, document });
    begin = next;
    number += 1;
    if (document === null || mark === undefined) continue;
    begin += document.text.length + (document.isClosed ? mark.length + 1 : 0);
    number += countLines(document.text) + (document.isClosed ? 1 : 0);
    if (!document.isClosed) begin = script.length + 1;
  }
  return lines;
}
