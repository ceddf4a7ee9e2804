import { mergePrefixes } from "../../address/intervals.ts";
import type { Condition, Pass } from "../plan.ts";
import { mapChanged, mapMatches } from "./map-packets.ts";

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

/** A list of addresses becomes the fewest disjoint prefixes with the same addresses. */
export const mergePrefixLists: Pass = {
  name: "merge-prefixes",
  run: (plan) => mapMatches(plan, (match) => mapChanged(match, merged)),
};
