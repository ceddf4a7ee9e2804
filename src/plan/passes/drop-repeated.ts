import type { Match, Pass } from "../plan.ts";
import { mapPackets } from "./map-packets.ts";
import { matchKey } from "./match-key.ts";

/** What follows an equal match of its own stage is never reached: the first match wins. So is everything behind a match of every packet. */
function firsts<T extends { readonly match: Match }>(facts: readonly T[]): readonly T[] {
  const seen = new Set<string>();
  const kept: T[] = [];
  for (const fact of facts) {
    const key = matchKey(fact.match);
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(fact);
    if (fact.match.length === 0) break;
  }
  return kept;
}

export const dropRepeated: Pass = {
  name: "drop-repeated",
  // A hairpin is one pair of addresses a pod, so that none can repeat another.
  run: (plan) =>
    mapPackets(plan, {
      verdicts: firsts,
      sources: (sources, stage) => (stage.kind === "hairpin" ? sources : firsts(sources)),
      marks: firsts,
    }),
};
