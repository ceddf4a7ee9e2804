import type { Code, Params } from "./codes/catalogue.ts";
import { catalogue } from "./codes/catalogue.ts";
import type { Origin } from "./source.ts";

export type Severity = "error" | "warning" | "note";

export interface Edit {
  readonly origin: Origin;
  /** Replaces the text at `origin.span`; an empty span inserts. */
  readonly text: string;
}

export interface Fix {
  /** Said behind the carets: "did you mean `b`?" */
  readonly title: string;
  /** Empty where people must decide something themselves. */
  readonly edits: readonly Edit[];
}

export interface Note {
  readonly message: string;
  readonly origin: Origin | null;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly origin: Origin;
  readonly notes: readonly Note[];
  readonly fixes: readonly Fix[];
}

/** What a stage answers: its value as far as it could be made, and what is wrong. Stages never throw or print. */
export interface Result<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

export interface Extras {
  readonly notes?: readonly Note[];
  readonly fixes?: readonly Fix[];
}

/** A diagnostic of the catalogue's severity and wording. */
export function diagnose<C extends Code>(code: C, params: Params<C>, origin: Origin, extras: Extras = {}): Diagnostic {
  const entry = catalogue[code];
  const message = (entry.message as (params: Params<C>) => string)(params);
  return { code, severity: entry.severity, message, origin, notes: extras.notes ?? [], fixes: extras.fixes ?? [] };
}

/** A fix that replaces the text at `origin`. */
export function replaceFix(title: string, origin: Origin, text: string): Fix {
  return { title, edits: [{ origin, text }] };
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}
