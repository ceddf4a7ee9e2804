/** Where destination translation leads, as ends: one backend, or a door's draw among several. */
import type { Diagram, Diagrams } from "../../packetset/diagram.ts";
import type { Door, DoorAffinity, DoorBackend, Target } from "../program.ts";
import { ACCEPT, type End, type Ends } from "./end.ts";
import { certain, drawn, endOf, type Held, mixed, type Outcome, remembering } from "./outcome.ts";
import type { View } from "./scene.ts";

/** Where a target leads alike from every port that was asked; else `null`. */
export function plainEnd(ends: Ends, { address, ports, base }: Target, lists: readonly string[]): End | null {
  if (ports === null) return ends.to(address, "+0", lists);
  return base === null && ports.first === ports.last ? ends.to(address, ports.first, lists) : null;
}

/** The port of a range keeps its place in it; what asks for a port that the range does not hold gets any of its ports. */
export function towards(
  diagrams: Diagrams<Outcome>,
  view: View,
  to: Target,
  lists: readonly string[],
): Diagram<Outcome> {
  const plain = plainEnd(view.ends, to, lists);
  if (plain !== null) return diagrams.leaf(certain(plain));
  const { address, ports, base } = to;
  const leaf = (port: string): Diagram<Outcome> => diagrams.leaf(certain(view.ends.to(address, port, lists)));
  if (ports === null) return leaf("+0");
  const first = base ?? ports.first;
  const range = { first, last: first + ports.last - ports.first };
  const constraint = view.constraintOf({ kind: "ports", of: "destination-port", ranges: [range] });
  const others = leaf(`any of ${ports.first}-${ports.last}`);
  if (typeof constraint !== "object" || constraint === null) return others;
  return diagrams.where(constraint.level, constraint.ranges, leaf(`+${ports.first - first}`), others);
}

const NO_LISTS: readonly string[] = [];

/** Nothing is translated, for good. */
const NOWHERE = certain(ACCEPT);

export function throughDoor(diagrams: Diagrams<Outcome>, view: View, { backends, affinity }: Door): Diagram<Outcome> {
  if (backends.length === 0) return diagrams.leaf(NOWHERE);
  const listsOf = (at: number): readonly string[] => (affinity === null ? NO_LISTS : [affinity.lists[at]!]);
  const plain = backends.map(({ to }, at) => plainEnd(view.ends, to, listsOf(at)));
  if (plain.every((end) => end !== null)) {
    const held = affinity === null ? [] : plain.map((end, at) => heldBy(affinity, at, end));
    return diagrams.leaf(drawn(plain, sharesOf(backends), held));
  }
  const leads = backends.map(({ to }, at) => towards(diagrams, view, to, listsOf(at)));
  const whole = joined(diagrams, backends, leads);
  if (affinity === null) return whole;
  return leads.reduceRight(
    (rest, lead, at) =>
      diagrams.join(lead, rest, (found, other) => remembering(heldBy(affinity, at, endOf(found)), other)),
    whole,
  );
}

const heldBy = ({ seconds, lists }: DoorAffinity, at: number, end: End): Held => ({
  list: lists[at]!,
  seconds,
  end,
  share: 1,
});

function sharesOf(backends: readonly DoorBackend[]): number[] {
  let total = 0;
  for (const { weight } of backends) total += weight;
  return backends.map(({ weight }) => weight / total);
}

/** Ranges of ports part each backend's diagram in its own way. */
function joined(
  diagrams: Diagrams<Outcome>,
  backends: readonly DoorBackend[],
  leads: readonly Diagram<Outcome>[],
): Diagram<Outcome> {
  let sum = 0;
  return backends.reduce((whole, { weight }, at) => {
    sum += weight;
    const share = weight / sum;
    return at === 0 ? whole : diagrams.join(leads[at]!, whole, (a, b) => mixed(share, a, b));
  }, leads[0]!);
}
