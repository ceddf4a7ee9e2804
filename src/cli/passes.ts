/** What `--explain-passes` says: how many facts each pass of the optimizer found and left. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import { buildPlan } from "../plan/build.ts";
import { PASSES } from "../plan/optimize.ts";
import type { NodePlan } from "../plan/plan.ts";

export interface PassCount {
  readonly name: string;
  readonly before: number;
  readonly after: number;
}

/** Every fact that becomes a rule or a few. */
function factsIn(plan: NodePlan): number {
  return plan.packets.reduce((sum, { services, senders, postrouting, marks, filter }) => {
    const lists: readonly (readonly unknown[])[] = [
      services,
      senders.pods,
      senders.others,
      marks.prerouting,
      marks.output,
      ...postrouting.map(({ translations }) => translations),
      ...Object.values(filter).flatMap((stages) => Object.values(stages)),
    ];
    return sum + lists.reduce((all, { length }) => all + length, 0);
  }, 0);
}

export function countPasses(cluster: Cluster, node: ClusterNode): readonly PassCount[] {
  let plan = buildPlan(cluster, node);
  return PASSES.map(({ name, run }) => {
    const before = factsIn(plan);
    plan = run(plan);
    return { name, before, after: factsIn(plan) };
  });
}

/** The sums of many nodes' counts, a line a pass. */
export function passLines(nodes: readonly (readonly PassCount[])[]): readonly string[] {
  const sum = (at: number, key: "before" | "after"): number => nodes.reduce((all, counts) => all + counts[at]![key], 0);
  const width = Math.max(...PASSES.map(({ name }) => name.length));
  return PASSES.map(({ name }, at) => `${name.padEnd(width)}  ${sum(at, "before")} → ${sum(at, "after")} rules`);
}
