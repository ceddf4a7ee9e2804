import { mergePrefixes } from "../../address/intervals.ts";
import type { Condition, Match, Pass } from "../plan.ts";
import { mapPackets } from "./map-packets.ts";

function merged(condition: Condition): Condition {
  switch (condition.kind) {
    case "source":
    case "destination":
      return condition.prefixes.length < 2 ? condition : { ...condition, prefixes: mergePrefixes(condition.prefixes) };
    case "asked":
      return condition.prefixes === null || condition.prefixes.length < 2
        ? condition
        : { ...condition, prefixes: mergePrefixes(condition.prefixes) };
    default:
      return condition;
  }
}

const mergedMatch = (match: Match): Match => match.map(merged);

/** A list of addresses becomes the fewest disjoint prefixes with the same addresses. */
export const mergePrefixLists: Pass = {
  name: "merge-prefixes",
  run: (plan) =>
    mapPackets(plan, {
      verdicts: (verdicts) => verdicts.map((verdict) => ({ ...verdict, match: mergedMatch(verdict.match) })),
      sources: (sources) => sources.map((source) => ({ ...source, match: mergedMatch(source.match) })),
    }),
};
