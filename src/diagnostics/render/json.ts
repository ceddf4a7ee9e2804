import type { Code } from "../codes/catalogue.ts";
import type { Diagnostic, Severity } from "../diagnostic.ts";
import { inOrder } from "../order.ts";
import type { Origin } from "../source.ts";
import { positionOf } from "../source.ts";

/** A stretch of a file: lines and columns from 1, columns in UTF-16 units; the end is the column behind the last character. */
export interface JsonPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface JsonDiagnostic extends JsonPlace {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  /** A note has all of a place or none of it. */
  readonly notes: readonly ({ readonly message: string } & Partial<JsonPlace>)[];
  readonly fixes: readonly {
    readonly title: string;
    readonly edits: readonly (JsonPlace & { readonly text: string })[];
  }[];
}

/** What `--json` prints of diagnostics, for commands that say more beside them; in the order of the text. */
export function jsonDiagnostics(diagnostics: readonly Diagnostic[]): readonly JsonDiagnostic[] {
  return inOrder(diagnostics).map((diagnostic) => ({
    code: diagnostic.code,
    severity: diagnostic.severity,
    message: diagnostic.message,
    ...jsonPlace(diagnostic.origin),
    notes: diagnostic.notes.map(({ message, origin }) => ({ message, ...(origin === null ? {} : jsonPlace(origin)) })),
    fixes: diagnostic.fixes.map(({ title, edits }) => ({
      title,
      edits: edits.map(({ origin, text }) => ({ ...jsonPlace(origin), text })),
    })),
  }));
}

/** One JSON document, as `docs/schema/diagnostics.schema.json` describes it. */
export function renderJson(diagnostics: readonly Diagnostic[]): string {
  return `${JSON.stringify({ version: 1, diagnostics: jsonDiagnostics(diagnostics) }, null, 2)}\n`;
}

export function jsonPlace({ source, span }: Origin): JsonPlace {
  const start = positionOf(source, span.start);
  const end = positionOf(source, Math.max(span.start, span.end));
  return {
    file: source.path,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
  };
}
