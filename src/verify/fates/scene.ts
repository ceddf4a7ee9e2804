/**
 * How what a client asked for, and where its packets go now, hang together. Untranslated connections have one destination. Those that a
 * service's door leads on have one of the ways that doors lead; of a door of every protocol the ports stay. What others translate may
 * lead from anywhere to anywhere.
 */
import type { Address } from "../../address/address.ts";
import type { PortRange } from "../../address/port.ts";
import type { Ranges } from "../../packetset/ranges.ts";
import type { AddressField, AddressRange, KeyPart, PortField, Term, Test } from "../program.ts";
import { createEnds, type Ends } from "./end.ts";
import {
  addressRange,
  addressRanges,
  deviceRanges,
  type Header,
  type Headers,
  levelOf,
  portRanges,
  protocolRanges,
  stateRanges,
  typeRanges,
} from "./headers.ts";
import type { Fixed, Flag } from "./hooks.ts";
import { type Placed, type WaysIndex, waysIndex, waysWithin } from "./ways-index.ts";

/** Of a door of every protocol `line` is null. */
export interface Way {
  readonly asked: Address;
  readonly now: Address;
  readonly line: { readonly protocol: number; readonly askedPort: number; readonly port: number } | null;
}

/** Ways are all of one kind: with a line, or all without. */
export type Scene =
  /** `isFull`: the lists of clients are, and have none of those that come. */
  | { readonly kind: "untranslated"; readonly isFull: boolean }
  | { readonly kind: "foreign" }
  | { readonly kind: "ways"; readonly ways: readonly Way[] };

/** Where a header is in the ranges; `true` and `false`: always and never. */
export type Constraint = { readonly level: number; readonly ranges: Ranges } | boolean;

export interface View {
  /** Of all views of the scene. */
  readonly ends: Ends;
  readonly headers: Headers;
  readonly scene: Scene;
  /** What a test other than of a list's members, of a draw or of who is remembered constrains; `null` for those. */
  constraintOf(test: Test): Constraint | null;
  /** Of a part that is no draw. */
  termConstraint(part: KeyPart, term: Term): Constraint;
}

/** The headers that stand for another in a scene. */
function standIn(scene: Scene, header: Header): Header {
  if (scene.kind === "foreign") return header;
  if (header === "asked-port") return "destination-port";
  return header === "asked" && scene.kind === "untranslated" ? "destination" : header;
}

function keeping<T>(make: (value: T) => Constraint): (value: T) => Constraint {
  const known = new Map<T, Constraint>();
  return (value) => {
    const found = known.get(value);
    if (found !== undefined) return found;
    const made = make(value);
    known.set(value, made);
    return made;
  };
}

/** A scene as each hook sees it; `fixed`: what the hook says of every packet. */
export function viewsOf(headers: Headers, scene: Scene): (fixed: Fixed) => View {
  const indexed = scene.kind === "ways" ? waysIndex(headers, scene.ways) : null;
  const ends = createEnds();
  return (fixed) => viewOf(headers, scene, indexed, ends, fixed);
}

function viewOf(headers: Headers, scene: Scene, indexed: WaysIndex | null, ends: Ends, fixed: Fixed): View {
  function on(header: Header, ranges: Ranges): Constraint {
    const isPlaced = header !== "source" && header !== "source-port" && header !== "icmp-type";
    const index = indexed === null || !isPlaced ? null : indexed(header as Placed);
    if (index !== null) return asConstraint("way", waysWithin(index, ranges));
    return asConstraint(standIn(scene, header), ranges);
  }

  const asConstraint = (header: Header, ranges: Ranges): Constraint =>
    ranges.length === 0 ? false : { level: levelOf(header), ranges };

  const onAddress = (of: AddressField, ranges: readonly AddressRange[], isNot: boolean): Constraint =>
    on(of, addressRanges(headers, ranges, isNot));
  const onPorts = (of: PortField, ranges: readonly PortRange[]): Constraint => on(of, portRanges(headers, ranges));
  const onProtocol = (numbers: readonly number[]): Constraint => on("protocol", protocolRanges(headers, numbers));
  // Services ask for the same few ports and protocols again and again.
  const ofPorts: Readonly<Record<PortField, (range: PortRange) => Constraint>> = {
    "source-port": keeping((range) => onPorts("source-port", [range])),
    "destination-port": keeping((range) => onPorts("destination-port", [range])),
    "asked-port": keeping((range) => onPorts("asked-port", [range])),
  };
  const ofProtocol = keeping((number: number) => onProtocol([number]));
  const isFlag = (header: Flag, is: boolean): Constraint =>
    fixed[header] === undefined ? { level: levelOf(header), ranges: is ? [1, 1] : [0, 0] } : fixed[header] === is;

  function constraintOf(test: Test): Constraint | null {
    switch (test.kind) {
      case "address":
        return onAddress(test.of, test.ranges, test.isNot);
      case "ports":
        return test.ranges.length === 1 ? ofPorts[test.of](test.ranges[0]!) : onPorts(test.of, test.ranges);
      case "protocol":
        return test.protocols.length === 1 ? ofProtocol(test.protocols[0]!) : onProtocol(test.protocols);
      case "icmp-type":
        return asConstraint("icmp-type", typeRanges(test.types));
      case "state":
        return asConstraint("state", stateRanges(test.states));
      case "translated":
        return (scene.kind === "untranslated") !== test.is;
      case "device":
        if (test.side === "in") return isFlag("in-loopback", true);
        return asConstraint("out-device", deviceRanges(headers, test.device));
      case "own":
        return isFlag(test.of === "source" ? "own-source" : "own-destination", test.is);
      case "share":
      case "remembered":
      case "member":
      case "limit":
        return null;
    }
  }

  function termConstraint(part: KeyPart, term: Term): Constraint {
    switch (part.kind) {
      case "address":
        return on(part.of, addressRange(headers, term as AddressRange));
      case "ports":
        return ofPorts[part.of](term as PortRange);
      case "protocol":
        return ofProtocol(term as number);
      case "number":
        return part.value === term;
      case "draw":
        return true;
    }
  }

  return { ends, headers, scene, constraintOf, termConstraint };
}
