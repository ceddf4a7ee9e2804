import { type Diagnostic, hasErrors } from "../diagnostics/diagnostic.ts";
import type { Cluster } from "./cluster.ts";
import { addressesAreUnique } from "./laws/addresses-are-unique.ts";
import { addressesLieInTheirRanges } from "./laws/addresses-lie-in-their-ranges.ts";
import { allowsAreNotHidden } from "./laws/allows-are-not-hidden.ts";
import { backendsReachThemselves } from "./laws/backends-reach-themselves.ts";
import { doorsHaveBackendsOfTheirFamily } from "./laws/doors-have-backends-of-their-family.ts";
import { doorsKeepOffHosts } from "./laws/doors-keep-off-hosts.ts";
import { expectationsAreSaidOnce } from "./laws/expectations-are-said-once.ts";
import { gatewaysHaveARange } from "./laws/gateways-have-a-range.ts";
import { groupsAreUsed } from "./laws/groups-are-used.ts";
import type { Law } from "./laws/law.ts";
import { marksAgree } from "./laws/marks-agree.ts";
import { namesDoNotCollide } from "./laws/names-do-not-collide.ts";
import { nodesCanBeRouted } from "./laws/nodes-can-be-routed.ts";
import { nodesStayOutsidePodRanges } from "./laws/nodes-stay-outside-pod-ranges.ts";
import { podsKeepOffSpecialAddresses } from "./laws/pods-keep-off-special-addresses.ts";
import { policyPortsAreServed } from "./laws/policy-ports-are-served.ts";
import { portsAgree } from "./laws/ports-agree.ts";
import { portsAreClaimedOnce } from "./laws/ports-are-claimed-once.ts";
import { rangesDoNotOverlap } from "./laws/ranges-do-not-overlap.ts";
import { rulesCanMatch } from "./laws/rules-can-match.ts";
import { rulesChangeSomething } from "./laws/rules-change-something.ts";
import { rulesDoNotHangOnOrder } from "./laws/rules-do-not-hang-on-order.ts";
import { rulesHaveAFamily } from "./laws/rules-have-a-family.ts";
import { servicesHaveBackends } from "./laws/services-have-backends.ts";
import { snatsAgree } from "./laws/snats-agree.ts";
import { snatsHaveTheirFamily } from "./laws/snats-have-their-family.ts";
import { sourceRangesCloseEveryDoor } from "./laws/source-ranges-close-every-door.ts";
import { sshStaysOpen } from "./laws/ssh-stays-open.ts";

/** What stays wrong whatever else is put right. In the order a reader would fix them: addresses, ranges, ports, names. */
const ALWAYS: readonly Law[] = [
  addressesAreUnique,
  addressesLieInTheirRanges,
  rangesDoNotOverlap,
  portsAreClaimedOnce,
  portsAgree,
  snatsAgree,
  marksAgree,
  namesDoNotCollide,
  backendsReachThemselves,
];

/** What is missing: judged where nothing that was said got lost, or one mistake would be told twice. */
const OF_A_WHOLE_PROGRAM: readonly Law[] = [
  doorsHaveBackendsOfTheirFamily,
  snatsHaveTheirFamily,
  rulesHaveAFamily,
  nodesCanBeRouted,
  gatewaysHaveARange,
];

/** What is only suspicious: looked for in a program without errors. */
const SUSPICIONS: readonly Law[] = [
  servicesHaveBackends,
  groupsAreUsed,
  podsKeepOffSpecialAddresses,
  doorsKeepOffHosts,
  nodesStayOutsidePodRanges,
  policyPortsAreServed,
  rulesCanMatch,
  rulesChangeSomething,
  rulesDoNotHangOnOrder,
  allowsAreNotHidden,
  sourceRangesCloseEveryDoor,
  sshStaysOpen,
  expectationsAreSaidOnce,
];

/** What the laws find in a cluster, `said` being what reading and binding it have already told. */
export function check(cluster: Cluster, said: readonly Diagnostic[]): readonly Diagnostic[] {
  const found = ALWAYS.flatMap((law) => law(cluster));
  if (!hasErrors(said)) found.push(...OF_A_WHOLE_PROGRAM.flatMap((law) => law(cluster)));
  if (!hasErrors(said) && !hasErrors(found)) found.push(...SUSPICIONS.flatMap((law) => law(cluster)));
  return found;
}
