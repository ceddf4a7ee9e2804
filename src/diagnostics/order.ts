import type { Diagnostic, Severity } from "./diagnostic.ts";

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/**
 * The order in which people read them: errors, warnings, notes; within a severity by file, in the order in which the
 * files are first met in the list, then by place. Those of one place keep their order.
 */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const files = new Map<string, number>();
  for (const { origin } of diagnostics) {
    if (!files.has(origin.source.path)) files.set(origin.source.path, files.size);
  }
  return [...diagnostics].sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      files.get(a.origin.source.path)! - files.get(b.origin.source.path)! ||
      a.origin.span.start - b.origin.span.start ||
      a.origin.span.end - b.origin.span.end,
  );
}

/** `1 error, 2 warnings`; what there is none of is not named, and nothing at all is "". */
export function countLine(diagnostics: readonly Diagnostic[]): string {
  const counts = { error: 0, warning: 0, note: 0 };
  for (const { severity } of diagnostics) counts[severity]++;
  return (["error", "warning", "note"] as const)
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severity}${counts[severity] === 1 ? "" : "s"}`)
    .join(", ");
}
