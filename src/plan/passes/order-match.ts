import type { Condition, Match, Pass } from "../plan.ts";
import { mapPackets } from "./map-packets.ts";

const ORDER: readonly Condition["kind"][] = [
  "loopback",
  "source",
  "destination",
  "protocol",
  "source-port",
  "destination-port",
  "state",
  "translated",
  "asked",
];

const ordered = (match: Match): Match => match.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));

/** The conditions of a match in one order, so that two that say the same look the same. */
export const orderMatch: Pass = {
  name: "order-match",
  run: (plan) =>
    mapPackets(plan, {
      verdicts: (verdicts) => verdicts.map((verdict) => ({ ...verdict, match: ordered(verdict.match) })),
      sources: (sources) => sources.map((source) => ({ ...source, match: ordered(source.match) })),
    }),
};
