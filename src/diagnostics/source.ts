import type { Span } from "../../grammar/ast.ts";

/** One text that was read: a file, an included file, or standard input. */
export interface Source {
  /** What people see: the path as it was named, relative to the current folder, or `<stdin>`. */
  readonly path: string;
  readonly text: string;
}

/** Where a fact comes from. Every fact of cluster and plan carries one. */
export interface Origin {
  readonly source: Source;
  readonly span: Span;
}

/** A place as people count it: line and column from 1, columns in UTF-16 units, a tab as one. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<Source, readonly number[]>();

function startsOf(source: Source): readonly number[] {
  let starts = lineStarts.get(source);
  if (starts === undefined) {
    const found = [0];
    for (let at = source.text.indexOf("\n"); at !== -1; at = source.text.indexOf("\n", at + 1)) found.push(at + 1);
    starts = found;
    lineStarts.set(source, starts);
  }
  return starts;
}

/** The position of a UTF-16 offset; an offset behind the end counts as the end. A byte-order mark takes no column. */
export function positionOf(source: Source, offset: number): Position {
  const starts = startsOf(source);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  const mark = low === 0 && source.text.charCodeAt(0) === 0xfeff && offset > 0 ? 1 : 0;
  return { line: low + 1, column: Math.min(offset, source.text.length) - starts[low]! - mark + 1 };
}

/** The text of a line, counted from 1, without its end and without a byte-order mark; empty where there is no such line. */
export function lineText(source: Source, line: number): string {
  const { text } = source;
  const starts = startsOf(source);
  let start = starts[line - 1] ?? text.length;
  let end = (starts[line] ?? text.length + 1) - 1;
  if (text.charCodeAt(end - 1) === 0x0d) end--;
  if (start === 0 && text.charCodeAt(0) === 0xfeff) start++;
  return text.slice(start, Math.max(start, end));
}
