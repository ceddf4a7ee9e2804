/** What a mutation is drawn with: the same numbers for the same seed. */
import { chanceOf } from "../draw.ts";

export interface Random {
  /** Both ends may come. */
  readonly number: (first: number, last: number) => number;
  readonly one: <T>(list: readonly T[]) => T;
  /** True so many times in a hundred. */
  readonly percent: (share: number) => boolean;
}

/** Draws of one text depend on the seed and its number alone, so that any text can be made again without those before it. */
export function randomOf(seed: number, text: number): Random {
  const chance = chanceOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(text + 1, 0x85ebca6b));
  const number = (first: number, last: number): number => first + Math.floor(chance() * (last - first + 1));
  return {
    number,
    one: (list) => list[number(0, list.length - 1)]!,
    percent: (share) => number(1, 100) <= share,
  };
}
