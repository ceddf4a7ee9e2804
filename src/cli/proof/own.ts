/** What netc writes itself, as files to prove. */
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { planNode } from "../../compile.ts";
import { EMITTERS } from "../../emit/emitters.ts";
import { folderOf } from "../folder/name.ts";
import { OutputRefuted } from "../output-refuted.ts";
import { type Choice, emitterOf, type OutputFile, textOf } from "../outputs.ts";
import { isProvable, type Provable, type RulesFile } from "./files.ts";
import { renderFindings } from "./render.ts";
import { proveFiles } from "./report.ts";

const pathOf = (node: string, file: string): string => `${folderOf(node)}/${file}`;

/** Those of a node's outputs that hold rules. */
const rulesIn = (node: string, outputs: readonly OutputFile[]): readonly RulesFile[] =>
  EMITTERS.flatMap(({ name, file }) => {
    const output = outputs.find((each) => each.name === file);
    return output === undefined || !isProvable(name)
      ? []
      : [{ target: name, path: pathOf(node, file), text: output.text }];
  });

/** As `compile` would print them; what `up.sh` carries stands beside others' rules. */
export function ownFiles(cluster: Cluster, node: ClusterNode, targets: readonly Provable[]): readonly RulesFile[] {
  const plan = planNode(cluster, node);
  const choice: Choice = { rules: "iptables", form: "whole" };
  return targets.map((target) => {
    const emitter = emitterOf(target);
    return { target, path: pathOf(node.name, emitter.file), text: textOf(emitter, plan, choice) };
  });
}

/** Throws OutputRefuted where they do something else than the program says. */
export function proveOutputs(cluster: Cluster, node: ClusterNode, outputs: readonly OutputFile[]): void {
  const { findings } = proveFiles(cluster, node, rulesIn(node.name, outputs));
  if (findings.length > 0) throw new OutputRefuted(renderFindings(findings, { color: "never" }));
}
