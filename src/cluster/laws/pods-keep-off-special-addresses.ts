import { type Address, type Family, inFamily, nextAddress, sameAddress } from "../../address/address.ts";
import { bitsOf, contains, lastAddress } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode, Pod } from "../cluster.ts";
import { FAMILIES } from "../families.ts";

function firstOfRange(node: ClusterNode, family: Family): Address | null {
  const range = node.pods.find(({ address }) => address.family === family);
  return range === undefined ? null : nextAddress(range.address);
}

/** What the node itself uses an address for; `null` where it does not. */
function nodesUse({ settings }: Cluster, { node }: Pod, address: Address): string | null {
  const first = firstOfRange(node, address.family);
  const isFirst = first !== null && sameAddress(first, address);
  const { kind, addresses } = settings.gateway;
  const own = inFamily(addresses, address.family);
  if (kind === "address" ? isFirst : own !== null && sameAddress(own, address)) return "its gateway's";
  return settings.network === "vxlan" && isFirst ? "its node's inside the tunnel" : null;
}

/** A range's first address, and in IPv4 its last, mean the range itself; the shortest ranges have neither. */
function edgeOf({ node }: Pod, address: Address): string | null {
  for (const range of node.pods) {
    if (range.length > bitsOf(address) - 2 || !contains(range, address)) continue;
    if (sameAddress(range.address, address)) return `the network address of ${range.text}`;
    if (address.family === 4 && sameAddress(lastAddress(range), address))
      return `the broadcast address of ${range.text}`;
  }
  return null;
}

/** A pod's address is not its gateway's, nor the network or the broadcast address of its node's pod range. */
export function podsKeepOffSpecialAddresses(cluster: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const pod of cluster.pods) {
    for (const family of FAMILIES) {
      const address = inFamily(pod.addresses, family);
      if (address === null) continue;
      const origin = inFamily(pod.places, family) ?? pod.origin;
      const used = nodesUse(cluster, pod, address);
      const edge = used === null ? edgeOf(pod, address) : null;
      if (used !== null) found.push(diagnose("pod-at-gateway", { pod: pod.name, address: address.text, used }, origin));
      if (edge !== null) found.push(diagnose("pod-at-edge", { pod: pod.name, address: address.text, edge }, origin));
    }
  }
  return found;
}
