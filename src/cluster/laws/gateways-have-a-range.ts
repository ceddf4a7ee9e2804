import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";

/** `gateway address` is the first address of the node's pod range, so a node with pods has one. */
export function gatewaysHaveARange({ settings, pods }: Cluster): readonly Diagnostic[] {
  if (settings.gateway.kind !== "address") return [];
  const nodes = new Set(pods.map((pod) => pod.node));
  return [...nodes]
    .filter((node) => node.pods.length === 0 && node.name !== "")
    .map((node) => diagnose("gateway-without-range", { node: node.name }, node.origin));
}
