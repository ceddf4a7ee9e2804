import type { PolicyRule } from "../../cluster/cluster.ts";
import type { Condition, FilterHook, Verdict, VerdictAction } from "../plan.ts";
import { type PolicyContext, type Reading, readingsOf } from "./destinations.ts";
import { type Source, sourcesOf } from "./sources.ts";

/** `null` where the two sides have different protocols. */
export function matchOf(source: Source, reading: Reading): readonly Condition[] | null {
  const protocol = source.protocol ?? reading.protocol;
  if (source.protocol !== null && reading.protocol !== null && source.protocol !== reading.protocol) return null;
  const match: Condition[] = [];
  if (source.prefixes !== null) match.push({ kind: "source", prefixes: source.prefixes });
  if (reading.of === "now" && reading.prefixes !== null)
    match.push({ kind: "destination", prefixes: reading.prefixes });
  if (protocol !== null) match.push({ kind: "protocol", protocol });
  if (source.ports !== null) match.push({ kind: "source-port", ports: source.ports });
  if (reading.of === "now" && reading.ports !== null) match.push({ kind: "destination-port", ports: reading.ports });
  if (reading.behind != null) match.push({ kind: "destination", prefixes: reading.behind }, { kind: "translated" });
  if (reading.of === "asked") match.push({ kind: "asked", prefixes: reading.prefixes, ports: reading.ports });
  return match;
}

const ACTIONS: Readonly<Record<PolicyRule["verb"], VerdictAction>> = {
  allow: "next-stage",
  deny: "drop",
  reject: "reject",
};

/** The policy at one hook, first match first. */
export function planPolicy(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  return context.cluster.policy.flatMap((rule) => {
    const sources = sourcesOf(context, rule.sources, hook === "output" ? "sending" : "arriving");
    if (sources.length === 0) return [];
    const { log, statement, origin } = rule;
    return readingsOf(context, rule, hook).flatMap((reading) =>
      sources.flatMap((source) => {
        const match = matchOf(source, reading);
        return match === null ? [] : [{ match, action: ACTIONS[rule.verb], log, statement, origin }];
      }),
    );
  });
}
