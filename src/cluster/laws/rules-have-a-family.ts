import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, Mark, PolicyRule } from "../cluster.ts";
import { type Families, ruleFamilies } from "../families.ts";

const said = (side: string, { v4, v6 }: Families): string => {
  if (v4 === v6) return `no ${side} has an address`;
  return `the ${side}s have IPv${v4 ? 4 : 6} addresses only`;
};

function emptiness(cluster: Cluster, { sources, destinations }: PolicyRule | Mark): string | null {
  const from = ruleFamilies(cluster, sources);
  const to = ruleFamilies(cluster, destinations);
  if ((from.v4 && to.v4) || (from.v6 && to.v6)) return null;
  const parts = [said("source", from), said("destination", to)];
  const without = parts.find((part) => part.startsWith("no "));
  return without ?? parts.join(", ");
}

/** A list that is empty in a family makes no rule there; a rule that is left with none in either is an error. */
export function rulesHaveAFamily(cluster: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const rules of [cluster.policy, cluster.marks]) {
    for (const rule of rules) {
      if (rule.sources.length === 0 || rule.destinations.length === 0) continue;
      const reason = emptiness(cluster, rule);
      if (reason !== null) found.push(diagnose("empty-rule", { reason }, rule.origin));
    }
  }
  return found;
}
