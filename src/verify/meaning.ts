/** What a cluster means on one node, as a program: the reference that the emitted rules are proved against. Nothing here knows the plan. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import { filterChains } from "./meaning/filter.ts";
import { markChains } from "./meaning/marks.ts";
import { senderChains } from "./meaning/senders.ts";
import { serviceChains } from "./meaning/services.ts";
import { sourceChains } from "./meaning/sources.ts";
import { subjectOf } from "./meaning/subject.ts";
import { byHook, type Program } from "./program.ts";

export function meaningOf(cluster: Cluster, node: ClusterNode, family: 4 | 6): Program {
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
