/** Where destination translation leads, as ends: one backend, or a door's draw among several. */
import type { Diagram, Diagrams } from "../../packetset/diagram.ts";
import type { Door, Target } from "../program.ts";
import { ACCEPT, certain, type End, endOf, type Held, mixed, type Outcome, remembering, remembers } from "./outcome.ts";
import type { View } from "./scene.ts";

/** `port`: a port, how many ports behind the one that was asked for (`+0` keeps it), or what else becomes of it. */
const targetEnd = ({ address }: Target, port: string): End => `to ${address.text} port ${port}`;

/** Where a target leads alike from every port that was asked; else `null`. */
export function plainEnd(to: Target, lists: readonly string[]): End | null {
  const { ports, base } = to;
  if (ports === null) return remembers(targetEnd(to, "+0"), lists);
  return base === null && ports.first === ports.last ? remembers(targetEnd(to, String(ports.first)), lists) : null;
}

/** The port of a range keeps its place in it; what asks for a port that the range does not hold gets any of its ports. */
export function towards(
  diagrams: Diagrams<Outcome>,
  view: View,
  to: Target,
  lists: readonly string[],
): Diagram<Outcome> {
  const plain = plainEnd(to, lists);
  if (plain !== null) return diagrams.leaf(certain(plain));
  const { ports, base } = to;
  const leaf = (port: string): Diagram<Outcome> => diagrams.leaf(certain(remembers(targetEnd(to, port), lists)));
  if (ports === null) return leaf("+0");
  const first = base ?? ports.first;
  const range = { first, last: first + ports.last - ports.first };
  const constraint = view.constraintOf({ kind: "ports", of: "destination-port", ranges: [range] });
  const others = leaf(`any of ${ports.first}-${ports.last}`);
  if (typeof constraint !== "object" || constraint === null) return others;
  return diagrams.where(constraint.level, constraint.ranges, leaf(`+${ports.first - first}`), others);
}

/** Nothing is translated, for good. */
const NOWHERE = certain(ACCEPT);

export function throughDoor(diagrams: Diagrams<Outcome>, view: View, { backends, affinity }: Door): Diagram<Outcome> {
  const open = backends.filter(({ weight }) => weight > 0);
  if (open.length === 0) return diagrams.leaf(NOWHERE);
  const listsOf = (list: string): readonly string[] => (affinity === null ? [] : [list]);
  const total = open.reduce((sum, { weight }) => sum + weight, 0);
  const plain = open.map(({ to, list }) => plainEnd(to, listsOf(list)));
  if (plain.every((end) => end !== null)) {
    const held = affinity === null ? [] : open.map(({ list }, at) => heldBy(affinity, list, plain[at]!));
    const ends = drawnAmong(plain.map((end, at) => [end, open[at]!.weight / total]));
    return diagrams.leaf({ ends, held, notes: [] });
  }
  const leads = open.map(({ to, list }) => towards(diagrams, view, to, listsOf(list)));
  const whole = joined(
    diagrams,
    leads,
    open.map(({ weight }) => weight),
  );
  if (affinity === null) return whole;
  return open.reduceRight<Diagram<Outcome>>(
    (rest, { list }, at) =>
      diagrams.join(leads[at]!, rest, (found, other) => remembering(heldBy(affinity, list, endOf(found)), other)),
    whole,
  );
}

const heldBy = ({ seconds }: NonNullable<Door["affinity"]>, list: string, end: End): Held => ({
  list,
  seconds,
  end,
  share: 1,
});

function drawnAmong(parts: readonly (readonly [End, number])[]): ReadonlyMap<End, number> {
  const ends = new Map<End, number>();
  for (const [end, share] of parts) ends.set(end, (ends.get(end) ?? 0) + share);
  return ends;
}

/** Ranges of ports part each backend's diagram in its own way. */
function joined(
  diagrams: Diagrams<Outcome>,
  leads: readonly Diagram<Outcome>[],
  weights: readonly number[],
): Diagram<Outcome> {
  let sum = weights[0]!;
  return leads.slice(1).reduce((whole, one, at) => {
    const weight = weights[at + 1]!;
    sum += weight;
    const share = weight / sum;
    return diagrams.join(one, whole, (a, b) => mixed(share, a, b));
  }, leads[0]!);
}
