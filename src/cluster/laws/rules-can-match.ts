import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";
import { policySpaceOf } from "../policy-space.ts";
import { notesOf, statementsOf } from "./rule-notes.ts";

/** A rule matches some packet that no rule before it, nor their union, has matched already. */
export function rulesCanMatch(cluster: Cluster): readonly Diagnostic[] {
  if (cluster.policy.length < 2) return [];
  const { layers, shadows } = policySpaceOf(cluster);
  return [...shadows].map(([at, covering]) => {
    const { rule } = layers[at]!;
    const rules = covering.map((index) => layers[index]!.rule);
    const isSame = rules.every(({ verb }) => verb === rule.verb);
    const fixes = [{ title: isSame ? "leave it out" : "move it up, or leave it out", edits: [] }];
    const params = { rule: rule.statement, by: statementsOf(rules) };
    return diagnose("shadowed", params, rule.origin, { notes: notesOf(rules), fixes });
  });
}
