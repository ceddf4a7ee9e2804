import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { type Region, regionsMeet } from "../../packetset/cover.ts";
import type { Cluster, Mark, Selector } from "../cluster.ts";
import { destinationSides, type Side, sourceSides } from "../sides.ts";
import { boxesOf, type Space, spaceOf } from "../space.ts";
import { sourceKeys } from "./source-keys.ts";

interface Claim {
  readonly mark: Mark;
  readonly selector: Selector;
  readonly region: Region;
}

/** Comparing ends after so many pairs of marks for one source each. */
const MOST_PAIRS = 1_000_000;

const prefixesIn = (sides: readonly Side[]) => sides.flatMap(({ prefixes }) => prefixes ?? []);

function claimsOf(cluster: Cluster, space: Space, claims: Map<string, Claim[]>, mark: Mark): void {
  const to = destinationSides(cluster, mark.destinations);
  for (const selector of mark.sources) {
    const region = boxesOf(space, sourceSides(cluster, [selector]), to)?.map(({ box }) => box) ?? [];
    for (const key of sourceKeys(cluster, selector)) {
      const claim = { mark, selector, region };
      const known = claims.get(key);
      if (known === undefined) claims.set(key, [claim]);
      else known.push(claim);
    }
  }
}

const differ = (a: Mark, b: Mark): boolean => a !== b && (a.value !== b.value || a.mask !== b.mask);

/** Where two `mark` overlap the longer source prefix wins; equal ones that meet set the same mark. */
export function marksAgree(cluster: Cluster): readonly Diagnostic[] {
  const { marks } = cluster;
  if (marks.length < 2) return [];
  const space = spaceOf(
    cluster,
    marks.flatMap(({ sources, destinations }) => [
      ...prefixesIn(sourceSides(cluster, sources)),
      ...prefixesIn(destinationSides(cluster, destinations)),
    ]),
  );
  const claims = new Map<string, Claim[]>();
  for (const mark of marks) claimsOf(cluster, space, claims, mark);
  const found = new Map<Mark, Diagnostic>();
  let pairs = MOST_PAIRS;
  for (const [key, same] of claims) {
    for (let at = 1; at < same.length && pairs > 0; at += 1) {
      const claim = same[at]!;
      if (found.has(claim.mark)) continue;
      pairs -= at;
      const earlier = same.find(
        (other, index) => index < at && differ(claim.mark, other.mark) && regionsMeet(claim.region, other.region),
      );
      if (earlier === undefined) continue;
      const params = { source: key, mark: claim.mark.statement, earlier: earlier.mark.statement };
      const notes = [{ message: "the first one is here", origin: earlier.selector.origin }];
      found.set(claim.mark, diagnose("conflicting-mark", params, claim.selector.origin, { notes }));
    }
  }
  return [...found.values()];
}
