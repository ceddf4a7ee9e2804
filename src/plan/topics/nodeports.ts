/** Where nodeports listen on a node, and who counts as a client from outside. */
import { type Family, inFamily } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import type { NodeportAddresses } from "../plan.ts";
import { hosts } from "./addresses.ts";
import { podRanges } from "./doors.ts";

/** The pod ranges and the declared nodes' addresses. */
export function planInside(cluster: Cluster, family: Family): readonly Prefix[] {
  const nodes = cluster.nodes.flatMap((node) => hosts(inFamily(node.addresses, family)));
  return mergePrefixes([...podRanges(cluster, family), ...nodes]);
}

export function planNodeports(node: ClusterNode, family: Family): NodeportAddresses {
  return { kind: "named", prefixes: hosts(inFamily(node.addresses, family)) };
}
