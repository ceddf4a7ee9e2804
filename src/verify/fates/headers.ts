/** The headers that rules ask, each on a level of its own, and their values as the stretches that some programs part them into. */
import { unreachable } from "../../diagnostics/bug.ts";
import { type Axis, placesOf, stretchesOf } from "../../packetset/axis.ts";
import { type Ranges, rangesOf, subtractRanges } from "../../packetset/ranges.ts";
import type { AddressRange, ConntrackState } from "../program.ts";
import type { Arrival, Departure } from "./arrivals.ts";

/** In the order in which diagrams ask them. A way is what was asked and where it leads, as one: see scene.ts. */
export const LEVELS = [
  "state",
  "arrival",
  "departure",
  "own-source",
  "own-destination",
  "source",
  "way",
  "destination",
  "protocol",
  "destination-port",
  "asked",
  "asked-port",
  "source-port",
  "icmp-type",
] as const;
export type Header = (typeof LEVELS)[number];
const PLACES = new Map(LEVELS.map((header, at) => [header, at]));
export const levelOf = (header: Header): number => PLACES.get(header)!;

export interface Headers {
  readonly family: 4 | 6;
  readonly addresses: Axis;
  /** Where lists of addresses that a test holds lie on their axis: every scene asks them again. */
  readonly placed: Map<readonly AddressRange[], Ranges>;
  readonly ports: Axis;
  /** By place; the last place is every other one. */
  readonly protocols: readonly number[];
  /** How packets come, and how they leave. */
  readonly arrivals: readonly Arrival[];
  readonly departures: readonly Departure[];
}

/** The highest value of each level; `states`: of the scene; `ways`: how many there are. */
export function highestOf(
  { addresses, ports, protocols, arrivals, departures }: Headers,
  states: readonly ConntrackState[],
  ways: number,
): readonly number[] {
  return LEVELS.map((header) => {
    switch (header) {
      case "state":
        return states.length - 1;
      case "own-source":
      case "own-destination":
        return 1;
      case "arrival":
        return arrivals.length - 1;
      case "departure":
        return departures.length - 1;
      case "way":
        return Math.max(ways - 1, 0);
      case "source":
      case "destination":
      case "asked":
        return addresses.starts.length - 1;
      case "source-port":
      case "destination-port":
      case "asked-port":
        return ports.starts.length - 1;
      case "protocol":
        return protocols.length;
      case "icmp-type":
        return 255;
      default:
        return unreachable(header);
    }
  });
}

const single = (values: readonly number[]): Ranges => rangesOf(values.flatMap((value) => [value, value]));

/** The stretches of an address header. */
export const addressRange = ({ addresses }: Headers, { first, last }: AddressRange): Ranges =>
  placesOf(addresses, first.value, last.value);

function placesOfAll(headers: Headers, ranges: readonly AddressRange[]): Ranges {
  if (ranges.length === 1) return addressRange(headers, ranges[0]!);
  const all: number[] = [];
  for (const range of ranges) all.push(...addressRange(headers, range));
  return rangesOf(all);
}

/** Of ranges, nearly always one; of `isNot` all others. */
export function addressRanges(headers: Headers, ranges: readonly AddressRange[], isNot: boolean): Ranges {
  const { placed } = headers;
  const own = placed.get(ranges) ?? placesOfAll(headers, ranges);
  placed.set(ranges, own);
  return isNot ? subtractRanges([0, headers.addresses.starts.length - 1], own) : own;
}

export const portRanges = (
  { ports }: Headers,
  ranges: readonly { readonly first: number; readonly last: number }[],
): Ranges => stretchesOf(ports, ranges);

export const protocolRanges = ({ protocols }: Headers, numbers: readonly number[]): Ranges =>
  single(numbers.map((number) => protocols.indexOf(number)));

/** `all`: those of the scene, in the order of their places. */
export const stateRanges = (all: readonly ConntrackState[], states: readonly ConntrackState[]): Ranges =>
  single(all.flatMap((state, at) => (states.includes(state) ? [at] : [])));

export const typeRanges = (types: readonly number[]): Ranges => single(types);
