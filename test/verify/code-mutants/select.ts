/** Which mutations are tried: the same ones for the same seed, from every file in proportion to what it has. */
import { chanceOf } from "../draw.ts";
import type { Mutation } from "./mutation.ts";

export function shuffled<T>(all: readonly T[], chance: () => number): readonly T[] {
  const left = [...all];
  for (let at = left.length - 1; at > 0; at -= 1) {
    const other = Math.floor(chance() * (at + 1));
    [left[at], left[other]] = [left[other]!, left[at]!];
  }
  return left;
}

/** By turns one of each kind, so that the kind with the most places is not all that is seen. */
function byKinds(mutations: readonly Mutation[], chance: () => number): readonly Mutation[] {
  const kinds = shuffled([...new Set(mutations.map(({ kind }) => kind))], chance);
  const piles = kinds.map((name) =>
    shuffled(
      mutations.filter(({ kind }) => kind === name),
      chance,
    ),
  );
  const most = Math.max(0, ...piles.map(({ length }) => length));
  return Array.from({ length: most }, (_, turn) => piles.flatMap((pile) => pile[turn] ?? [])).flat();
}

/** So many for each file, at least one where there are so many; the rest to those whose share was cut most. */
function shares(sizes: readonly number[], many: number): readonly number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  const exact = sizes.map((size) => (size * many) / Math.max(all, 1));
  const found = exact.map((share, at) => Math.min(sizes[at]!, Math.max(1, Math.floor(share))));
  const rest = many - found.reduce((sum, share) => sum + share, 0);
  const byLoss = exact.map((share, at) => ({ at, loss: share - Math.floor(share) })).sort((a, b) => b.loss - a.loss);
  for (const { at } of byLoss.slice(0, Math.max(0, rest))) found[at] = Math.min(sizes[at]!, found[at]! + 1);
  return found;
}

/** Of a file's mutants the same ones come first, whatever other files there are. */
const saltOf = ({ file }: Mutation, seed: number): number =>
  [...file].reduce((salt, letter) => (Math.imul(salt, 31) + letter.charCodeAt(0)) | 0, seed);

export interface Wanted {
  readonly seed: number;
  readonly count: number;
  /** So many of each file, in the place of its share. */
  readonly each: number | null;
}

export function selected(byFile: readonly (readonly Mutation[])[], { seed, count, each }: Wanted): readonly Mutation[] {
  const every = byFile.filter(({ length }) => length > 0);
  const files = count >= every.length || each !== null ? every : shuffled(every, chanceOf(seed)).slice(0, count);
  const many = shares(
    files.map(({ length }) => length),
    count,
  );
  return files.flatMap((mutations, at) =>
    byKinds(mutations, chanceOf(saltOf(mutations[0]!, seed))).slice(0, each ?? many[at]!),
  );
}
