/**
 * Connections of one kind: how what a client asked for, and where its packets go now, hang together. Untranslated connections have one
 * destination, which a reply has as its source; an ICMP error is about a connection that asked for anything. Those that a service's door
 * leads on have one of the ways that doors lead; of a door of every protocol the ports stay. What others translate may lead from anywhere to
 * anywhere. What has no connection asked for nothing.
 */
import type { Address } from "../../address/address.ts";
import type { PortRange } from "../../address/port.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { Ranges } from "../../packetset/ranges.ts";
import {
  type AddressField,
  type AddressRange,
  type ConntrackState,
  type KeyPart,
  type PortField,
  type Term,
  type Test,
  TRACKED,
} from "../program.ts";
import { protocolNumber } from "../protocols.ts";
import { type Arrival, type Departure, LOOPBACK, placesWhere } from "./arrivals.ts";
import type { Ends } from "./end.ts";
import {
  addressRange,
  addressRanges,
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
  /** Back to who began an untranslated connection. */
  | { readonly kind: "untranslated-reply" }
  /** An ICMP error about an untranslated connection, from whoever. */
  | { readonly kind: "untranslated-error" }
  | { readonly kind: "foreign" }
  | { readonly kind: "ways"; readonly ways: readonly Way[] }
  | { readonly kind: "no-connection" };

const STATES: Readonly<Record<Scene["kind"], readonly ConntrackState[]>> = {
  untranslated: TRACKED,
  "untranslated-reply": ["established", "related"],
  "untranslated-error": ["related"],
  foreign: TRACKED,
  ways: TRACKED,
  "no-connection": ["invalid", "untracked"],
};

/** The conntrack states that its packets may have, in the order of the level's values. */
export const statesOf = ({ kind }: Scene): readonly ConntrackState[] => STATES[kind];

const isTranslated = ({ kind }: Scene): boolean => kind === "foreign" || kind === "ways";

/** Where a header is in the ranges; `true` and `false`: always and never. */
export type Constraint = { readonly level: number; readonly ranges: Ranges } | boolean;

export interface View {
  /** Of all views of one proof. */
  readonly ends: Ends;
  readonly headers: Headers;
  readonly scene: Scene;
  /** What a test other than of a list's members, of a draw or of who is remembered constrains; `null` for those. */
  constraintOf(test: Test): Constraint | null;
  /** Of a part that is no draw. */
  termConstraint(part: KeyPart, term: Term): Constraint;
}

const holds = (ranges: Ranges, place: number): boolean => {
  for (let at = 0; at < ranges.length; at += 2) if (ranges[at]! <= place && place <= ranges[at + 1]!) return true;
  return false;
};

/** The header that stands for another in a scene; `null`: there is none. */
function standIn({ kind }: Scene, header: Header): Header | null {
  if (header !== "asked" && header !== "asked-port") return header;
  switch (kind) {
    case "foreign":
      return header;
    case "untranslated":
      return header === "asked" ? "destination" : "destination-port";
    case "untranslated-reply":
      return header === "asked" ? "source" : "source-port";
    case "untranslated-error":
      // A test of ports stands beside a protocol that has some, which ICMP is not.
      return header === "asked" ? "asked" : null;
    case "ways":
      return header === "asked" ? "asked" : "destination-port";
    case "no-connection":
      return null;
    default:
      return unreachable(kind);
  }
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

export interface Views {
  readonly ends: Ends;
  /** `fixed`: what the hook says of every packet. */
  at(fixed: Fixed): View;
}

/** A scene as each hook sees it. */
export function viewsOf(headers: Headers, scene: Scene, ends: Ends): Views {
  const indexed = scene.kind === "ways" ? waysIndex(headers, scene.ways) : null;
  return { ends, at: (fixed) => viewOf(headers, scene, indexed, ends, fixed) };
}

function viewOf(headers: Headers, scene: Scene, indexed: WaysIndex | null, ends: Ends, fixed: Fixed): View {
  const states = statesOf(scene);
  const error =
    scene.kind === "untranslated-error" ? headers.protocols.indexOf(protocolNumber("icmp", headers.family)) : -1;

  function on(header: Header, ranges: Ranges): Constraint {
    if (error !== -1 && header === "protocol") return holds(ranges, error);
    const isPlaced = header !== "source" && header !== "source-port" && header !== "icmp-type";
    const index = indexed === null || !isPlaced ? null : indexed(header as Placed);
    if (index !== null) return asConstraint("way", waysWithin(index, ranges));
    const stand = standIn(scene, header);
    return stand === null ? false : asConstraint(stand, ranges);
  }

  const asConstraint = (header: Header, ranges: Ranges): Constraint =>
    ranges.length === 0 ? false : { level: levelOf(header), ranges };

  function ofStates(said: readonly ConntrackState[]): Constraint {
    // What no packet has there is asked as a first packet is.
    const asked: readonly ConntrackState[] =
      fixed.isOfFirstPackets !== true
        ? said
        : [
            ...said.filter((state) => state !== "established"),
            ...(said.includes("new") ? (["established"] as const) : []),
          ];
    const ranges = stateRanges(states, asked);
    return ranges.length === 2 && ranges[0] === 0 && ranges[1] === states.length - 1
      ? true
      : asConstraint("state", ranges);
  }

  /** A packet that came by no device has no group of one either, and no way back: whatever is asked of it, nothing holds. */
  function arrives(is: (arrival: Arrival) => boolean): Constraint {
    if (fixed.arrivesBy === "none") return false;
    const isPossible = ({ device }: Arrival): boolean => fixed.arrivesBy !== "not loopback" || device !== LOOPBACK;
    return asConstraint(
      "arrival",
      placesWhere(headers.arrivals, (arrival) => isPossible(arrival) && is(arrival)),
    );
  }

  const leaves = (is: (departure: Departure) => boolean): Constraint =>
    fixed.leavesBy === "none" ? false : asConstraint("departure", placesWhere(headers.departures, is));

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
  const isFlag = (header: Flag, is: boolean): Constraint => ({ level: levelOf(header), ranges: is ? [1, 1] : [0, 0] });

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
        return ofStates(test.states);
      case "translated":
        return isTranslated(scene) === test.is;
      case "device":
        return (test.side === "in" ? arrives : leaves)(({ device }) => device === test.device);
      case "group":
        return (test.side === "in" ? arrives : leaves)(({ group }) => (group === test.group) === test.is);
      case "way-back":
        return arrives(({ isWayBack }) => isWayBack === test.is);
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
