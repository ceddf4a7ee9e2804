/** The headers that rules ask, each on a level of its own, and what the tests of some programs part them into. */
import type { Address } from "../../address/address.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import { type Axis, createAxis, type Stretch, stretchesOf, type Value } from "../../packetset/axis.ts";
import { type Ranges, rangesOf, subtractRanges } from "../../packetset/ranges.ts";
import type { AddressField, AddressRange, KeyPart, PortField, Program, Rule, Target, Term, Test } from "../program.ts";

/** In the order in which diagrams ask them. A way is what was asked and where it leads, as one: see scene.ts. */
export const LEVELS = [
  "state",
  "translated",
  "in-loopback",
  "out-device",
  "own-source",
  "own-destination",
  "way",
  "destination",
  "protocol",
  "destination-port",
  "asked",
  "asked-port",
  "source",
  "source-port",
  "icmp-type",
] as const;
export type Header = (typeof LEVELS)[number];
const PLACES = new Map(LEVELS.map((header, at) => [header, at]));
export const levelOf = (header: Header): number => PLACES.get(header)!;

export const STATES = ["new", "established", "related"] as const;

export interface Headers {
  readonly family: 4 | 6;
  readonly addresses: Axis;
  readonly ports: Axis;
  /** By place; the last place is every other one. */
  readonly protocols: readonly number[];
  /** Devices that packets leave by; the last place is every other one. */
  readonly devices: readonly string[];
}

interface Points {
  readonly addresses: Value[];
  readonly ports: Set<number>;
  readonly protocols: Set<number>;
  readonly devices: Set<string>;
}

const after = (value: Value): Value => (typeof value === "bigint" ? value + 1n : value + 1);

function addAddresses(points: Points, { first, last }: AddressRange): void {
  points.addresses.push(first.value, after(last.value));
}

function addPorts(points: Points, { first, last }: { readonly first: number; readonly last: number }): void {
  points.ports.add(first);
  points.ports.add(last + 1);
}

function addTerms(points: Points, key: readonly KeyPart[], terms: readonly Term[]): void {
  for (const [at, part] of key.entries()) {
    const term = terms[at]!;
    if (part.kind === "address") addAddresses(points, term as AddressRange);
    else if (part.kind === "ports") addPorts(points, term as { readonly first: number; readonly last: number });
    else if (part.kind === "protocol") points.protocols.add(term as number);
  }
}

/** A range is mapped as one; only what asks for ports beside it goes elsewhere. */
function addTarget(points: Points, { ports, base }: Target): void {
  if (ports === null || (base === null && ports.first === ports.last)) return;
  const first = base ?? ports.first;
  addPorts(points, { first, last: first + ports.last - ports.first });
}

function addTest(points: Points, test: Test): void {
  if (test.kind === "address") for (const range of test.ranges) addAddresses(points, range);
  else if (test.kind === "ports") for (const range of test.ranges) addPorts(points, range);
  else if (test.kind === "protocol") for (const protocol of test.protocols) points.protocols.add(protocol);
  else if (test.kind === "device" && test.side === "out") points.devices.add(test.device);
  else if (test.kind === "member") for (const terms of test.elements) addTerms(points, test.key, terms);
}

/** `seen`: tests that many rules share. */
function addRule(points: Points, seen: Set<Test>, { tests, actions }: Rule): void {
  for (const test of tests) {
    if (seen.has(test)) continue;
    seen.add(test);
    addTest(points, test);
  }
  for (const action of actions) {
    if (action.kind === "dnat") addTarget(points, action.to);
    if (action.kind === "dnat-map" || action.kind === "verdict-map" || action.kind === "doors")
      for (const { key } of action.elements) addTerms(points, action.key, key);
    if (action.kind === "dnat-map") for (const { value } of action.elements) addTarget(points, value);
    if (action.kind === "doors")
      for (const { value } of action.elements) for (const { to } of value.backends) addTarget(points, to);
  }
}

/** What all programs together tell apart; `more`: addresses and ports that have to stand alone besides. */
export function headersOf(
  programs: readonly Program[],
  more: { readonly addresses: readonly Address[]; readonly ports: readonly number[] },
): Headers {
  const { family } = programs[0]!;
  const points: Points = { addresses: [], ports: new Set(), protocols: new Set(), devices: new Set(["lo"]) };
  const seen = new Set<Test>();
  for (const { chains } of programs)
    for (const rules of chains.values()) for (const rule of rules) addRule(points, seen, rule);
  for (const address of more.addresses) addAddresses(points, { first: address, last: address });
  for (const port of more.ports) addPorts(points, { first: port, last: port });
  for (const protocol of [1, 6, 17, 58, 132]) points.protocols.add(protocol);
  return {
    family,
    addresses:
      family === 4 ? createAxis(0, 2 ** 32 - 1, points.addresses) : createAxis(0n, (1n << 128n) - 1n, points.addresses),
    ports: createAxis(0, 65535, points.ports),
    protocols: [...points.protocols].sort((a, b) => a - b),
    devices: [...points.devices].sort(),
  };
}

/** The highest value of each level; `ways`: how many there are. */
export function highestOf({ addresses, ports, protocols, devices }: Headers, ways: number): readonly number[] {
  return LEVELS.map((header) => {
    switch (header) {
      case "state":
        return STATES.length - 1;
      case "translated":
      case "in-loopback":
      case "own-source":
      case "own-destination":
        return 1;
      case "out-device":
        return devices.length;
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

const valuesBetween = ({ first, last }: AddressRange): Stretch => ({ first: first.value, last: last.value });

/** The stretches of an address header; of `isNot` all others. */
export function addressRanges(headers: Headers, ranges: readonly AddressRange[], isNot: boolean): Ranges {
  const { addresses } = headers;
  const own = stretchesOf(addresses, ranges.map(valuesBetween));
  return isNot ? subtractRanges([0, addresses.starts.length - 1], own) : own;
}

export const portRanges = (
  { ports }: Headers,
  ranges: readonly { readonly first: number; readonly last: number }[],
): Ranges => stretchesOf(ports, ranges);

export const protocolRanges = ({ protocols }: Headers, numbers: readonly number[]): Ranges =>
  single(numbers.map((number) => protocols.indexOf(number)));

export const deviceRanges = ({ devices }: Headers, device: string): Ranges => single([devices.indexOf(device)]);

export const stateRanges = (states: readonly (typeof STATES)[number][]): Ranges =>
  single(states.map((state) => STATES.indexOf(state)));

export const typeRanges = (types: readonly number[]): Ranges => single(types);

export const isAddressField = (header: string): header is AddressField =>
  header === "source" || header === "destination" || header === "asked";
export const isPortField = (header: string): header is PortField => header.endsWith("-port");
