import assert from "node:assert/strict";
import type { Code } from "../../src/diagnostics/codes/catalogue.ts";
import type { Diagnostic, Fix, Note, Severity } from "../../src/diagnostics/diagnostic.ts";
import type { Origin, Source } from "../../src/diagnostics/source.ts";

export function source(text: string, path = "cluster.net"): Source {
  return { path, text };
}

/** The origin of the first place where a text stands in a source. */
export function at(where: Source, text: string): Origin {
  const start = where.text.indexOf(text);
  assert.notEqual(start, -1, `${text} is not in ${where.path}`);
  return { source: where, span: { start, end: start + text.length } };
}

export function diagnostic(
  origin: Origin,
  more: {
    readonly severity?: Severity;
    readonly code?: string;
    readonly message?: string;
    readonly notes?: readonly Note[];
    readonly fixes?: readonly Fix[];
  } = {},
): Diagnostic {
  return {
    code: (more.code ?? "syntax") as Code,
    severity: more.severity ?? "error",
    message: more.message ?? "this is wrong",
    origin,
    notes: more.notes ?? [],
    fixes: more.fixes ?? [],
  };
}
