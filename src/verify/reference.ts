/** What a cluster means on one node, as a program: the reference that the emitted rules are proved against. Nothing here knows the plan. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import { byHook, type Program } from "./program.ts";
import { filterChains } from "./reference/filter.ts";
import { markChains } from "./reference/marks.ts";
import { senderChains } from "./reference/senders.ts";
import { serviceChains } from "./reference/services.ts";
import { sourceChains } from "./reference/sources.ts";
import { subjectOf } from "./reference/subject.ts";

export function referenceOf(cluster: Cluster, node: ClusterNode, family: 4 | 6): Program {
  const subject = subjectOf(cluster, node, family);
  const chains = new Map([
    ...senderChains(subject),
    ...markChains(subject),
    ...serviceChains(subject),
    ...filterChains(subject),
    ...sourceChains(subject),
  ]);
  return {
    family,
    chains,
    hooks: byHook((hook) => (chains.has(hook) ? [hook] : [])),
  };
}
