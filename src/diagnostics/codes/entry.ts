import type { Severity } from "../diagnostic.ts";

/** One kind of diagnostic: stable code (its key in the catalogue), severity, wording, and why it is one. */
export interface Entry<P> {
  readonly severity: Severity;
  readonly message: (params: P) => string;
  /** One or two sentences: what goes wrong where this is let through. */
  readonly why: string;
}

export function error<P>(message: (params: P) => string, why: string): Entry<P> {
  return { severity: "error", message, why };
}

export function warning<P>(message: (params: P) => string, why: string): Entry<P> {
  return { severity: "warning", message, why };
}

export function note<P>(message: (params: P) => string, why: string): Entry<P> {
  return { severity: "note", message, why };
}
