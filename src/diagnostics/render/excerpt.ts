import type { Origin } from "../source.ts";
import { lineText, positionOf } from "../source.ts";
import { blank, columns, visible, visibleLine } from "./columns.ts";

/** The line of source that an origin begins on, and what to put under it. */
export interface Excerpt {
  /** `cluster.net:9:28` */
  readonly place: string;
  readonly line: number;
  readonly text: string;
  /** What stands under the text before the carets. */
  readonly indent: string;
  /** At least one: under an empty span, and under what has no width. */
  readonly carets: number;
}

/** A line of more UTF-16 units is cut to a window around the span. */
const WINDOW = 160;
/** How much of a long line stands before the span. */
const LEAD = 60;

export function excerptOf(origin: Origin): Excerpt {
  const { source, span } = origin;
  const start = positionOf(source, span.start);
  const end = positionOf(source, Math.max(span.start, span.end));
  const whole = lineText(source, start.line);
  const from = Math.min(start.column - 1, whole.length);
  const to = end.line > start.line ? whole.length : Math.min(end.column - 1, whole.length);
  const { left, right } = windowOf(whole, from, to);
  const head = left > 0 ? "…" : "";
  const tail = right < whole.length ? "…" : "";
  return {
    place: `${visible(source.path)}:${start.line}:${start.column}`,
    line: start.line,
    text: head + visibleLine(whole.slice(left, right)) + tail,
    indent: blank(head + visibleLine(whole.slice(left, from))),
    carets: Math.max(1, columns(visibleLine(whole.slice(from, Math.min(to, right))))),
  };
}

/** The part of a line that is shown; it never begins or ends inside a surrogate pair. */
function windowOf(line: string, from: number, to: number): { readonly left: number; readonly right: number } {
  if (line.length <= WINDOW) return { left: 0, right: line.length };
  const lead = Math.max(LEAD, WINDOW - (to - from) - LEAD);
  const right = Math.min(line.length, Math.max(0, from - lead) + WINDOW);
  const left = Math.max(0, Math.min(from, right - WINDOW));
  return { left: isInsidePair(line, left) ? left - 1 : left, right: isInsidePair(line, right) ? right - 1 : right };
}

function isInsidePair(line: string, at: number): boolean {
  const unit = line.charCodeAt(at);
  return at > 0 && unit >= 0xdc00 && unit <= 0xdfff;
}

/** A message, title or path as one line that is not longer than anybody reads. */
export function readable(text: string): string {
  return visible(text.length <= 800 ? text : `${text.slice(0, 500)}…${text.slice(-200)}`);
}
