/** What `netc verify --against` reports of a script that was edited by hand. */
import { emitterOf, textOf } from "../../../src/cli/outputs.ts";
import { ownScripts } from "../../../src/cli/proof/own.ts";
import { proveFiles } from "../../../src/cli/proof/report.ts";
import { planNode } from "../../../src/compile.ts";
import { BASES } from "./base.ts";
import type { ScriptEdit } from "./scripts.ts";

const { cluster, node } = BASES[4];
const plan = planNode(cluster, node);

/** `compared`: it is netc's own, and its rules are proved. */
export function reported({ target, rules, edit }: ScriptEdit): readonly string[] {
  const text = edit(textOf(emitterOf(target), plan, { rules, form: "coexist" }));
  const own = ownScripts(plan, target, text);
  const { compared, findings, proved } = proveFiles(cluster, node, {
    files: [{ target, path: `node1/${target}`, text, own }],
    form: "whole",
  });
  const isProved = target === "down" || proved.length > 0;
  return findings.length === 0
    ? [compared.length === 1 && isProved ? "compared" : "nothing"]
    : findings.map(({ kind }) => kind);
}
