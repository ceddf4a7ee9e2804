/** Where destination translation leads, as ends: one backend, or a door's draw among several. */
import type { Diagram, Diagrams } from "../../packetset/diagram.ts";
import type { Door, DoorAffinity, DoorBackend, Target } from "../program.ts";
import { type Effect, NO_EFFECTS } from "./effect.ts";
import { ACCEPT, type End, type Ends } from "./end.ts";
import { asked, certain, drawn, mixed, type Outcome } from "./outcome.ts";
import type { View } from "./scene.ts";

/** Where a target leads alike from every port that was asked; else `null`. */
export function plainEnd(ends: Ends, { address, ports, base }: Target): End | null {
  if (ports === null) return ends.to(address, "+0");
  return base === null && ports.first === ports.last ? ends.to(address, ports.first) : null;
}

/** The port of a range keeps its place in it; what asks for a port that the range does not hold gets any of its ports. */
export function towards(
  diagrams: Diagrams<Outcome>,
  view: View,
  to: Target,
  effects: readonly Effect[],
): Diagram<Outcome> {
  const { ends } = view;
  const plain = plainEnd(ends, to);
  if (plain !== null) return diagrams.leaf(certain(ends.after(effects, plain)));
  const { address, ports, base } = to;
  const leaf = (port: string): Diagram<Outcome> => diagrams.leaf(certain(ends.after(effects, ends.to(address, port))));
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

/** The client is remembered for the backend that it gets, drawn or not. */
const effectsAt = (affinity: DoorAffinity | null, at: number): readonly Effect[] =>
  affinity === null ? NO_EFFECTS : [{ kind: "remember", list: affinity.lists[at]!, seconds: affinity.seconds }];

export function throughDoor(diagrams: Diagrams<Outcome>, view: View, { backends, affinity }: Door): Diagram<Outcome> {
  if (backends.length === 0) return diagrams.leaf(NOWHERE);
  const leads = backends.map(({ to }, at) => towards(diagrams, view, to, effectsAt(affinity, at)));
  const whole = drawnAmong(diagrams, view, backends, affinity, leads);
  if (affinity === null) return whole;
  const { seconds, lists } = affinity;
  return leads.reduceRight(
    (rest, lead, at) => diagrams.join(lead, rest, (found, other) => asked(lists[at]!, seconds, found, other)),
    whole,
  );
}

function drawnAmong(
  diagrams: Diagrams<Outcome>,
  { ends }: View,
  backends: readonly DoorBackend[],
  affinity: DoorAffinity | null,
  leads: readonly Diagram<Outcome>[],
): Diagram<Outcome> {
  const plain = backends.map(({ to }) => plainEnd(ends, to));
  if (!plain.every((end) => end !== null)) return joined(diagrams, backends, leads);
  const all = affinity === null ? plain : plain.map((end, at) => ends.after(effectsAt(affinity, at), end));
  return diagrams.leaf(drawn(all, sharesOf(backends)));
}

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
