import type { Random } from "../random.ts";
import type { Seed } from "../seeds.ts";

/** What mutations draw from: all texts of the same tool, and the words that are dangerous in it. */
export interface Corpus {
  readonly target: Seed["target"];
  readonly texts: readonly string[];
  /** Lines of rules. */
  readonly rules: readonly string[];
  readonly words: readonly string[];
  readonly dangerous: readonly string[];
}

/** Answers the same text where it finds nothing to change. */
export type Mutation = (random: Random, text: string, corpus: Corpus) => string;
