/** Longer words get no suggestion by edits: nobody reads them letter by letter, and the table would be large. */
const LONGEST = 200;

/**
 * The candidate that somebody who wrote `word` most likely meant, or null when none is close. Close is at most `limit`
 * edits (an insertion, a deletion, a replacement, two neighbours swapped), case not counted; left out, the limit is one
 * for short words and grows to three. After those comes the one candidate that is `word` in a folder (`shop/web` for
 * `web`), or `word` out of its folder. Of equally close ones the first in alphabetical order. An array of candidates is
 * indexed once, so it must not be changed in place between calls.
 */
export function nearest(word: string, candidates: readonly string[], limit: number = limitFor(word)): string | null {
  const index = indexOf(candidates);
  const folded = word.toLowerCase();
  if (folded.length <= LONGEST) {
    const width = folded.length + 1;
    const table = new Uint8Array((width + limit + 1) * width);
    for (let allowed = 0; allowed <= limit; allowed++) {
      const found = firstWithin(word, folded, allowed, index, table);
      if (found !== null) return found;
    }
  }
  return otherFolder(word, index);
}

function limitFor(word: string): number {
  return Math.min(3, Math.max(1, Math.floor(word.length / 3)));
}

/** Candidates in alphabetical order, so that those with a common beginning stand together and its rows are computed once. */
interface Index {
  readonly names: readonly string[];
  readonly folded: readonly string[];
  /** How many characters each shares with the one before it. */
  readonly shared: readonly number[];
  /** By last path segment; null where several names have it. */
  readonly bySegment: ReadonlyMap<string, string | null>;
}

const indexes = new WeakMap<readonly string[], Index>();

function indexOf(candidates: readonly string[]): Index {
  const known = indexes.get(candidates);
  if (known !== undefined) return known;
  const sorted = candidates.map((name) => ({ name, folded: name.toLowerCase() }));
  sorted.sort((a, b) => compareText(a.folded, b.folded) || compareText(a.name, b.name));
  const names = sorted.map(({ name }) => name);
  const folded = sorted.map((entry) => entry.folded);
  const shared = folded.map((text, at) => sharedStart(text, folded[at - 1] ?? ""));
  const bySegment = new Map<string, string | null>();
  for (const name of names) {
    const segment = lastSegment(name);
    bySegment.set(segment, bySegment.has(segment) ? null : name);
  }
  const index = { names, folded, shared, bySegment };
  indexes.set(candidates, index);
  return index;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sharedStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  return at;
}

/** The first candidate within `allowed` edits, without `word` itself and those that share no character with it. */
function firstWithin(word: string, folded: string, allowed: number, index: Index, table: Uint8Array): string | null {
  const { names, shared } = index;
  const width = folded.length + 1;
  for (let x = 0; x < width; x++) table[x] = Math.min(x, allowed + 1);
  let rows = 0;
  let dead = Number.POSITIVE_INFINITY;
  for (let at = 0; at < names.length; at++) {
    if (shared[at]! >= dead) continue;
    const candidate = index.folded[at]!;
    rows = Math.min(rows, shared[at]!);
    dead = Number.POSITIVE_INFINITY;
    while (rows < candidate.length && dead > rows) {
      rows++;
      if (!fillRow(table, rows, folded, candidate, allowed)) dead = rows;
    }
    if (dead <= rows || Math.abs(candidate.length - folded.length) > allowed || names[at] === word) continue;
    const edits = table[rows * width + folded.length]!;
    if (edits <= allowed && allowed < Math.max(folded.length, candidate.length)) return names[at]!;
  }
  return null;
}

/**
 * Fills the row of the candidate's first `y` characters: the edits to each beginning of the word, at most `allowed + 1`.
 * Answers whether any is allowed; where none is, no candidate with this beginning can be.
 */
function fillRow(table: Uint8Array, y: number, word: string, candidate: string, allowed: number): boolean {
  const width = word.length + 1;
  const far = allowed + 1;
  const low = Math.max(1, y - allowed);
  const high = Math.min(word.length, y + allowed);
  if (low > high + 1) return false;
  const row = y * width;
  const above = row - width;
  const char = candidate.charCodeAt(y - 1);
  const charBefore = y > 1 ? candidate.charCodeAt(y - 2) : -1;
  table[row + low - 1] = low === 1 ? Math.min(y, far) : far;
  let least = table[row + low - 1]!;
  for (let x = low; x <= high; x++) {
    const other = word.charCodeAt(x - 1);
    let edits = table[above + x - 1]! + (char === other ? 0 : 1);
    if (x < y + allowed) edits = Math.min(edits, table[above + x]! + 1);
    edits = Math.min(edits, table[row + x - 1]! + 1, far);
    if (x > 1 && other === charBefore && word.charCodeAt(x - 2) === char) {
      edits = Math.min(edits, table[above - width + x - 2]! + 1);
    }
    table[row + x] = edits;
    if (edits < least) least = edits;
  }
  return least <= allowed;
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function otherFolder(word: string, index: Index): string | null {
  const found = index.bySegment.get(lastSegment(word)) ?? null;
  return found !== null && found.includes("/") !== word.includes("/") ? found : null;
}
