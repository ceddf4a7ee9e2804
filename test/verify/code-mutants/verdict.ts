/** What becomes of a mutation of the source. */
import type { Mutation } from "./mutation.ts";

export type Verdict =
  /** `isFrame`: scripts or plan.json differ, outside of rules. */
  | { readonly kind: "no rule"; readonly isFrame: boolean }
  /** A compile or a proof throws, or does not end. */
  | { readonly kind: "stopped"; readonly reason: string }
  | { readonly kind: "refuted"; readonly isUnverified: boolean; readonly where: string }
  /** Proved, and no packet tells the texts apart. */
  | { readonly kind: "equivalent"; readonly reason: string; readonly where: string }
  /** Proved, though packets do or may tell the texts apart. */
  | { readonly kind: "survived"; readonly survival: Survival };

export interface Survival {
  /** The node and the text, the first of those that are proved. */
  readonly where: string;
  readonly reason: string;
  readonly change: string;
  /** What a proof that does not have the mutation says of the same text. */
  readonly alone: "refuted" | "unverified" | "proved";
  /** How many texts were refuted all the same. */
  readonly refuted: number;
}

/** As long as nothing worse is known. */
export type Phase = "compile" | "proof" | "judge";

/** How much of each mutant is looked at. */
export interface Depth {
  /** Whether the longest programs are compiled where no shorter one shows a change. */
  readonly isLong: boolean;
  /** Nodes with changed rules until no more are compiled and proved, and most proved texts that are judged. */
  readonly nodes: number;
  readonly texts: number;
}

export const WHOLE: Depth = { isLong: true, nodes: 8, texts: 4 };

/** A mutation to be tried on the nodes that run its code. */
export interface Job {
  readonly mutation: Mutation;
  readonly titles: readonly string[];
  readonly depth: Depth;
}
