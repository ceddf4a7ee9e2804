import type { Family } from "../../address/address.ts";
import { inFamily } from "../../address/address.ts";
import { contains, covers, type Prefix } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Addressed, Cluster, ClusterNode } from "../cluster.ts";

const FAMILIES: readonly Family[] = [4, 6];

interface Ranges {
  readonly prefixes: readonly Prefix[];
  /** What they are called in a message. */
  readonly what: string;
}

/** The ranges of one family that `lies` is true of none of, as text; `null` where one holds it, or where there are none. */
function missed({ prefixes }: Ranges, family: Family, lies: (range: Prefix) => boolean): string | null {
  const same = prefixes.filter((prefix) => prefix.address.family === family);
  return same.length === 0 || same.some(lies) ? null : same.map((prefix) => prefix.text).join(", ");
}

function outside(holder: Addressed, within: Ranges, found: Diagnostic[]): void {
  if (within.prefixes.length === 0) return;
  for (const family of FAMILIES) {
    const address = inFamily(holder.addresses, family);
    const ranges = address === null ? null : missed(within, family, (range) => contains(range, address));
    if (address === null || ranges === null) continue;
    const params = { what: address.text, holder: holder.statement, range: within.what, ranges };
    found.push(diagnose("out-of-range", params, inFamily(holder.places, family) ?? holder.origin));
  }
}

function slicesOutside(node: ClusterNode, within: Ranges, found: Diagnostic[]): void {
  for (const slice of node.pods) {
    const ranges = missed(within, slice.address.family, (range) => covers(range, slice));
    if (ranges === null) continue;
    const params = { what: slice.text, holder: node.statement, range: within.what, ranges };
    found.push(diagnose("out-of-range", params, slice.origin));
  }
}

/** A pod's address lies in its node's pod range and the cluster's, a node's pod range in the cluster's, a service's address in a declared `services` range. */
export function addressesLieInTheirRanges({ settings, nodes, pods, services }: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const ofCluster: Ranges = { prefixes: settings.declaredPods, what: "the cluster's pod range" };
  const ofNodes = new Map(
    nodes.map((node) => [node, { prefixes: node.pods, what: `the pod range of \`${node.name}\`` }]),
  );
  for (const node of nodes) slicesOutside(node, ofCluster, found);
  for (const pod of pods) {
    const before = found.length;
    outside(pod, ofNodes.get(pod.node) ?? ofCluster, found);
    if (found.length === before) outside(pod, ofCluster, found);
  }
  const ofServices: Ranges = { prefixes: settings.services, what: "the cluster's services range" };
  for (const service of services) outside(service, ofServices, found);
  return found;
}
