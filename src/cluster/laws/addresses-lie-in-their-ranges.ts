import type { Address, Family } from "../../address/address.ts";
import { contains, covers, type Prefix } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/source.ts";
import type { Addressed, Cluster, ClusterNode } from "../cluster.ts";

/** An address or a range that somebody has, and where it was said. */
interface Thing {
  readonly text: string;
  readonly family: Family;
  readonly holder: string;
  readonly place: Origin;
  readonly liesIn: (range: Prefix) => boolean;
}

function addressesOf(holder: Addressed): readonly Thing[] {
  const families: readonly Family[] = [4, 6];
  return families.flatMap((family) => {
    const address: Address | null = holder.addresses[family];
    if (address === null) return [];
    const place = holder.places[family] ?? holder.origin;
    return [
      { text: address.text, family, holder: holder.statement, place, liesIn: (range) => contains(range, address) },
    ];
  });
}

const slicesOf = (node: ClusterNode): readonly Thing[] =>
  node.pods.map((slice) => ({
    text: slice.text,
    family: slice.address.family,
    holder: node.statement,
    place: slice.origin,
    liesIn: (range) => covers(range, slice),
  }));

/** Of what lies outside all ranges of its family; without a range of its family it lies outside none. */
function outside(things: readonly Thing[], prefixes: readonly Prefix[], range: string): readonly Diagnostic[] {
  return things.flatMap(({ text, family, holder, place, liesIn }) => {
    const same = prefixes.filter((prefix) => prefix.address.family === family);
    if (same.length === 0 || same.some(liesIn)) return [];
    const ranges = same.map((prefix) => prefix.text).join(", ");
    return [diagnose("out-of-range", { what: text, holder, range, ranges }, place)];
  });
}

/** A pod's address lies in its node's pod range and the cluster's, a node's pod range in the cluster's, a service's address in a declared `services` range. */
export function addressesLieInTheirRanges({ settings, nodes, pods, services }: Cluster): readonly Diagnostic[] {
  const inCluster = (things: readonly Thing[]) => outside(things, settings.declaredPods, "the cluster's pod range");
  return [
    ...nodes.flatMap((node) => inCluster(slicesOf(node))),
    ...pods.flatMap((pod) => {
      const own = addressesOf(pod);
      const found = outside(own, pod.node.pods, `the pod range of \`${pod.node.name}\``);
      return found.length > 0 ? found : inCluster(own);
    }),
    ...services.flatMap((service) => outside(addressesOf(service), settings.services, "the cluster's services range")),
  ];
}
