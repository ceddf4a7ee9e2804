/** What netc says about a program of the examples, by the words of a command line. */
import { dirname } from "node:path";
import { readProgram } from "../../src/cli/host.ts";
import { analyze, planNode } from "../../src/compile.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { renderText } from "../../src/diagnostics/render/text.ts";
import { EMITTERS } from "../../src/emit/emitters.ts";

export function analyzeFile(file: string) {
  const { root, open } = readProgram(file, { allowOutside: false });
  return analyze(root, open);
}

/** As `netc check` shows it to someone who stands in the program's folder. */
export const shown = (file: string, diagnostics: readonly Diagnostic[]): string =>
  renderText(diagnostics, { color: "never" }).replaceAll(`${dirname(file)}/`, "");

/** The output of `--target target` for each node, or for the named one. */
export function compiled(file: string, target: string, name: string | null): readonly string[] {
  const emitter = EMITTERS.find((each) => each.name === target);
  if (emitter === undefined) throw new Error(`no target is named ${target}`);
  const { value: cluster } = analyzeFile(file);
  const nodes = cluster.nodes.filter((node) => name === null || node.name === name);
  if (nodes.length === 0) throw new Error(`${file} has no node ${name}`);
  return nodes.map((node) => emitter.emit(planNode(cluster, node)));
}
