/** What is asked about: a cluster, on one node, in one family; and the words that a program says of all of it. */
import { type Address, type Family, inFamily, nextAddress } from "../../address/address.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { type DoorIndex, indexDoors } from "../../cluster/door-index.ts";
import { holderOf } from "../../cluster/holders.ts";
import { prefixesOf } from "../../cluster/sides.ts";
import { type Door, doorsInFamily } from "./doors.ts";

export interface Subject {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly family: Family;
  /** The node's declared address; empty where it has none. */
  readonly own: readonly Prefix[];
  /** The pod ranges; every pod's address where the program declares none. */
  readonly pods: readonly Prefix[];
  /** The range of services; every service's own address where the program declares none. */
  readonly services: readonly Prefix[];
  /** Pod ranges and the declared nodes' addresses: clients from elsewhere are from outside. */
  readonly inside: readonly Prefix[];
  /** External and load-balancer addresses, each once. */
  readonly more: ReadonlyMap<string, Address>;
  /** Those of them that no declared node and no pod has. */
  readonly free: readonly Prefix[];
  readonly doors: readonly Door[];
  /** The same, by service and by address. */
  readonly index: DoorIndex<Door>;
}

export const inThis = (family: Family, prefixes: readonly Prefix[]): readonly Prefix[] =>
  prefixes.filter(({ address }) => address.family === family);

export const hostOf = (address: Address | null): readonly Prefix[] => (address === null ? [] : [hostPrefix(address)]);

export const declaredAddress = (node: ClusterNode, family: Family): readonly Prefix[] =>
  hostOf(inFamily(node.addresses, family));

const TUNNEL_DEVICE = "netc-vxlan";

/** Of `network vxlan`: the device, and the address on it, the first of the node's pod range. */
export function tunnelOf({ settings }: Cluster, node: ClusterNode, family: Family) {
  const [range] = inThis(family, node.pods);
  const address = range === undefined ? null : nextAddress(range.address);
  return settings.network !== "vxlan" || address === null ? null : { device: TUNNEL_DEVICE, address };
}

function moreIn({ services }: Cluster, family: Family): ReadonlyMap<string, Address> {
  const more = new Map<string, Address>();
  for (const { external, loadbalancer } of services) {
    if (external.length === 0 && loadbalancer === null) continue;
    for (const { address } of [...external, ...(loadbalancer?.addresses ?? [])])
      if (address.family === family) more.set(address.text, address);
  }
  return more;
}

export function subjectOf(cluster: Cluster, node: ClusterNode, family: Family): Subject {
  const pods = inThis(family, cluster.settings.pods);
  const more = moreIn(cluster, family);
  const doors = doorsInFamily(cluster, node, family);
  return {
    cluster,
    node,
    family,
    own: declaredAddress(node, family),
    pods,
    services: inThis(family, prefixesOf(cluster, { kind: "services" }) ?? []),
    inside: [...pods, ...cluster.nodes.flatMap((each) => declaredAddress(each, family))],
    more,
    free: [...more.values()].filter((address) => holderOf(cluster, address) === null).map(hostPrefix),
    doors,
    index: indexDoors(doors),
  };
}

/** Pods of the node: an address in the node's `pods`, or a declared pod's where it has none. */
export function localPods({ cluster, node, family }: Subject): readonly Prefix[] {
  const slices = inThis(family, node.pods);
  if (slices.length > 0) return slices;
  return cluster.pods
    .filter((pod) => pod.node === node)
    .flatMap(({ addresses }) => hostOf(inFamily(addresses, family)));
}
