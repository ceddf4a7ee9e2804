import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/source.ts";
import type { Cluster, Snat } from "../cluster.ts";
import { selectorKey } from "../groups.ts";
import { isIpv6Key, sourceKeys } from "./source-keys.ts";

interface Claim {
  readonly snat: Snat;
  /** What is done with the source: the address, and what is left to `masquerade`. */
  readonly effect: string;
  readonly origin: Origin;
}

function effectOf({ to, except }: Snat): string {
  return [to.text, ...except.map(selectorKey).sort()].join(" ");
}

/** Where two `snat` overlap the longer source prefix wins; equal ones agree on the address and its exceptions. */
export function snatsAgree(cluster: Cluster): readonly Diagnostic[] {
  const found = new Map<Snat, Diagnostic>();
  const claims = new Map<string, Claim>();
  for (const snat of cluster.snats) {
    const effect = effectOf(snat);
    for (const selector of snat.sources) {
      for (const key of sourceKeys(cluster, selector)) {
        if (!key.startsWith("node ") && isIpv6Key(key) !== (snat.to.family === 6)) continue;
        const byFamily = `${snat.to.family} ${key}`;
        const earlier = claims.get(byFamily);
        if (earlier === undefined) claims.set(byFamily, { snat, effect, origin: selector.origin });
        else if (earlier.effect !== effect && !found.has(snat)) {
          const params = { source: key, to: snat.to.text, earlier: earlier.snat.to.text };
          const notes = [{ message: "the first one is here", origin: earlier.origin }];
          found.set(snat, diagnose("conflicting-snat", params, selector.origin, { notes }));
        }
      }
    }
  }
  return [...found.values()];
}
