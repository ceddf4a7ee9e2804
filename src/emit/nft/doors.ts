/** How doors are looked up: by what a client asks for, each group of doors for itself. */
import type { Family } from "../../address/address.ts";
import type { Clients, ServiceTranslation } from "../../plan/plan.ts";
import { doorProtocol } from "../protocol.ts";
import { ipFamily } from "./match.ts";
import type { NftField, NftRule, NftSet, NftTerm } from "./ruleset.ts";

/** Doors of one family that are looked up together: of addresses or of nodeports, for everybody or for clients from outside. */
export interface Group {
  readonly family: Family;
  readonly place: "address" | "nodeport";
  readonly clients: Clients;
  /** In the plan's canonical order. */
  readonly doors: readonly ServiceTranslation[];
}

/** Rules, and the sets that they look into. */
export interface Lookups {
  readonly rules: readonly NftRule[];
  readonly sets: readonly NftSet[];
}

/** What a door is asked by, behind its address. */
export type Shape =
  /** Protocol and port. */
  | "ports"
  /** Protocol and a range of ports. */
  | "ranges"
  | "protocols"
  | "addresses";

export const SHAPES: readonly Shape[] = ["ports", "ranges", "protocols", "addresses"];

export function shapeOf({ protocol, port }: ServiceTranslation): Shape {
  if (protocol === null) return "addresses";
  if (port === null) return "protocols";
  return port.first === port.last ? "ports" : "ranges";
}

const STEMS: Readonly<Record<Clients, Readonly<Record<Group["place"], string>>>> = {
  all: { address: "", nodeport: "node-" },
  outside: { address: "outside-", nodeport: "outside-node-" },
};

/** `what`, such as `ports`, of a group. */
export const setName = ({ family, place, clients }: Omit<Group, "doors">, what: string): string =>
  `netc-${STEMS[clients][place]}${what}-v${family}`;

export function keyOf({ family, place }: Omit<Group, "doors">, shape: Shape): readonly NftField[] {
  const key: NftField[] = [];
  if (place === "address") key.push({ kind: "address", family: ipFamily(family), field: "daddr" });
  if (shape !== "addresses") key.push({ kind: "l4proto" });
  if (shape === "ports" || shape === "ranges") key.push({ kind: "dport" });
  return key;
}

/** The terms of `keyOf` for a door, with its ports or one of them. */
export function termsOf(door: ServiceTranslation, at: number | null = null): readonly NftTerm[] {
  const { address, port } = door;
  const protocol = doorProtocol(door);
  const terms: NftTerm[] = [];
  if (address !== null) terms.push(address);
  if (protocol !== null) terms.push(protocol);
  if (port !== null) terms.push(at ?? (port.first === port.last ? port.first : port));
  return terms;
}

export const kindOf = (shape: Shape): NftSet["kind"] => (shape === "ranges" ? "interval" : "plain");

/** The doors of each shape that there is. */
export function byShape(
  doors: readonly ServiceTranslation[],
): readonly (readonly [Shape, readonly ServiceTranslation[]])[] {
  return SHAPES.map((shape) => [shape, doors.filter((door) => shapeOf(door) === shape)] as const).filter(
    ([, found]) => found.length > 0,
  );
}
