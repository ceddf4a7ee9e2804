import type { Address, ByFamily } from "../../address/address.ts";
import { contains, covers, type Prefix } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, Stated } from "../cluster.ts";

interface Range {
  readonly prefixes: readonly Prefix[];
  readonly what: string;
}

function outside(addresses: ByFamily<Address>, holder: Stated, range: Range): readonly Diagnostic[] {
  return [addresses[4], addresses[6]].flatMap((address) => {
    if (address === null) return [];
    const same = range.prefixes.filter((prefix) => prefix.address.family === address.family);
    if (same.length === 0 || same.some((prefix) => contains(prefix, address))) return [];
    const ranges = same.map((prefix) => prefix.text).join(", ");
    return [
      diagnose(
        "out-of-range",
        { what: address.text, holder: holder.statement, range: range.what, ranges },
        holder.origin,
      ),
    ];
  });
}

/** A pod's address lies in its node's pod range and the cluster's, a node's pod range in the cluster's, a service's address in a declared `services` range. */
export function addressesLieInTheirRanges({ settings, nodes, pods, services }: Cluster): readonly Diagnostic[] {
  const clusterPods = settings.podsDeclared ? settings.pods : [];
  const ofNodes = nodes.flatMap((node) =>
    node.pods.flatMap((slice) => {
      const same = clusterPods.filter((prefix) => prefix.address.family === slice.address.family);
      if (same.length === 0 || same.some((prefix) => covers(prefix, slice))) return [];
      const ranges = same.map((prefix) => prefix.text).join(", ");
      return [
        diagnose(
          "out-of-range",
          { what: slice.text, holder: node.statement, range: "the cluster's pod range", ranges },
          node.origin,
        ),
      ];
    }),
  );
  const ofPods = pods.flatMap((pod) => {
    const inNode = outside(pod.addresses, pod, {
      prefixes: pod.node.pods,
      what: `the pod range of \`${pod.node.name}\``,
    });
    return inNode.length > 0
      ? inNode
      : outside(pod.addresses, pod, { prefixes: clusterPods, what: "the cluster's pod range" });
  });
  const ofServices = services.flatMap((service) =>
    outside(service.addresses, service, { prefixes: settings.services, what: "the cluster's services range" }),
  );
  return [...ofNodes, ...ofPods, ...ofServices];
}
