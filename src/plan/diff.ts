/** What changes between two plans of a node, in words: for each paragraph the lines that go and those that come. */
import { editsBetween } from "./edits.ts";
import type { PlanJson } from "./schema.ts";
import { describePlan, type Paragraph } from "./words.ts";

export interface ChangedLine {
  /** `kept`: an unchanged line, here because a line that belongs to it changed. */
  readonly kind: "removed" | "added" | "kept";
  readonly text: string;
}

export interface ChangedParagraph {
  readonly title: string;
  readonly lines: readonly ChangedLine[];
}

const isBelow = (line: string | undefined): boolean => line?.startsWith("  ") === true;

/** The line that `lines[at]` belongs to. */
function ownerOf(lines: readonly string[], at: number): number {
  let owner = at;
  while (owner > 0 && isBelow(lines[owner])) owner -= 1;
  return owner;
}

function changedLines(old: readonly string[], next: readonly string[]): readonly ChangedLine[] {
  const changed: ChangedLine[] = [];
  let shownUpTo = 0;
  for (const { oldStart, oldEnd, newStart, newEnd } of editsBetween(old, next)) {
    const first = newStart < newEnd ? next[newStart] : old[oldStart];
    const owner = ownerOf(next, isBelow(next[newStart]) ? newStart : Math.max(0, newStart - 1));
    if (isBelow(first) && owner < newStart && owner >= shownUpTo) changed.push({ kind: "kept", text: next[owner]! });
    for (const text of old.slice(oldStart, oldEnd)) changed.push({ kind: "removed", text });
    for (const text of next.slice(newStart, newEnd)) changed.push({ kind: "added", text });
    shownUpTo = newEnd;
  }
  return changed;
}

/** Every title, in the order of the newer plan; one that is gone stands where it stood. */
function titlesOf(old: readonly Paragraph[], next: readonly Paragraph[]): readonly string[] {
  const titles = next.map(({ title }) => title);
  let at = 0;
  for (const { title } of old) {
    const found = titles.indexOf(title);
    if (found === -1) titles.splice(at, 0, title);
    at = (found === -1 ? at : found) + 1;
  }
  return titles;
}

/** `null` stands for a node that is not there. */
export function diffPlans(old: PlanJson | null, next: PlanJson | null): readonly ChangedParagraph[] {
  const before = old === null ? [] : describePlan(old);
  const after = next === null ? [] : describePlan(next);
  const linesOf = (paragraphs: readonly Paragraph[], title: string): readonly string[] =>
    paragraphs.find((paragraph) => paragraph.title === title)?.lines ?? [];
  return titlesOf(before, after)
    .map((title) => ({ title, lines: changedLines(linesOf(before, title), linesOf(after, title)) }))
    .filter(({ lines }) => lines.length > 0);
}
