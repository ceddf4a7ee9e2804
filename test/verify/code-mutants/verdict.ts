/** What becomes of a mutation of the source. */

export type Verdict =
  /** No golden program runs the changed code. */
  | { readonly kind: "not run" }
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
