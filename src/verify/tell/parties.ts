/** Whose an address is, as people name it: a pod here or elsewhere, a node, a service, or somebody outside. */
import { type Address, inFamily, nextAddress } from "../../address/address.ts";
import { LOOPBACK } from "../../address/loopback.ts";
import { contains, type Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { vipsOf } from "../reference/frontends.ts";

export interface Party {
  readonly kind: "local pod" | "remote pod" | "node" | "service" | "outside";
  /** As the program declares it; `null`: of an address that the program does not name. */
  readonly name: string | null;
}

/** Addresses of the node itself that the program knows: the declared one, and with `network vxlan` the tunnel's. */
export function ownAddresses({ settings }: Cluster, node: ClusterNode, family: 4 | 6): readonly Address[] {
  const declared = inFamily(node.addresses, family);
  const slice = node.pods.find(({ address }) => address.family === family);
  const inTunnel = settings.network !== "vxlan" || slice === undefined ? null : nextAddress(slice.address);
  return [declared, inTunnel].filter((address) => address !== null);
}

export function isLoopback(address: Address): boolean {
  return contains(LOOPBACK[address.family], address);
}

const isIn = (prefixes: readonly Prefix[], address: Address): boolean =>
  prefixes.some((prefix) => prefix.address.family === address.family && contains(prefix, address));

/** Who has an address, seen from a node. */
export function partyOf(cluster: Cluster, node: ClusterNode, address: Address): Party {
  const { family, text } = address;
  const pod = cluster.pods.find(({ addresses }) => inFamily(addresses, family)?.text === text);
  if (pod !== undefined) return { kind: pod.node === node ? "local pod" : "remote pod", name: pod.name };
  const holder = cluster.nodes.find((each) => ownAddresses(cluster, each, family).some((own) => own.text === text));
  if (holder !== undefined) return { kind: "node", name: holder.name };
  if (isLoopback(address)) return { kind: "node", name: node.name };
  const service = cluster.services.find((each) =>
    vipsOf(each, family).some(({ address: asked }) => asked?.text === text),
  );
  if (service !== undefined) return { kind: "service", name: service.name };
  if (isIn(node.pods, address)) return { kind: "local pod", name: null };
  const ranges = [...cluster.settings.pods, ...cluster.nodes.flatMap((each) => each.pods)];
  return { kind: isIn(ranges, address) ? "remote pod" : "outside", name: null };
}
