/** Which addresses an item of a list stands for, before the packet's hook is known. */
import { type Address, type Family, inFamily } from "../../address/address.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode, Selector, Target } from "../../cluster/cluster.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import { podRanges, serviceRanges } from "./doors.ts";

export const hosts = (address: Address | null): readonly Prefix[] => (address === null ? [] : [hostPrefix(address)]);

/** A pod of this node is an address in its `pods`, or a declared pod's where it has none. */
export function localPods(cluster: Cluster, node: ClusterNode, family: Family): readonly Prefix[] {
  const slices = node.pods.filter((prefix) => prefix.address.family === family);
  if (slices.length > 0) return slices;
  const local = cluster.pods.filter((pod) => pod.node === node);
  return local.flatMap((pod) => hosts(inFamily(pod.addresses, family)));
}

/** The addresses of a target, wherever it is; `"any"` for all of them. */
export function addressesOfTarget(cluster: Cluster, family: Family, target: Target): readonly Prefix[] | "any" {
  switch (target.kind) {
    case "any":
      return "any";
    case "pods":
      return podRanges(cluster, family);
    case "services":
      return serviceRanges(cluster, family);
    case "nodes":
      return cluster.nodes.flatMap((node) => hosts(inFamily(node.addresses, family)));
    case "node":
      return hosts(inFamily(target.node.addresses, family));
    case "pod":
      return hosts(inFamily(target.pod.addresses, family));
    case "service":
      throw new Bug("a service is its doors");
    case "prefix":
      return target.prefix.address.family === family ? [target.prefix] : [];
    default:
      return unreachable(target);
  }
}

/** What leaves this node from a source: a pod leaves by its own node only. */
export function leavingFrom(
  cluster: Cluster,
  node: ClusterNode,
  family: Family,
  { target }: Selector,
): readonly Prefix[] | "any" {
  if (target.kind === "service" || target.kind === "services") throw new Bug("a service is no source");
  return target.kind === "pod" && target.pod.node !== node ? [] : addressesOfTarget(cluster, family, target);
}

/** What is decided by the length of a source prefix; -1 for any source. */
export interface ByLength {
  readonly length: number;
  /** The prefix and the statement: what orders those of one length, whatever the order they were said in. */
  readonly key: string;
}

/** Longer prefixes first, so that the first that matches is the one that wins. */
export const byLength = (a: ByLength, b: ByLength): number =>
  b.length - a.length || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** Each prefix as it was said, once: neighbours are not joined where the length of a prefix decides. */
export function asSaid(prefixes: readonly Prefix[]): readonly Prefix[] {
  return [...new Map(prefixes.map((prefix) => [prefix.text, prefix])).values()];
}

/** All addresses of a list; `"any"` where one item is. */
export function unite(lists: readonly (readonly Prefix[] | "any")[]): readonly Prefix[] | "any" {
  return lists.includes("any") ? "any" : (lists as readonly (readonly Prefix[])[]).flat();
}
