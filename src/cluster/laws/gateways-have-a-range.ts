import type { Family } from "../../address/address.ts";
import { FAMILIES, inFamily } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";

/** `gateway address` is the first address of the node's pod range, so a node with pods has a range of each of their families. */
export function gatewaysHaveARange({ settings, pods }: Cluster): readonly Diagnostic[] {
  if (settings.gateway.kind !== "address") return [];
  const missing = new Map<ClusterNode, Family>();
  for (const pod of pods) {
    const { node } = pod;
    if (node.name === "" || missing.has(node)) continue;
    const lacks = (family: Family) =>
      inFamily(pod.addresses, family) !== null && !node.pods.some(({ address }) => address.family === family);
    const family = FAMILIES.find(lacks);
    if (family !== undefined) missing.set(node, family);
  }
  return [...missing].map(([node, family]) => {
    const lacks = node.pods.length === 0 ? "`pods CIDR`" : `IPv${family} range among its \`pods\``;
    return diagnose("gateway-without-range", { node: node.name, lacks }, node.origin);
  });
}
