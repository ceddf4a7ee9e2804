/** `network vxlan`: the tunnel device, and the nodes that are reached through it. */
import { type Address, FAMILIES, type Family, present } from "../../address/address.ts";
import { hashText } from "../../address/hash.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import type { LinkMtu, Tunnel, TunnelPeer } from "../plan.ts";
import { firstOfRange } from "./links.ts";

const DEVICE = "netc-vxlan";

/** Outer Ethernet, IP, UDP and VXLAN headers: 14 + 20 + 8 + 8 over IPv4, 20 more over IPv6 (RFC 7348). */
const OVERHEAD = { 4: 50, 6: 70 } as const;

/** The name of the tunnel device, where the cluster has one. */
export function tunnelDevice({ settings }: Cluster): string | null {
  return settings.network === "vxlan" ? DEVICE : null;
}

/** Locally administered, unicast; made from the name, so that every node knows every other's. */
function hardwareOf(node: ClusterNode): string {
  const digits = (hashText(node.name) % 2 ** 40).toString(16).padStart(10, "0");
  return `02:${digits.match(/../g)!.join(":")}`;
}

const innerOf = (node: ClusterNode): readonly Address[] =>
  FAMILIES.flatMap((family) => firstOfRange(node, family) ?? []);

/** IPv4 where every node that has pods has such an address, else IPv6: one outer family for the whole cluster. */
export function underlayFamily({ nodes }: Cluster): Family {
  return nodes.filter((node) => node.pods.length > 0).every((node) => node.addresses.v4 !== null) ? 4 : 6;
}

const outerOf = (cluster: Cluster, node: ClusterNode): Address | null =>
  underlayFamily(cluster) === 4 ? node.addresses.v4 : node.addresses.v6;

export function planTunnel(cluster: Cluster, node: ClusterNode): Tunnel | null {
  const device = tunnelDevice(cluster);
  const local = outerOf(cluster, node);
  if (device === null || local === null || node.device === null) return null;
  const peers = cluster.nodes.flatMap((other): readonly TunnelPeer[] => {
    const remote = outerOf(cluster, other);
    if (other === node || remote === null || other.pods.length === 0) return [];
    const { statement, origin } = other;
    return [{ hardware: hardwareOf(other), remote, addresses: innerOf(other), statement, origin }];
  });
  const { statement, origin } = node;
  return {
    device,
    hardware: hardwareOf(node),
    underlay: node.device,
    local,
    addresses: innerOf(node),
    peers,
    statement,
    origin,
  };
}

/** What `mtu` says, else the device's own, less the tunnel's overhead. */
export function planMtu(cluster: Cluster, node: ClusterNode): LinkMtu {
  const { mtu, network } = cluster.settings;
  if (mtu !== null) return { kind: "fixed", bytes: mtu };
  if (node.device === null) return null;
  const less = network === "vxlan" ? OVERHEAD[underlayFamily(cluster)] : 0;
  return { kind: "of-device", device: node.device, less };
}

/** The addresses of every declared node: tunnel packets between them are nobody's business. */
export const nodeAddresses = ({ nodes }: Cluster): readonly Address[] =>
  nodes.flatMap((node) => present(node.addresses));
