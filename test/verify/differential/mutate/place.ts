/** Where in a text something is changed. */
import type { Random } from "../random.ts";

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Replaces a stretch of a text. */
export const put = (text: string, { from, to }: Span, by: string): string => text.slice(0, from) + by + text.slice(to);

export function spansOf(text: string, pattern: RegExp): readonly Span[] {
  return [...text.matchAll(pattern)].map(({ index, 0: found }) => ({ from: index, to: index + found.length }));
}

/** One stretch that the pattern finds, or `null`. */
export function anySpan(random: Random, text: string, pattern: RegExp): Span | null {
  const found = spansOf(text, pattern);
  return found.length === 0 ? null : random.one(found);
}
