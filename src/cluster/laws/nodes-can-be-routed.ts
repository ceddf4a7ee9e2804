import type { Family } from "../../address/address.ts";
import { inFamily } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode, Pod } from "../cluster.ts";

function rangeMissing(pods: readonly Pod[], node: ClusterNode, family: Family): boolean {
  if (node.pods.some((prefix) => prefix.address.family === family)) return false;
  return pods.some((pod) => pod.node === node && inFamily(pod.addresses, family) !== null);
}

/** Where pods are on more than one node, each node needs what a route to it, and from it, is made of: its pod range, its address, its device. */
export function nodesCanBeRouted(cluster: Cluster): readonly Diagnostic[] {
  const { nodes, pods } = cluster;
  const hosting = new Set(pods.map((pod) => pod.node));
  const reached = nodes.filter((node) => node.pods.length > 0 || hosting.has(node));
  return nodes.flatMap((node): readonly Diagnostic[] => {
    const isReached = reached.includes(node);
    const remotes = reached.length - (isReached ? 1 : 0);
    if (remotes === 0) return [];
    if (node.implied) return [diagnose("undeclared-node", { node: node.name }, node.origin)];
    const found: Diagnostic[] = [];
    const families: readonly Family[] = [4, 6];
    if (families.some((family) => rangeMissing(pods, node, family))) {
      found.push(diagnose("missing-node-range", { node: node.name }, node.origin));
    }
    if (node.device === null) found.push(diagnose("missing-node-device", { node: node.name }, node.origin));
    return found;
  });
}
