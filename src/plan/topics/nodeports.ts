/** Where nodeports listen on a node, and who counts as a client from outside. */
import { type Family, inFamily } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import type { Condition, NodeportAddresses } from "../plan.ts";
import { hosts } from "./addresses.ts";
import type { PolicyContext } from "./destinations.ts";
import { type Door, type DoorBackend, podRanges } from "./doors.ts";

/** The pod ranges and the declared nodes' addresses. */
export function planInside(cluster: Cluster, family: Family): readonly Prefix[] {
  const nodes = cluster.nodes.flatMap((node) => hosts(inFamily(node.addresses, family)));
  return mergePrefixes([...podRanges(cluster, family), ...nodes]);
}

export function planNodeports(cluster: Cluster, node: ClusterNode, family: Family): NodeportAddresses {
  const { nodeports } = cluster.settings;
  switch (nodeports.kind) {
    case "primary":
      return { kind: "named", prefixes: hosts(inFamily(node.addresses, family)) };
    case "all":
      return { kind: "own", within: null };
    case "ranges":
      return {
        kind: "own",
        within: mergePrefixes(nodeports.ranges.filter(({ address }) => address.family === family)),
      };
  }
}

/** The addresses that a nodeport's client asks for on this node: `null` for whichever the node has, empty for none. */
export function nodeportPrefixes({ cluster, node, family }: PolicyContext): readonly Prefix[] | null {
  const where = planNodeports(cluster, node, family);
  return where.kind === "named" ? where.prefixes : where.within;
}

const backendPrefixes = (backends: readonly DoorBackend[]): readonly Prefix[] =>
  mergePrefixes(backends.flatMap(({ address }) => hosts(address)));

/**
 * What was translated at a nodeport of this node; `null` where none listens. Always with its ports, since others translate what asks
 * for a node's address too; where the address is not known, with the backends that it may have gone to as well: as its destination,
 * or of an answer as its source.
 */
export function askedAtNodeport(
  context: PolicyContext,
  { protocol, port }: Door,
  backends: readonly DoorBackend[],
  end: "destination" | "source",
): readonly Condition[] | null {
  if (protocol === null || port === null || backends.length === 0) return null;
  const { cluster, node, family } = context;
  const where = planNodeports(cluster, node, family);
  const prefixes = where.kind === "named" ? where.prefixes : where.within;
  if (prefixes?.length === 0) return null;
  return [
    ...(where.kind === "named" ? [] : [{ kind: end, prefixes: backendPrefixes(backends) } as const]),
    { kind: "protocol", protocol },
    { kind: "translated" },
    { kind: "asked", prefixes, ports: port },
  ];
}
