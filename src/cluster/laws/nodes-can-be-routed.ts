import type { Family } from "../../address/address.ts";
import { FAMILIES, inFamily } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";

type Nodes = ReadonlySet<ClusterNode>;

const hasRange = (node: ClusterNode, family: Family): boolean =>
  node.pods.some(({ address }) => address.family === family);

/** The nodes that pods of one family are on. */
function hostingOf({ pods }: Cluster, family: Family): Nodes {
  const nodes = new Set<ClusterNode>();
  for (const pod of pods) if (inFamily(pod.addresses, family) !== null) nodes.add(pod.node);
  return nodes;
}

interface Reach {
  readonly family: Family;
  readonly hosting: Nodes;
  /** The nodes that others need a route to. */
  readonly reached: Nodes;
}

function reachOf(cluster: Cluster, family: Family): Reach {
  const hosting = hostingOf(cluster, family);
  const reached = new Set(cluster.nodes.filter((node) => hasRange(node, family) || hosting.has(node)));
  return { family, hosting, reached };
}

const remotes = ({ reached }: Reach, node: ClusterNode): number => reached.size - (reached.has(node) ? 1 : 0);

function lacking(node: ClusterNode, family: Family): string {
  return node.pods.length === 0 ? "`pods CIDR`" : `IPv${family} range among its \`pods\``;
}

function faultsOf({ settings }: Cluster, node: ClusterNode, reaches: readonly Reach[]): readonly Diagnostic[] {
  if (node.implied) return [diagnose("undeclared-node", { node: node.name }, node.origin)];
  const found: Diagnostic[] = [];
  const { name } = node;
  const rangeless = reaches.find(({ hosting, family }) => hosting.has(node) && !hasRange(node, family));
  const inTunnel = settings.network === "vxlan" ? reaches.find(({ family }) => !hasRange(node, family)) : undefined;
  if (rangeless !== undefined) {
    found.push(diagnose("missing-node-range", { node: name, lacks: lacking(node, rangeless.family) }, node.origin));
  } else if (inTunnel !== undefined) {
    found.push(diagnose("tunnel-without-range", { node: name, lacks: lacking(node, inTunnel.family) }, node.origin));
  }
  if (settings.network === "host-gw") {
    const reach = reaches.find(({ reached, family }) => reached.has(node) && inFamily(node.addresses, family) === null);
    if (reach !== undefined) {
      found.push(diagnose("missing-node-address", { node: name, family: reach.family }, node.origin));
    }
  }
  if (node.device === null) found.push(diagnose("missing-node-device", { node: name }, node.origin));
  return found;
}

/** One outer family for all: IPv4 where every node with a pod range has such an address, else IPv6. */
function underlayFaults(nodes: readonly ClusterNode[]): readonly Diagnostic[] {
  const without = (family: Family) => nodes.filter(({ addresses }) => inFamily(addresses, family) === null);
  const [other] = without(4).filter(({ pods }) => pods.length > 0);
  const family = other === undefined ? 4 : 6;
  const [node] = without(family);
  if (node === undefined) return [];
  const notes = other === undefined ? [] : [{ message: `\`${other.name}\` has no IPv4 address`, origin: other.origin }];
  return [diagnose("underlay-mismatch", { node: node.name, family }, node.origin, { notes })];
}

/**
 * Where pods are on more than one node, each node needs what a route to it, and from it, is made of: its pod range and its
 * address in each family of pods that are routed, its device. A tunnel wants addresses of one family, whatever the pods have.
 */
export function nodesCanBeRouted(cluster: Cluster): readonly Diagnostic[] {
  if (cluster.settings.network === "none") return [];
  const reaches = FAMILIES.map((family) => reachOf(cluster, family));
  const routed = cluster.nodes
    .map((node) => ({ node, reaches: reaches.filter((reach) => remotes(reach, node) > 0) }))
    .filter((each) => each.reaches.length > 0);
  const found = routed.flatMap((each) => faultsOf(cluster, each.node, each.reaches));
  if (cluster.settings.network !== "vxlan" || found.length > 0) return found;
  return underlayFaults(routed.map(({ node }) => node));
}
