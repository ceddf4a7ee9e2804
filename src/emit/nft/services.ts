/**
 * A service is found by one lookup, whatever their number: all that draw among as many backends share a map from what was asked, and
 * what was drawn, to the backend. One more service is as many more elements as it has backends, and changes nothing else.
 */
import type { Address, Family } from "../../address/address.ts";
import { Bug } from "../../diagnostics/bug.ts";
import type { ServiceTranslation as Door, TranslationBackend } from "../../plan/plan.ts";
import { ipFamily } from "./match.ts";
import type { NftElement, NftField, NftRule, NftSet, NftTerm } from "./ruleset.ts";
import { roomFor } from "./size.ts";

interface ServiceTranslation extends Door {
  readonly address: Address;
}

/** How services are asked for; of each a map for each length of the ring. */
type Shape =
  /** By address, protocol and port; leads to an address and a port. */
  | "ports"
  /** By address, protocol and a range of ports; leads to an address, and the port stays. */
  | "ranges"
  /** By address and protocol, or by address alone; leads to an address. */
  | "protocols"
  | "addresses";

const SHAPES: readonly Shape[] = ["ports", "ranges", "protocols", "addresses"];

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));

/** The backends as a ring of equal slots, of which each has as many as its weight says. */
export function ringOf(backends: readonly TranslationBackend[]): readonly TranslationBackend[] {
  const common = backends.reduce((found, { weight }) => divisor(found, weight), 0);
  if (common < 1) throw new Bug("a draw among no backends");
  if (backends.every(({ weight }) => weight === common)) return backends;
  return backends.flatMap((backend) => Array.from({ length: backend.weight / common }, () => backend));
}

/** Whether the backend listens on another port than the one that is asked for. */
const isShifted = ({ port }: ServiceTranslation, backend: TranslationBackend): boolean =>
  port !== null && backend.port !== null && backend.port.first !== port.first;

function shapeOf(service: ServiceTranslation): Shape {
  const { protocol, port, backends } = service;
  if (protocol === null) return "addresses";
  if (port === null) return "protocols";
  return port.first === port.last || backends.some((backend) => isShifted(service, backend)) ? "ports" : "ranges";
}

/** A service's elements: a slot of the ring each; where ports are shifted, for each port of the range, so that it keeps its place. */
function elementsOf(
  service: ServiceTranslation,
  shape: Shape,
  ring: readonly TranslationBackend[],
): readonly NftElement[] {
  const { address, protocol, port, statement } = service;
  const drawn = (slot: number): readonly NftTerm[] => (ring.length === 1 ? [] : [slot]);
  if (shape !== "ports") {
    const asked = [address, ...(protocol === null ? [] : [protocol]), ...(port === null ? [] : [port])];
    return ring.map((backend, slot) => ({ key: [...asked, ...drawn(slot)], value: [backend.address], statement }));
  }
  if (protocol === null || port === null) throw new Bug("ports of no protocol");
  const elements: NftElement[] = [];
  for (let at = port.first; at <= port.last; at += 1) {
    ring.forEach((backend, slot) => {
      const to = at + (backend.port === null ? 0 : backend.port.first - port.first);
      elements.push({ key: [address, protocol, at, ...drawn(slot)], value: [backend.address, to], statement });
    });
  }
  return elements;
}

function keyOf(shape: Shape, family: Family, length: number): readonly NftField[] {
  const key: NftField[] = [{ kind: "address", family: ipFamily(family), field: "daddr" }];
  if (shape !== "addresses") key.push({ kind: "l4proto" });
  if (shape === "ports" || shape === "ranges") key.push({ kind: "dport" });
  if (length > 1) key.push({ kind: "draw", of: length });
  return key;
}

function setOf(shape: Shape, family: Family, length: number, elements: readonly NftElement[]): NftSet {
  const address: NftField = { kind: "address", family: ipFamily(family), field: "daddr" };
  return {
    name: `netc-${shape}-v${family}-of-${length}`,
    key: keyOf(shape, family, length),
    value: shape === "ports" ? [address, { kind: "dport" }] : [address],
    hasRanges: shape === "ranges",
    size: roomFor(elements.length),
    elements,
  };
}

/** The maps of one family's services, which come in the plan's canonical order. */
export function serviceMaps(doors: readonly Door[], family: Family): readonly NftSet[] {
  const services = doors.filter((door): door is ServiceTranslation => door.address !== null && door.clients === "all");
  const found = new Map<Shape, Map<number, NftElement[]>>(SHAPES.map((shape) => [shape, new Map()]));
  for (const service of services) {
    const shape = shapeOf(service);
    const ring = ringOf(service.backends);
    const lengths = found.get(shape)!;
    const elements = lengths.get(ring.length) ?? [];
    lengths.set(ring.length, elements);
    for (const element of elementsOf(service, shape, ring)) elements.push(element);
  }
  return [...found].flatMap(([shape, lengths]) =>
    [...lengths].sort(([a], [b]) => a - b).map(([length, elements]) => setOf(shape, family, length, elements)),
  );
}

/** What a map of services is asked with; what is in none stays as it is. */
export function mapRule({ name, key }: NftSet, family: Family): NftRule {
  return { matches: [], actions: [{ kind: "dnat", family: ipFamily(family), key, map: name }], comment: null };
}
