/** The fenced blocks of a page, each under a comment that says where its text comes from. */

export interface Quote {
  /** What the comment above the block says: a command line, the name of a program, or `article`. */
  readonly from: string;
  readonly lines: readonly string[];
  /** Of its first line, counted from 1. */
  readonly line: number;
}

const COMMENT = /^<!-- (.+) -->$/;

/** A block without such a comment has `from` empty. */
export function quotesOf(page: string): readonly Quote[] {
  const quotes: Quote[] = [];
  const lines = page.split("\n");
  for (let i = 0; i < lines.length; i += 1) {
    if (!lines[i]!.startsWith("```")) continue;
    const end = lines.indexOf("```", i + 1);
    if (end === -1) throw new Error(`line ${i + 1}: the block does not end`);
    quotes.push({ from: COMMENT.exec(lines[i - 1] ?? "")?.[1] ?? "", lines: lines.slice(i + 1, end), line: i + 2 });
    i = end;
  }
  return quotes;
}

/** The first of `lines` that does not come, in their order, among the lines of `text`; `null` where all do. */
export function firstMissing(lines: readonly string[], text: string): string | null {
  const all = text.split("\n");
  let from = 0;
  for (const line of lines) {
    const at = all.indexOf(line, from);
    if (at === -1) return line;
    from = at + 1;
  }
  return null;
}
