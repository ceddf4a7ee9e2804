/** One thing asked after another: what the first leaves open is the next one's. */
import type { Early } from "../../packetset/combine.ts";
import { type Diagram, type Diagrams, isLeaf } from "../../packetset/diagram.ts";
import { apart, type Entry, isBelow } from "./apart.ts";
import { type Ends, LEFT, ON } from "./end.ts";
import { guarded, nested } from "./guard.ts";
import { canEnd, certain, followed, type Outcome, renamed, TRAITS } from "./outcome.ts";

export interface Order {
  after(first: Diagram<Outcome>, then: Diagram<Outcome>): Diagram<Outcome>;
  /** `end`: what becomes of a packet behind the last entry, that it goes on or that it left. */
  inOrder(entries: readonly Entry[], end: Diagram<Outcome>): Diagram<Outcome>;
}

export function createOrder(diagrams: Diagrams<Outcome>, ends: Ends): Order {
  const onIsLeft = (outcome: Outcome): Outcome => renamed(ends, outcome, ON, LEFT);
  const inSequence = (first: Outcome, then: Outcome): Outcome => followed(ends, first, then);
  const on = diagrams.leaf(certain(ON));

  /** What `first` decides it decides alone, and what it leaves alone `then` does. */
  const early: Early<Outcome> = (first, then) => {
    if (first === on) return then;
    if (then === on) return first;
    return isLeaf(first) && !canEnd(first.value, ON) ? first : null;
  };

  const after = (first: Diagram<Outcome>, then: Diagram<Outcome>): Diagram<Outcome> =>
    diagrams.join(first, then, inSequence, early);

  /** Those that one packet may meet by halves, so that a long list of rules is not walked again for each of them. */
  function together(entries: readonly Entry[], depth: number, end: Diagram<Outcome>): Diagram<Outcome> {
    const [one] = entries;
    if (one === undefined) return end;
    if (entries.length === 1) return alone(one, depth, end);
    const parted = apart(diagrams, entries, depth, end, {
      alone: (entry, below) => alone(entry, below, end),
      together: (some, below) => together(some, below, end),
    });
    if (parted !== null) return parted;
    const middle = entries.length >> 1;
    return after(together(entries.slice(0, middle), depth, on), together(entries.slice(middle), depth, end));
  }

  function alone(entry: Entry, depth: number, end: Diagram<Outcome>): Diagram<Outcome> {
    const { levels } = entry;
    const found = end === on ? entry.found : diagrams.map(entry.found, TRAITS.on, onIsLeft);
    return isBelow(entry)
      ? nested(diagrams, levels, found, end, depth)
      : guarded(diagrams, levels.slice(depth), found, end);
  }

  return { after, inOrder: (entries, end) => together(entries, 0, end) };
}
