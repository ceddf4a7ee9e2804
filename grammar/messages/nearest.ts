/** The word that was probably meant. */

/** Edits between two words: insertions, deletions, replacements, and swaps of neighbours, each counting one. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const now = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let best = Math.min(last[column]! + 1, now[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) best = Math.min(best, beforeLast[column - 2]! + 1);
      now.push(best);
    }
    beforeLast = last;
    last = now;
  }
  return last[b.length]!;
}

/** Longer words are no slips of these. */
const LONGEST = 24;

/** The nearest of `words` to `written`, whatever its case, or one that it begins; null where none is near. The first of equally near ones wins. */
export function nearestWord(written: string, words: readonly string[]): string | null {
  if (written.length > LONGEST) return null;
  const lower = written.toLowerCase();
  let best: string | null = null;
  let least = Math.max(1, Math.floor(lower.length / 3)) + 1;
  for (const word of words) {
    if (lower.length > 2 && word.startsWith(lower) && least > 1) {
      best = word;
      least = 1;
      continue;
    }
    if (Math.abs(word.length - lower.length) >= least) continue;
    const edits = distance(lower, word);
    if (edits < least) {
      best = word;
      least = edits;
    }
  }
  return best;
}
