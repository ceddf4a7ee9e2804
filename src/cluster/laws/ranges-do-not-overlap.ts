import { comparePrefix, overlaps, type Prefix } from "../../address/prefix.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/source.ts";
import type { Cluster, SaidPrefix } from "../cluster.ts";

interface Range {
  readonly prefix: Prefix;
  readonly owner: string;
  readonly origin: Origin;
}

/** Pairs of neighbours that overlap: enough, since prefixes nest or are disjoint and the widest so far is kept. */
function clashes(ranges: readonly Range[]): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  let widest: Range | null = null;
  for (const range of ranges.toSorted((a, b) => comparePrefix(a.prefix, b.prefix))) {
    if (widest !== null && overlaps(widest.prefix, range.prefix)) {
      const params = {
        range: range.prefix.text,
        owner: range.owner,
        other: widest.prefix.text,
        otherOwner: widest.owner,
      };
      const notes = [{ message: `${widest.prefix.text} is here`, origin: widest.origin }];
      found.push(diagnose("overlapping-ranges", params, range.origin, { notes }));
    } else widest = range;
  }
  return found;
}

const rangesOf = (prefixes: readonly SaidPrefix[], owner: string): readonly Range[] =>
  prefixes.map((prefix) => ({ prefix, owner, origin: prefix.origin }));

/** The pod ranges of two nodes do not overlap, nor do the cluster's `pods` and `services`; nodes' ranges are its `pods` where it declares none. */
export function rangesDoNotOverlap({ settings, nodes }: Cluster): readonly Diagnostic[] {
  const services = rangesOf(settings.services, "cluster services");
  const slices = nodes.flatMap((node) => rangesOf(node.pods, node.statement));
  const found = [...clashes(slices), ...clashes([...rangesOf(settings.declaredPods, "cluster pods"), ...services])];
  if (settings.declaredPods.length > 0) return found;
  return [...found, ...slices.flatMap((slice) => clashes([slice, ...services]).slice(0, 1))];
}
