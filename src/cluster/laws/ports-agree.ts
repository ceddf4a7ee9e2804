import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, Selector } from "../cluster.ts";

const agree = (source: Selector, destination: Selector): boolean =>
  source.protocol === null || destination.protocol === null || source.protocol === destination.protocol;

/** In a rule with ports on both sides some source and some destination have one protocol, or no packet can match it. */
export function portsAgree({ policy }: Cluster): readonly Diagnostic[] {
  return policy
    .filter(({ sources, destinations }) => sources.length > 0 && destinations.length > 0)
    .filter(({ sources, destinations }) => !sources.some((from) => destinations.some((to) => agree(from, to))))
    .map((rule) => {
      const from = rule.sources[0]!.protocol ?? "";
      const to = rule.destinations[0]!.protocol ?? "";
      return diagnose("protocol-mismatch", { from, to }, rule.origin);
    });
}
