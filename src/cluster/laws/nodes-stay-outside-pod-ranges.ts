import { FAMILIES, inFamily } from "../../address/address.ts";
import { contains } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";

/** No node's own address lies inside a declared pod range, the cluster's or a node's. */
export function nodesStayOutsidePodRanges({ settings, nodes }: Cluster): readonly Diagnostic[] {
  const ranges = [...settings.declaredPods, ...nodes.flatMap(({ pods }) => pods)];
  return nodes.flatMap((node) =>
    FAMILIES.flatMap((family) => {
      const address = inFamily(node.addresses, family);
      const range = address === null ? undefined : ranges.find((each) => contains(each, address));
      if (address === null || range === undefined) return [];
      const params = { node: node.name, address: address.text, range: range.text };
      const notes = [{ message: "the range is here", origin: range.origin }];
      return [diagnose("node-in-pods", params, inFamily(node.places, family) ?? node.origin, { notes })];
    }),
  );
}
