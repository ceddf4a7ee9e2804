import { type Address, FAMILIES, type Family, inFamily, nextAddress } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import type { Cluster, ClusterNode, Pod } from "../../cluster/cluster.ts";
import type { PodEnd, PodLink } from "../plan.ts";

/** The node's own address among its pods: `gateway address` and the tunnel device hold it. */
export function firstOfRange(node: ClusterNode, family: Family): Address | null {
  const range = node.pods.find((prefix) => prefix.address.family === family);
  return range === undefined ? null : nextAddress(range.address);
}

function gatewayOf(cluster: Cluster, node: ClusterNode, family: Family): Address | null {
  const { gateway } = cluster.settings;
  return gateway.kind === "address" ? firstOfRange(node, family) : inFamily(gateway.addresses, family);
}

/** Proxy ARP is IPv4's; for IPv6 the gateway's address is held, as with `link-local`. */
const gatewayBy = ({ settings }: Cluster, family: Family): PodEnd["gatewayBy"] =>
  settings.gateway.kind === "proxy-arp" && family === 4 ? "proxied" : "held";

function endsOf(cluster: Cluster, pod: Pod): readonly PodEnd[] {
  return FAMILIES.flatMap((family) => {
    const address = inFamily(pod.addresses, family);
    const gateway = gatewayOf(cluster, pod.node, family);
    if (address === null || gateway === null) return [];
    const source = inFamily(pod.node.addresses, family);
    return [{ address, gateway, gatewayBy: gatewayBy(cluster, family), source }];
  });
}

/** The namespace and the veth pair of each pod of the node. */
export function planLinks(cluster: Cluster, node: ClusterNode): readonly PodLink[] {
  return cluster.pods
    .filter((pod) => pod.node === node)
    .map((pod) => ({
      pod: pod.name,
      namespace: identifierFor("namespace", "pod-", pod.name),
      device: identifierFor("interface", "veth-pod-", pod.name),
      ends: endsOf(cluster, pod),
      statement: pod.statement,
      origin: pod.origin,
    }));
}
