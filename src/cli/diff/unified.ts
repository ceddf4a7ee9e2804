/** The unified form of a difference, as `diff -u` writes it and `patch` reads it. */
import { type Edit, editsBetween } from "../../plan/edits.ts";

export interface FileDiff {
  readonly file: string;
  readonly added: number;
  readonly removed: number;
  /** Headers and hunks. */
  readonly lines: readonly string[];
}

const CONTEXT = 3;
const NO_NEWLINE = "\n\\ No newline at end of file";

function linesOf(text: string | null): readonly string[] {
  if (text === null || text === "") return [];
  const lines = text.split("\n");
  const last = lines.pop()!;
  return last === "" ? lines : [...lines, last + NO_NEWLINE];
}

/** Edits whose contexts meet stand in one hunk. */
function grouped(edits: readonly Edit[]): readonly (readonly Edit[])[] {
  const groups: Edit[][] = [];
  for (const edit of edits) {
    const group = groups.at(-1);
    if (group !== undefined && edit.oldStart - group.at(-1)!.oldEnd <= 2 * CONTEXT) group.push(edit);
    else groups.push([edit]);
  }
  return groups;
}

/** Lines are counted from 1; an empty stretch is named by the line before it. */
const stretch = (start: number, length: number): string =>
  length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`;

function hunk(old: readonly string[], next: readonly string[], edits: readonly Edit[]): readonly string[] {
  const [first, last] = [edits[0]!, edits.at(-1)!];
  const before = Math.min(CONTEXT, first.oldStart);
  const after = Math.min(CONTEXT, old.length - last.oldEnd);
  const [oldStart, newStart] = [first.oldStart - before, first.newStart - before];
  const oldLength = last.oldEnd + after - oldStart;
  const newLength = last.newEnd + after - newStart;
  const lines = [`@@ -${stretch(oldStart, oldLength)} +${stretch(newStart, newLength)} @@`];
  let at = oldStart;
  for (const edit of edits) {
    for (const line of old.slice(at, edit.oldStart)) lines.push(` ${line}`);
    for (const line of old.slice(edit.oldStart, edit.oldEnd)) lines.push(`-${line}`);
    for (const line of next.slice(edit.newStart, edit.newEnd)) lines.push(`+${line}`);
    at = edit.oldEnd;
  }
  for (const line of old.slice(at, at + after)) lines.push(` ${line}`);
  return lines.flatMap((line) => line.split("\n"));
}

/** `null` stands for a file that is not there. */
export function diffTexts(
  file: string,
  texts: { readonly old: string | null; readonly next: string | null },
): FileDiff {
  const [old, next] = [linesOf(texts.old), linesOf(texts.next)];
  const edits = editsBetween(old, next);
  return {
    file,
    added: edits.reduce((sum, edit) => sum + edit.newEnd - edit.newStart, 0),
    removed: edits.reduce((sum, edit) => sum + edit.oldEnd - edit.oldStart, 0),
    lines: [
      `--- ${texts.old === null ? "/dev/null" : `old/${file}`}`,
      `+++ ${texts.next === null ? "/dev/null" : `new/${file}`}`,
      ...grouped(edits).flatMap((group) => hunk(old, next, group)),
    ],
  };
}
