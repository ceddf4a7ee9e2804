/** Source translation: hairpins, clients of services from elsewhere, masquerade. */

import type { Address, Family } from "../../address/address.ts";
import { inFamily, isFault } from "../../address/address.ts";
import { hostPrefix, type Prefix, parsePrefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode, Selector } from "../../cluster/cluster.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import type { Condition, PacketPlan, SourceTranslation } from "../plan.ts";
import { podRanges, serviceRanges } from "./doors.ts";

function constant(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (isFault(prefix)) throw new Bug(`${text} is no range`);
  return prefix;
}

const MULTICAST: Readonly<Record<Family, Prefix>> = { 4: constant("224.0.0.0/4"), 6: constant("ff00::/8") };

const hosts = (address: Address | null): readonly Prefix[] => (address === null ? [] : [hostPrefix(address)]);

/** The node's declared address, or, where it has none, that of the device the packet leaves by. */
function toNode(node: ClusterNode, family: Family): SourceTranslation["action"] {
  const address = inFamily(node.addresses, family);
  return address === null ? { kind: "to-device-address" } : { kind: "to-address", address };
}

function hairpins(cluster: Cluster, node: ClusterNode, family: Family): readonly SourceTranslation[] {
  return cluster.hairpins.flatMap(({ pod, statement, origin }) => {
    const address = inFamily(pod.addresses, family);
    if (pod.node !== node || address === null) return [];
    const prefixes = [hostPrefix(address)];
    const match: Condition[] = [
      { kind: "source", prefixes },
      { kind: "destination", prefixes },
      { kind: "translated" },
    ];
    return [{ match, action: toNode(node, family), statement, origin }];
  });
}

/** A pod of this node is an address in its `pods`, or a declared pod's where it has none. */
function localPods(cluster: Cluster, node: ClusterNode, family: Family): readonly Prefix[] {
  const slices = node.pods.filter((prefix) => prefix.address.family === family);
  if (slices.length > 0) return slices;
  return cluster.pods.flatMap((pod) => {
    const address = inFamily(pod.addresses, family);
    return pod.node !== node || address === null ? [] : [hostPrefix(address)];
  });
}

function serviceClients(cluster: Cluster, node: ClusterNode, family: Family): readonly SourceTranslation[] {
  const asked = serviceRanges(cluster, family);
  if (asked.length === 0 || cluster.services.length === 0) return [];
  const when: readonly Condition[] = [{ kind: "translated" }, { kind: "asked", prefixes: asked, ports: null }];
  const own = inFamily(node.addresses, family);
  const keep = (prefixes: readonly Prefix[], statement: string): readonly SourceTranslation[] =>
    prefixes.length === 0
      ? []
      : [{ match: [{ kind: "source", prefixes }, ...when], action: { kind: "keep" }, statement, origin: null }];
  return [
    ...keep(localPods(cluster, node, family), `pods of ${node.name}`),
    ...keep(own === null ? [] : [hostPrefix(own)], node.statement),
    { match: when, action: toNode(node, family), statement: "clients from elsewhere", origin: null },
  ];
}

/** The addresses that a masqueraded item stands for on this node; a pod leaves by its own node only. */
function masqueraded(
  cluster: Cluster,
  node: ClusterNode,
  family: Family,
  { target }: Selector,
): readonly Prefix[] | "any" {
  switch (target.kind) {
    case "any":
      return "any";
    case "pods":
      return podRanges(cluster, family);
    case "nodes":
      return cluster.nodes.flatMap((other) => hosts(inFamily(other.addresses, family)));
    case "node":
      return hosts(inFamily(target.node.addresses, family));
    case "pod":
      return target.pod.node === node ? hosts(inFamily(target.pod.addresses, family)) : [];
    case "prefix":
      return target.prefix.address.family === family ? [target.prefix] : [];
    case "services":
    case "service":
      throw new Bug("a service is no source");
    default:
      return unreachable(target);
  }
}

function masquerades(cluster: Cluster, node: ClusterNode, family: Family): readonly SourceTranslation[] {
  const found = cluster.masquerades.flatMap(({ sources, statement, origin }): readonly SourceTranslation[] => {
    const lists = sources.map((selector) => masqueraded(cluster, node, family, selector));
    const action = { kind: "to-device-address" } as const;
    if (lists.includes("any")) return [{ match: [], action, statement, origin }];
    const prefixes = (lists as readonly (readonly Prefix[])[]).flat();
    return prefixes.length === 0 ? [] : [{ match: [{ kind: "source", prefixes }], action, statement, origin }];
  });
  if (found.length === 0) return [];
  const inside = [...podRanges(cluster, family), MULTICAST[family]];
  const keep: SourceTranslation = {
    match: [{ kind: "destination", prefixes: inside }],
    action: { kind: "keep" },
    statement: "pods and multicast",
    origin: null,
  };
  return [keep, ...found];
}

export function planPostrouting(cluster: Cluster, node: ClusterNode, family: Family): PacketPlan["postrouting"] {
  return {
    hairpin: hairpins(cluster, node, family),
    services: serviceClients(cluster, node, family),
    egress: masquerades(cluster, node, family),
  };
}
