/**
 * A door is found by one lookup, whatever their number: all that draw among as many backends share a map from what was asked, and what
 * was drawn, to the backend. One more door is as many more elements as it has backends, and changes nothing else.
 */
import { Bug } from "../../diagnostics/bug.ts";
import type { ServiceTranslation, TranslationBackend } from "../../plan/plan.ts";
import { isMoved } from "../backend.ts";
import {
  byShape,
  type Group,
  keyOf,
  kindOf,
  type Lookups,
  SHAPES,
  type Shape,
  setName,
  shapeOf,
  termsOf,
} from "./doors.ts";
import { ipFamily } from "./match.ts";
import type { NftElement, NftField, NftRule, NftSet, NftTerm } from "./ruleset.ts";
import { roomFor } from "./size.ts";

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** The backends as a ring of equal slots, of which each has as many as its weight says. */
export function ringOf(backends: readonly TranslationBackend[]): readonly TranslationBackend[] {
  const common = backends.reduce((found, { weight }) => divisor(found, weight), 0);
  if (common < 1) throw new Bug("a draw among no backends");
  if (backends.every(({ weight }) => weight === common)) return backends;
  return backends.flatMap((backend) => Array.from({ length: backend.weight / common }, () => backend));
}

/** A range is `ranges` only where every port stays: a shifted one is an element for each port. */
function ringShape(door: ServiceTranslation): Shape {
  const shape = shapeOf(door);
  return shape === "ranges" && door.backends.some((backend) => isMoved(door.port, backend)) ? "ports" : shape;
}

/** A door's elements: a slot of the ring each; where ports are shifted, for each port of the range, so that it keeps its place. */
function elementsOf(
  door: ServiceTranslation,
  shape: Shape,
  ring: readonly TranslationBackend[],
): readonly NftElement[] {
  const { port, statement } = door;
  const drawn = (terms: readonly NftTerm[], slot: number) => (ring.length === 1 ? terms : [...terms, slot]);
  if (shape !== "ports") {
    const terms = termsOf(door);
    return ring.map((backend, slot) => ({ key: drawn(terms, slot), value: [backend.address], statement }));
  }
  if (port === null) throw new Bug("ports of no protocol");
  const elements: NftElement[] = [];
  for (let at = port.first; at <= port.last; at += 1) {
    const terms = termsOf(door, at);
    ring.forEach((backend, slot) => {
      const to = at + (backend.port === null ? 0 : backend.port.first - port.first);
      elements.push({ key: drawn(terms, slot), value: [backend.address, to], statement });
    });
  }
  return elements;
}

function setOf(group: Group, shape: Shape, length: number, elements: readonly NftElement[]): NftSet {
  const address: NftField = { kind: "address", family: ipFamily(group.family), field: "daddr" };
  const key = keyOf(group, shape);
  return {
    name: `${setName(group, shape)}-of-${length}`,
    key: length > 1 ? [...key, { kind: "draw", of: length }] : key,
    value: shape === "ports" ? [address, { kind: "dport" }] : [address],
    kind: kindOf(shape),
    size: roomFor(elements.length),
    elements,
  };
}

/** The maps of a group's doors, and what asks them; what is in none stays as it is. */
export function ringLookups(group: Group): Lookups {
  const found = new Map<Shape, Map<number, NftElement[]>>(SHAPES.map((shape) => [shape, new Map()]));
  for (const door of group.doors) {
    if (door.backends.length === 0) continue;
    const shape = ringShape(door);
    const ring = ringOf(door.backends);
    const lengths = found.get(shape)!;
    const elements = lengths.get(ring.length) ?? [];
    lengths.set(ring.length, elements);
    for (const element of elementsOf(door, shape, ring)) elements.push(element);
  }
  const sets = [...found].flatMap(([shape, lengths]) =>
    [...lengths].sort(([a], [b]) => a - b).map(([length, elements]) => setOf(group, shape, length, elements)),
  );
  const rules = sets.map(({ name, key }): NftRule => {
    return { matches: [], actions: [{ kind: "dnat", family: ipFamily(group.family), key, map: name }], comment: null };
  });
  return { rules, sets };
}

/** Doors that lead nowhere: their connections are left alone, and no later door is asked. */
export function closedLookups(group: Group): Lookups {
  const sets = byShape(group.doors.filter(({ backends }) => backends.length === 0)).map(
    ([shape, doors]): NftSet => ({
      name: setName(group, `closed-${shape}`),
      key: keyOf(group, shape),
      value: [],
      kind: kindOf(shape),
      size: roomFor(doors.length),
      elements: doors.map((door) => ({ key: termsOf(door), value: [], statement: door.statement })),
    }),
  );
  const rules = sets.map(
    ({ name, key }): NftRule => ({
      matches: [{ kind: "member", key, set: name }],
      actions: [{ kind: "accept" }],
      comment: null,
    }),
  );
  return { rules, sets };
}
