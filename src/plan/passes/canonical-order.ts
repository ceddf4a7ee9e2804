import { compareAddress } from "../../address/address.ts";
import { comparePrefix } from "../../address/prefix.ts";
import { compareDoors } from "../door-order.ts";
import type {
  Draining,
  NodePlan,
  NodeportAddresses,
  Pass,
  Route,
  ServiceTranslation,
  SourceTranslation,
} from "../plan.ts";
import { mapPackets } from "./map-packets.ts";
import { compareMatches, compareText } from "./match-key.ts";

type Door = Draining;
type Backend = Door["backends"][number];

const compareBackends = (a: Backend, b: Backend): number =>
  compareAddress(a.address, b.address) || (a.port?.first ?? 0) - (b.port?.first ?? 0);

/** Of one door what is for all stands before what is for outside. */
const compareServices = (a: ServiceTranslation, b: ServiceTranslation): number =>
  compareDoors(a, b) || compareText(a.clients, b.clients);

function orderedDoors<D extends Door>(doors: readonly D[], compare: (a: D, b: D) => number): readonly D[] {
  return doors
    .map((door) => (door.backends.length < 2 ? door : { ...door, backends: door.backends.toSorted(compareBackends) }))
    .sort(compare);
}

function orderedNodeports(where: NodeportAddresses): NodeportAddresses {
  if (where.kind === "named") return { ...where, prefixes: where.prefixes.toSorted(comparePrefix) };
  return where.within === null ? where : { ...where, within: where.within.toSorted(comparePrefix) };
}

const compareRoutes = (a: Route, b: Route): number =>
  comparePrefix(a.prefix, b.prefix) || compareText(a.device ?? "", b.device ?? "");

/** Of one stage only those of one action, so that their order decides nothing; what keeps the source stays first, what matches all goes last. */
function orderedSources(sources: readonly SourceTranslation[]): readonly SourceTranslation[] {
  const sorted = (part: readonly SourceTranslation[]) =>
    part.toSorted((a, b) => Number(isWhole(a)) - Number(isWhole(b)) || compareMatches(a.match, b.match));
  const isWhole = ({ match }: SourceTranslation) => match.length === 0;
  const isKeep = ({ action }: SourceTranslation) => action.kind === "keep";
  return [...sorted(sources.filter(isKeep)), ...sorted(sources.filter((source) => !isKeep(source)))];
}

/** The last pass: the order of statements shows in nothing but policy. */
export const canonicalOrder: Pass = {
  name: "canonical-order",
  run: (plan: NodePlan): NodePlan => {
    // Clients of services and `snat` stand in the order in which they win.
    const ordered = mapPackets(plan, {
      sources: (sources, { kind }) => (kind === "hairpin" || kind === "egress" ? orderedSources(sources) : sources),
    });
    return {
      ...ordered,
      links: plan.links.toSorted((a, b) => compareText(a.pod, b.pod)),
      routes: plan.routes.toSorted(compareRoutes),
      slices: plan.slices.toSorted((a, b) => comparePrefix(a.prefix, b.prefix)),
      sysctls: plan.sysctls.toSorted((a, b) => compareText(a.key, b.key)),
      packets: ordered.packets.map((packets) => ({
        ...packets,
        serviceRanges: packets.serviceRanges.toSorted(comparePrefix),
        inside: packets.inside.toSorted(comparePrefix),
        nodeports: orderedNodeports(packets.nodeports),
        services: orderedDoors(packets.services, compareServices),
        draining: orderedDoors(packets.draining, compareDoors),
      })),
    };
  },
};
