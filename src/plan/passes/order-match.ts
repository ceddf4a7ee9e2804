import type { Condition, Match, Pass } from "../plan.ts";
import { mapMatches } from "./map-packets.ts";

const ORDER: readonly Condition["kind"][] = [
  "loopback",
  "pod-device",
  "leaves-by",
  "source",
  "own-source",
  "destination",
  "protocol",
  "icmp-types",
  "source-port",
  "destination-port",
  "state",
  "translated",
  "asked",
  "astray",
];

const rank = (condition: Condition): number => ORDER.indexOf(condition.kind);

function ordered(match: Match): Match {
  const isOrdered = match.every((condition, at) => at === 0 || rank(match[at - 1]!) < rank(condition));
  return isOrdered ? match : match.toSorted((a, b) => rank(a) - rank(b));
}

/** The conditions of a match in one order, so that two that say the same look the same. */
export const orderMatch: Pass = {
  name: "order-match",
  run: (plan) => mapMatches(plan, ordered),
};
