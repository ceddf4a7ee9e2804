/** What a program draws, through the whole front end: the codes in the order in which they are told. */
import assert from "node:assert/strict";
import { analyze } from "../../src/compile.ts";
import { type Diagnostic, diagnose } from "../../src/diagnostics/diagnostic.ts";
import { inOrder } from "../../src/diagnostics/order.ts";
import { renderText } from "../../src/diagnostics/render/text.ts";

export function diagnosticsOf(text: string): readonly Diagnostic[] {
  const root = { path: "main.net", text };
  return inOrder(
    analyze(root, ({ path, span }, source) =>
      diagnose("missing-include", { path: path.text, reason: "there are no files here" }, { source, span }),
    ).diagnostics,
  );
}

/** What stands at a diagnostic's place. */
export const placeOf = ({ origin }: Diagnostic): string => origin.source.text.slice(origin.span.start, origin.span.end);

/** Fails unless `source` draws exactly these: `code`, or `code: the text at its place`. */
export function expectDiagnostics(source: string, expected: readonly string[]): readonly Diagnostic[] {
  const found = diagnosticsOf(source);
  const shown = found.map((each, at) => (expected[at]?.includes(": ") ? `${each.code}: ${placeOf(each)}` : each.code));
  assert.deepEqual(shown, expected, `\n${source}\n${renderText(found, { color: "never" })}`);
  return found;
}

/** Two nodes, two pods on the first and one on the second; no service. */
export const BASE = `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.11 on node1
pod c 10.244.2.10 on node2
`;
