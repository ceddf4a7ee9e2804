/** Where a packet comes from, as a list of a statement says it, at one hook of one node. */
import { type Address, inFamily } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode, Selector } from "../../cluster/cluster.ts";
import { addressesOfTarget, hosts, unite } from "./addresses.ts";
import type { PolicyContext } from "./destinations.ts";
import { firstOfRange } from "./links.ts";
import { tunnelDevice } from "./tunnel.ts";

/** `arriving`: at a hook that the packet reaches from outside the node or from a pod. `sending`: in OUTPUT. */
export type Side = "arriving" | "sending";

/** `prefixes` `null`: anywhere. */
export interface Source {
  readonly prefixes: readonly Prefix[] | null;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
}

/** A node's declared address, and the one it has inside the tunnel, which its packets to pods of other nodes carry. */
function ownAddresses(cluster: Cluster, node: ClusterNode, family: 4 | 6): readonly Prefix[] {
  const inner: Address | null = tunnelDevice(cluster) === null ? null : firstOfRange(node, family);
  return [...hosts(inFamily(node.addresses, family)), ...hosts(inner)];
}

/** A node is everything it sends, on that node; its addresses elsewhere. It never sends from a declared pod's address, or another node's. */
function addressesOf(context: PolicyContext, { target }: Selector, side: Side): readonly Prefix[] | "any" {
  const { cluster, node, family } = context;
  const ofNode = (other: ClusterNode): readonly Prefix[] | "any" => {
    if (side === "sending") return other === node ? "any" : [];
    return other === node ? [] : ownAddresses(cluster, other, family);
  };
  switch (target.kind) {
    case "nodes":
      return unite(cluster.nodes.map(ofNode));
    case "node":
      return ofNode(target.node);
    case "pod":
      return side === "sending" ? [] : addressesOfTarget(cluster, family, target);
    default:
      return addressesOfTarget(cluster, family, target);
  }
}

/** The sources of a list, those of the same ports joined. */
export function sourcesOf(context: PolicyContext, sources: readonly Selector[], side: Side): readonly Source[] {
  const joined = new Map<string, { prefixes: Prefix[] | null } & Omit<Source, "prefixes">>();
  for (const selector of sources) {
    const addresses = addressesOf(context, selector, side);
    if (addresses !== "any" && addresses.length === 0) continue;
    const { protocol, ports } = selector;
    const key = `${protocol} ${ports?.first}-${ports?.last}`;
    const earlier = joined.get(key);
    if (earlier === undefined)
      joined.set(key, { prefixes: addresses === "any" ? null : [...addresses], protocol, ports });
    else if (addresses === "any") earlier.prefixes = null;
    else for (const prefix of addresses) earlier.prefixes?.push(prefix);
  }
  return [...joined.values()];
}
