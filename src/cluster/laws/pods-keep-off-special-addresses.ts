import { type Address, FAMILIES, inFamily, nextAddress, sameAddress } from "../../address/address.ts";
import { bitsOf, lastAddress } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode, SaidPrefix, Settings } from "../cluster.ts";

interface Special {
  readonly address: Address;
  /** The address is also …: what the node uses it for. */
  readonly used: string | null;
  /** The address is …: what it is to a subnet. */
  readonly edge: string | null;
}

/** A range's first address, and in IPv4 its last, mean the range itself; the shortest ranges have neither. */
function edgesOf(range: SaidPrefix): readonly Special[] {
  if (range.length > bitsOf(range.address) - 2) return [];
  const first: Special = { address: range.address, used: null, edge: `the network address of ${range.text}` };
  if (range.address.family === 6) return [first];
  return [first, { address: lastAddress(range), used: null, edge: `the broadcast address of ${range.text}` }];
}

/** What the node itself uses addresses for. */
function usesOf({ network, gateway }: Settings, node: ClusterNode): readonly Special[] {
  return FAMILIES.flatMap((family): readonly Special[] => {
    const range = node.pods.find(({ address }) => address.family === family);
    const first = range === undefined ? null : nextAddress(range.address);
    const own = gateway.kind === "address" ? first : inFamily(gateway.addresses, family);
    return [
      ...(own === null ? [] : [{ address: own, used: "its gateway's", edge: null }]),
      ...(first === null || network !== "vxlan"
        ? []
        : [{ address: first, used: "its node's in the tunnel", edge: null }]),
    ];
  });
}

/** A pod's address is not its gateway's, nor the network or the broadcast address of its node's pod range. */
export function podsKeepOffSpecialAddresses({ settings, nodes, pods }: Cluster): readonly Diagnostic[] {
  const special = new Map(nodes.map((node) => [node, [...usesOf(settings, node), ...node.pods.flatMap(edgesOf)]]));
  const found: Diagnostic[] = [];
  for (const pod of pods) {
    for (const family of FAMILIES) {
      const own = inFamily(pod.addresses, family);
      if (own === null) continue;
      const met = special.get(pod.node)?.find(({ address }) => sameAddress(address, own));
      if (met === undefined) continue;
      const origin = inFamily(pod.places, family) ?? pod.origin;
      const { used, edge } = met;
      if (used !== null) found.push(diagnose("pod-at-gateway", { pod: pod.name, address: own.text, used }, origin));
      if (edge !== null) found.push(diagnose("pod-at-edge", { pod: pod.name, address: own.text, edge }, origin));
    }
  }
  return found;
}
