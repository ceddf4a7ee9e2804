import { type Family, present } from "../../address/address.ts";
import { contains, covers, type Prefix } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Addressed, Cluster, ClusterNode } from "../cluster.ts";

/** The ranges of each family, and what they are called in a message. */
interface Ranges {
  readonly v4: readonly Prefix[];
  readonly v6: readonly Prefix[];
  readonly what: string;
}

function rangesOf(prefixes: readonly Prefix[], what: string): Ranges {
  const ofFamily = (family: Family) => prefixes.filter((prefix) => prefix.address.family === family);
  return { v4: ofFamily(4), v6: ofFamily(6), what };
}

/** Those of one family, none of which holds what is looked at; `null` where one does, or where there are none. */
function missed(ranges: Ranges, family: Family, lies: (range: Prefix) => boolean): string | null {
  const same = family === 4 ? ranges.v4 : ranges.v6;
  return same.length === 0 || same.some(lies) ? null : same.map((prefix) => prefix.text).join(", ");
}

/** Whether something lies outside, which is then among `found`. */
function outside(holder: Addressed, within: Ranges, found: Diagnostic[]): boolean {
  const before = found.length;
  for (const address of present(holder.addresses)) {
    const ranges = missed(within, address.family, (range) => contains(range, address));
    if (ranges === null) continue;
    const params = { what: address.text, holder: holder.statement, range: within.what, ranges };
    const place = address.family === 4 ? holder.places.v4 : holder.places.v6;
    found.push(diagnose("out-of-range", params, place ?? holder.origin));
  }
  return found.length > before;
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
  const ofCluster = rangesOf(settings.declaredPods, "the cluster's pod range");
  const ofNodes = new Map(nodes.map((node) => [node, rangesOf(node.pods, `the pod range of \`${node.name}\``)]));
  for (const node of nodes) slicesOutside(node, ofCluster, found);
  for (const pod of pods) {
    const ofNode = ofNodes.get(pod.node);
    if (ofNode === undefined || !outside(pod, ofNode, found)) outside(pod, ofCluster, found);
  }
  const ofServices = rangesOf(settings.services, "the cluster's services range");
  for (const service of services) outside(service, ofServices, found);
  return found;
}
