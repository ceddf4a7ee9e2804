/** What netc writes itself, as files to prove. */
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { planNode } from "../../compile.ts";
import { EMITTERS } from "../../emit/emitters.ts";
import type { NodePlan } from "../../plan/plan.ts";
import { splitScript } from "../../verify/read/script.ts";
import { folderOf } from "../folder/name.ts";
import { OutputRefuted } from "../output-refuted.ts";
import { type Choice, emitterOf, type OutputFile, RULES, textOf } from "../outputs.ts";
import { type Form, isProvable, type Provable, type VerifiedFile } from "./files.ts";
import { renderFindings } from "./render.ts";
import { proveFiles } from "./report.ts";

const pathOf = (node: string, file: string): string => `${folderOf(node)}/${file}`;

/** Those of a node's outputs that hold rules. */
const rulesIn = (node: string, outputs: readonly OutputFile[]): readonly VerifiedFile[] =>
  EMITTERS.flatMap(({ name, file }) => {
    const output = outputs.find((each) => each.name === file);
    return output === undefined || !isProvable(name)
      ? []
      : [{ target: name, path: pathOf(node, file), text: output.text, own: [] }];
  });

/** As `compile` would print them; what `up.sh` carries stands beside others' rules. */
export function ownFiles(
  cluster: Cluster,
  node: ClusterNode,
  { targets, form }: { readonly targets: readonly Provable[]; readonly form: Form },
): readonly VerifiedFile[] {
  const plan = planNode(cluster, node);
  const choice: Choice = { rules: "iptables", form };
  return targets.map((target) => {
    const emitter = emitterOf(target);
    return { target, path: pathOf(node.name, emitter.file), text: textOf(emitter, plan, choice), own: [] };
  });
}

/** What netc writes in the place of a script, with each kind of rules that it may carry. */
export function ownScripts(plan: NodePlan, target: "sh" | "down", text: string): readonly string[] {
  const emitter = emitterOf(target);
  if (target === "down") return [emitter.emit(plan)];
  const kinds = new Set(splitScript(text).carried.map((carried) => (carried.target === "nft" ? "nft" : "iptables")));
  const rules = kinds.size === 1 ? [...kinds] : RULES;
  return rules.map((each) => textOf(emitter, plan, { rules: each, form: "coexist" }));
}

/** Throws OutputRefuted where they do something else than the program says. */
export function proveOutputs(
  cluster: Cluster,
  node: ClusterNode,
  { outputs, form }: { readonly outputs: readonly OutputFile[]; readonly form: Form },
): void {
  const { findings } = proveFiles(cluster, node, { files: rulesIn(node.name, outputs), form });
  if (findings.length > 0) throw new OutputRefuted(renderFindings(findings, { color: "never" }));
}
