/** The policy of a cluster as layers of packets, first match first: made once, for all laws that ask which rules meet. */
import type { Prefix } from "../address/prefix.ts";
import { coverOf, type Region, regionsMeet } from "../packetset/cover.ts";
import type { PolicyRule } from "./cluster.ts";
import { oncePerCluster } from "./once.ts";
import { destinationSides, openedSides, sourceSides } from "./sides.ts";
import {
  boxesOf,
  DESTINATION,
  DESTINATION_PORT,
  PROTOCOL,
  READING,
  type SaidBox,
  SOURCE,
  type Space,
  spaceOf,
} from "./space.ts";

export interface Layer {
  readonly rule: PolicyRule;
  /** Everything that the rule matches; `null` where that are too many boxes to compute with. */
  readonly region: Region | null;
  /** What it says itself, without the backends that it opens. */
  readonly said: readonly SaidBox[];
}

export interface PolicySpace {
  readonly space: Space;
  readonly layers: readonly Layer[];
  /** Lowest and highest of four headers of each layer: most pairs of rules do not meet, and that must be cheap to see. */
  readonly bounds: Int32Array;
  /** By layer: the earlier ones that together match all that it matches. */
  readonly shadows: ReadonlyMap<number, readonly number[]>;
}

const BOUNDED = [SOURCE, DESTINATION, PROTOCOL, DESTINATION_PORT];
const STRIDE = 2 * BOUNDED.length;

/** What is left of a rule while earlier ones are taken from it may fall into so many pieces; then it counts as reachable. */
export const MOST_PIECES = 64;

/**
 * Comparing goes on for so many pairs of rules that meet, then no more is found: 10,000 rules are compared in full where
 * most are about different hosts, and a policy of rules that all meet costs a bounded time.
 */
export const MOST_PAIRS = 300_000;

const LOWEST = -(2 ** 31);
const HIGHEST = 2 ** 31 - 1;

/** Of a layer that is not computed the bounds are the widest, of one that is empty they hold nothing. */
function boundsOf(layers: readonly Layer[]): Int32Array {
  const bounds = new Int32Array(layers.length * STRIDE);
  layers.forEach(({ region }, at) => {
    BOUNDED.forEach((header, n) => {
      let first = region === null ? LOWEST : HIGHEST;
      let last = region === null ? HIGHEST : LOWEST;
      for (const box of region ?? []) {
        first = Math.min(first, box[header]![0]!);
        last = Math.max(last, box[header]!.at(-1)!);
      }
      bounds[at * STRIDE + 2 * n] = first;
      bounds[at * STRIDE + 2 * n + 1] = last;
    });
  });
  return bounds;
}

/** False where two layers cannot meet, by their bounds alone. */
export function mayMeet(bounds: Int32Array, a: number, b: number): boolean {
  const one = a * STRIDE;
  const other = b * STRIDE;
  for (let at = 0; at < STRIDE; at += 2) {
    if (bounds[one + at]! > bounds[other + at + 1]! || bounds[other + at]! > bounds[one + at + 1]!) return false;
  }
  return true;
}

/** Whether two layers meet; two without a computed region might. */
export function layersMeet({ layers, bounds }: Pick<PolicySpace, "layers" | "bounds">, a: number, b: number): boolean {
  if (!mayMeet(bounds, a, b)) return false;
  const one = layers[a]!.region;
  const other = layers[b]!.region;
  return one === null || other === null || regionsMeet(one, other);
}

function shadowsOf(known: Pick<PolicySpace, "layers" | "bounds">): ReadonlyMap<number, readonly number[]> {
  const { layers, bounds } = known;
  const found = new Map<number, readonly number[]>();
  let pairs = MOST_PAIRS;
  for (let at = 1; at < layers.length && pairs > 0; at += 1) {
    const { region } = layers[at]!;
    if (region === null || region.length === 0) continue;
    const meeting: number[] = [];
    for (let other = 0; other < at; other += 1) {
      if (mayMeet(bounds, at, other) && layers[other]!.region !== null && layersMeet(known, at, other))
        meeting.push(other);
    }
    pairs -= meeting.length;
    if (meeting.length === 0) continue;
    const cover = coverOf(
      region,
      meeting.map((other) => layers[other]!.region!),
      MOST_PIECES,
    );
    if (cover !== null)
      found.set(
        at,
        cover.map((index) => meeting[index]!),
      );
  }
  return found;
}

export const policySpaceOf = oncePerCluster((cluster): PolicySpace => {
  const sides = cluster.policy.map((rule) => ({
    rule,
    from: sourceSides(cluster, rule.sources),
    to: destinationSides(cluster, rule.destinations),
    opened: rule.verb === "allow" ? openedSides(cluster, rule.destinations) : [],
  }));
  const prefixes = new Set<Prefix>();
  for (const { from, to, opened } of sides) {
    for (const side of [...from, ...to, ...opened]) for (const prefix of side.prefixes ?? []) prefixes.add(prefix);
  }
  const space = spaceOf(cluster, [...prefixes]);
  const layers = sides.map(({ rule, from, to, opened }): Layer => {
    const boxes = boxesOf(space, from, [...to, ...opened]);
    if (boxes === null) return { rule, region: null, said: [] };
    return { rule, region: boxes.map(({ box }) => box), said: boxes.filter(({ box }) => box[READING]![0] === 0) };
  });
  const bounds = boundsOf(layers);
  return { space, layers, bounds, shadows: shadowsOf({ layers, bounds }) };
});
