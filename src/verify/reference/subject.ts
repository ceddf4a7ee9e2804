/** What is asked about: a cluster, on one node, in one family; and what it says of whose addresses are (language.md §1, "words for sets"; §3.5). */
import type { Address, Family } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import type { AddressRange } from "../program.ts";
import { isOf, liesIn, ofFamily, only, onlyIf, rangesIn, second } from "./addresses.ts";
import { type Frontend, frontendsOf, vipsOf } from "./frontends.ts";
import { type FrontendIndex, indexOf } from "./index-of.ts";

export interface Subject {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly family: Family;
  /** The node's declared address; empty where it has none. */
  readonly own: readonly AddressRange[];
  /** The pod ranges; every pod's address where the program declares none. */
  readonly pods: readonly AddressRange[];
  /** The range of services; every service's own address where the program declares none. */
  readonly services: readonly AddressRange[];
  /** Every node's declared address. */
  readonly nodes: readonly AddressRange[];
  /** Of these the ones that nodeports listen on. */
  readonly nodeportHosts: readonly AddressRange[];
  /** Pod ranges and the declared nodes' addresses: clients from elsewhere are from outside (§3.5). */
  readonly inside: readonly AddressRange[];
  /** External and load-balancer addresses. */
  readonly more: ReadonlySet<Address["value"]>;
  /** Those of them that no declared node and no pod has. */
  readonly free: readonly AddressRange[];
  readonly frontends: readonly Frontend[];
  /** The same, by service and by address. */
  readonly index: FrontendIndex;
  /** Who declares an address as its own. */
  readonly holderOf: (address: Address) => "node" | "pod" | null;
}

export const declaredAddress = (node: ClusterNode, family: Family): readonly AddressRange[] =>
  onlyIf(ofFamily(node.addresses, family));

const TUNNEL_DEVICE = "netc-vxlan";

/** Of `network vxlan`: the device, and the address on it, the first of the node's pod range, which is the one after the network's (§3.1, §3.2). */
export function tunnelOf({ settings }: Cluster, node: ClusterNode, family: Family) {
  const slice = node.pods.find(isOf(family));
  return settings.network !== "vxlan" || slice === undefined ? null : { device: TUNNEL_DEVICE, address: second(slice) };
}

function holdersIn({ nodes, pods }: Cluster, family: Family): ReadonlyMap<Address["value"], "node" | "pod"> {
  const holders = new Map<Address["value"], "node" | "pod">();
  for (const holder of [...nodes, ...pods]) {
    const address = ofFamily(holder.addresses, family);
    if (address !== null) holders.set(address.value, holder.kind);
  }
  return holders;
}

function moreIn({ services }: Cluster, family: Family): readonly Address[] {
  const more = new Map<Address["value"], Address>();
  for (const service of services)
    for (const { kind, address } of vipsOf(service, family)) if (kind !== "vip") more.set(address!.value, address!);
  return [...more.values()];
}

/** `services`: its range; each service's own address where none is declared. */
function servicesIn({ settings, services }: Cluster, family: Family): readonly AddressRange[] {
  const declared = rangesIn(family, settings.services);
  return declared.length > 0 ? declared : services.flatMap(({ addresses }) => onlyIf(ofFamily(addresses, family)));
}

/** A nodeport listens on the node's declared address; `nodeports CIDR,…` takes of these the ones in the ranges (§2, §3.5). */
function nodeportHostsIn({ settings }: Cluster, hosts: readonly AddressRange[], family: Family) {
  const { nodeports } = settings;
  if (nodeports.kind !== "ranges") return hosts;
  const ranges = rangesIn(family, nodeports.ranges);
  return hosts.filter((host) => ranges.some((range) => liesIn(host, range)));
}

export function subjectOf(cluster: Cluster, node: ClusterNode, family: Family): Subject {
  const pods = rangesIn(family, cluster.settings.pods);
  const nodes = cluster.nodes.flatMap((each) => declaredAddress(each, family));
  const more = moreIn(cluster, family);
  const frontends = frontendsOf(cluster, node, family);
  const holders = holdersIn(cluster, family);
  const holderOf = ({ value }: Address) => holders.get(value) ?? null;
  return {
    cluster,
    node,
    family,
    own: declaredAddress(node, family),
    pods,
    services: servicesIn(cluster, family),
    nodes,
    nodeportHosts: nodeportHostsIn(cluster, nodes, family),
    inside: [...pods, ...nodes],
    more: new Set(more.map(({ value }) => value)),
    free: more.filter((address) => holderOf(address) === null).map(only),
    frontends,
    index: indexOf(frontends),
    holderOf,
  };
}

/** Pods of the node: an address in the node's `pods`, or a declared pod's where it has none (§3.5). */
export function localPods({ cluster, node, family }: Subject): readonly AddressRange[] {
  const slices = rangesIn(family, node.pods);
  if (slices.length > 0) return slices;
  return cluster.pods
    .filter((pod) => pod.node === node)
    .flatMap(({ addresses }) => onlyIf(ofFamily(addresses, family)));
}
