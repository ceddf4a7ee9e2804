/**
 * Which lines differ between two texts. Lines that are in both exactly once are held in place first, and only what lies between them is
 * searched for the shortest edit: a rules file of 100,000 lines is compared in a moment, whatever changed in it.
 */
import { diffArrays } from "diff";

/** Old lines `[oldStart, oldEnd)` became new lines `[newStart, newEnd)`; one of the two may be empty. */
export interface Edit {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Beyond so many changed lines between two that are held, all are said to have changed. */
const LONGEST_SEARCH = 400;

/** Lines as numbers, the same for the same text. */
function numbered(old: readonly string[], next: readonly string[]): readonly [Int32Array, Int32Array] {
  const known = new Map<string, number>();
  const number = (line: string): number => {
    const found = known.get(line);
    if (found !== undefined) return found;
    known.set(line, known.size);
    return known.size - 1;
  };
  return [Int32Array.from(old, number), Int32Array.from(next, number)];
}

/** Pairs of places, rising on both sides, of lines that stand once in either stretch: the longest such list. */
function anchors(a: Int32Array, b: Int32Array, edit: Edit): readonly (readonly [number, number])[] {
  const TWICE = -1;
  const places = (lines: Int32Array, start: number, end: number): Map<number, number> => {
    const found = new Map<number, number>();
    for (let at = start; at < end; at += 1) found.set(lines[at]!, found.has(lines[at]!) ? TWICE : at);
    return found;
  };
  const inNew = places(b, edit.newStart, edit.newEnd);
  const pairs: (readonly [number, number])[] = [];
  for (const [line, at] of places(a, edit.oldStart, edit.oldEnd)) {
    const other = inNew.get(line) ?? TWICE;
    if (at !== TWICE && other !== TWICE) pairs.push([at, other]);
  }
  return longestRising(pairs.sort((one, two) => one[0] - two[0]));
}

/** By patience: piles whose tops rise, each card remembering the top of the pile before it. */
function longestRising(pairs: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  const tops: number[] = [];
  const before = new Int32Array(pairs.length);
  pairs.forEach(([, place], at) => {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[tops[middle]!]![1] < place) low = middle + 1;
      else high = middle;
    }
    before[at] = low === 0 ? -1 : tops[low - 1]!;
    tops[low] = at;
  });
  const rising: (readonly [number, number])[] = [];
  for (let at = tops.at(-1) ?? -1; at !== -1; at = before[at]!) rising.push(pairs[at]!);
  return rising.reverse();
}

function trimmed(a: Int32Array, b: Int32Array, edit: Edit): Edit {
  let { oldStart, oldEnd, newStart, newEnd } = edit;
  while (oldStart < oldEnd && newStart < newEnd && a[oldStart] === b[newStart]) {
    oldStart += 1;
    newStart += 1;
  }
  while (oldStart < oldEnd && newStart < newEnd && a[oldEnd - 1] === b[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  return { oldStart, oldEnd, newStart, newEnd };
}

/** The shortest edit of a stretch that holds no anchor. */
function searched(a: Int32Array, b: Int32Array, edit: Edit): readonly Edit[] {
  const parts = diffArrays(
    Array.from(a.subarray(edit.oldStart, edit.oldEnd)),
    Array.from(b.subarray(edit.newStart, edit.newEnd)),
    { maxEditLength: LONGEST_SEARCH },
  );
  if (parts === undefined) return [edit];
  const edits: Edit[] = [];
  let { oldStart, newStart } = edit;
  for (const { added, removed, count } of parts) {
    const oldEnd = added ? oldStart : oldStart + count;
    const newEnd = removed ? newStart : newStart + count;
    if (added || removed) edits.push({ oldStart, oldEnd, newStart, newEnd });
    [oldStart, newStart] = [oldEnd, newEnd];
  }
  return edits;
}

function editsWithin(a: Int32Array, b: Int32Array, stretch: Edit): readonly Edit[] {
  const edit = trimmed(a, b, stretch);
  if (edit.oldStart === edit.oldEnd && edit.newStart === edit.newEnd) return [];
  if (edit.oldStart === edit.oldEnd || edit.newStart === edit.newEnd) return [edit];
  const held = anchors(a, b, edit);
  if (held.length === 0) return searched(a, b, edit);
  const edits: Edit[] = [];
  let { oldStart, newStart } = edit;
  for (const [oldEnd, newEnd] of [...held, [edit.oldEnd, edit.newEnd] as const]) {
    for (const found of editsWithin(a, b, { oldStart, oldEnd, newStart, newEnd })) edits.push(found);
    [oldStart, newStart] = [oldEnd + 1, newEnd + 1];
  }
  return edits;
}

/** Edits that touch each other are one. */
function joined(edits: readonly Edit[]): readonly Edit[] {
  const whole: Edit[] = [];
  for (const edit of edits) {
    const last = whole.at(-1);
    if (last !== undefined && last.oldEnd === edit.oldStart && last.newEnd === edit.newStart)
      whole[whole.length - 1] = { ...last, oldEnd: edit.oldEnd, newEnd: edit.newEnd };
    else whole.push(edit);
  }
  return whole;
}

/** What has to change in `old` to make it `next`, in order; nothing where they are the same. */
export function editsBetween(old: readonly string[], next: readonly string[]): readonly Edit[] {
  const [a, b] = numbered(old, next);
  return joined(editsWithin(a, b, { oldStart: 0, oldEnd: a.length, newStart: 0, newEnd: b.length }));
}
