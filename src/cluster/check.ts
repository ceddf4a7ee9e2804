import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Cluster } from "./cluster.ts";
import { addressesAreUnique } from "./laws/addresses-are-unique.ts";
import { addressesLieInTheirRanges } from "./laws/addresses-lie-in-their-ranges.ts";
import { backendsReachThemselves } from "./laws/backends-reach-themselves.ts";
import { gatewaysHaveARange } from "./laws/gateways-have-a-range.ts";
import type { Law } from "./laws/law.ts";
import { namesDoNotCollide } from "./laws/names-do-not-collide.ts";
import { nodesCanBeRouted } from "./laws/nodes-can-be-routed.ts";
import { portsAgree } from "./laws/ports-agree.ts";
import { portsAreClaimedOnce } from "./laws/ports-are-claimed-once.ts";
import { rangesDoNotOverlap } from "./laws/ranges-do-not-overlap.ts";

/** Errors first, in the order a reader would fix them: addresses, ranges, ports, places; then what is only suspicious. */
const LAWS: readonly Law[] = [
  addressesAreUnique,
  addressesLieInTheirRanges,
  rangesDoNotOverlap,
  portsAreClaimedOnce,
  portsAgree,
  nodesCanBeRouted,
  gatewaysHaveARange,
  namesDoNotCollide,
  backendsReachThemselves,
];

export function check(cluster: Cluster): readonly Diagnostic[] {
  return LAWS.flatMap((law) => law(cluster));
}
