import { inFamily } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";
import { addressFamilies } from "../families.ts";

/** `snat` translates to an address of a family that one of its sources has. */
export function snatsHaveTheirFamily(cluster: Cluster): readonly Diagnostic[] {
  return cluster.snats
    .filter(({ sources, to }) => sources.length > 0 && !inFamily(addressFamilies(cluster, sources), to.family))
    .map(({ to, place }) => diagnose("family-mismatch", { what: to.text, other: "the sources of this `snat`" }, place));
}
