/** The policy of a cluster as layers of packets, first match first: made once, for all laws that ask which rules meet. */
import type { Prefix } from "../address/prefix.ts";
import { coverOf, type Region, regionsMeet } from "../packetset/cover.ts";
import type { Cluster, PolicyRule } from "./cluster.ts";
import { destinationSides, openedSides, type Side, sourceSides } from "./sides.ts";
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
export const MOST_PIECES = 400;

/**
 * Comparing goes on for so many pairs of rules that meet, then no more is found: 10,000 rules are compared in full where
 * most are about different hosts, and a policy of rules that all meet costs a bounded time.
 */
const MOST_PAIRS = 2_000_000;

function boundsOf(layers: readonly Layer[]): Int32Array {
  const bounds = new Int32Array(layers.length * STRIDE);
  layers.forEach(({ region }, at) => {
    BOUNDED.forEach((header, n) => {
      let first = Number.MAX_SAFE_INTEGER;
      let last = -1;
      for (const box of region ?? []) {
        first = Math.min(first, box[header]![0]!);
        last = Math.max(last, box[header]!.at(-1)!);
      }
      bounds[at * STRIDE + 2 * n] = Math.min(first, 2 ** 31 - 1);
      bounds[at * STRIDE + 2 * n + 1] = last;
    });
  });
  return bounds;
}

/** False where two layers cannot meet, by their bounds alone. */
function mayMeet(bounds: Int32Array, a: number, b: number): boolean {
  for (let at = 0; at < STRIDE; at += 2) {
    if (bounds[a * STRIDE + at]! > bounds[b * STRIDE + at + 1]!) return false;
    if (bounds[b * STRIDE + at]! > bounds[a * STRIDE + at + 1]!) return false;
  }
  return true;
}

/** Whether two layers meet; two without a computed region might. */
export function layersMeet({ layers, bounds }: Pick<PolicySpace, "layers" | "bounds">, a: number, b: number): boolean {
  const one = layers[a]!.region;
  const other = layers[b]!.region;
  if (one === null || other === null) return true;
  return mayMeet(bounds, a, b) && regionsMeet(one, other);
}

function shadowsOf(known: Pick<PolicySpace, "layers" | "bounds">): ReadonlyMap<number, readonly number[]> {
  const { layers } = known;
  const found = new Map<number, readonly number[]>();
  let pairs = MOST_PAIRS;
  for (let at = 1; at < layers.length && pairs > 0; at += 1) {
    const { region } = layers[at]!;
    if (region === null || region.length === 0) continue;
    const meeting: number[] = [];
    for (let other = 0; other < at; other += 1) {
      if (layers[other]!.region !== null && layersMeet(known, at, other)) meeting.push(other);
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

const known = new WeakMap<Cluster, PolicySpace>();

const prefixesIn = (sides: readonly Side[]): readonly Prefix[] => sides.flatMap(({ prefixes }) => prefixes ?? []);

export function policySpaceOf(cluster: Cluster): PolicySpace {
  const made = known.get(cluster);
  if (made !== undefined) return made;
  const sides = cluster.policy.map((rule) => ({
    rule,
    from: sourceSides(cluster, rule.sources),
    to: destinationSides(cluster, rule.destinations),
    opened: rule.verb === "allow" ? openedSides(cluster, rule.destinations) : [],
  }));
  const space = spaceOf(
    cluster,
    sides.flatMap(({ from, to, opened }) => [...prefixesIn(from), ...prefixesIn(to), ...prefixesIn(opened)]),
  );
  const layers = sides.map(({ rule, from, to, opened }): Layer => {
    const boxes = boxesOf(space, from, [...to, ...opened]);
    if (boxes === null) return { rule, region: null, said: [] };
    return { rule, region: boxes.map(({ box }) => box), said: boxes.filter(({ box }) => box[READING]![0] === 0) };
  });
  const bounds = boundsOf(layers);
  const policySpace = { space, layers, bounds, shadows: shadowsOf({ layers, bounds }) };
  known.set(cluster, policySpace);
  return policySpace;
}
