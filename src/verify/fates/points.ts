/** What the rules of some programs tell apart: where the stretches of headers begin. */
import { createAxis, type Value } from "../../packetset/axis.ts";
import {
  type Action,
  type AddressRange,
  type KeyPart,
  POD_GROUP,
  type Program,
  type Rule,
  type Target,
  type Term,
  type Test,
} from "../program.ts";
import { PROTOCOLS } from "../protocols.ts";
import { arrivalsOf, departuresOf, LOOPBACK } from "./arrivals.ts";
import type { Headers } from "./headers.ts";

interface Points {
  readonly addresses: Value[];
  readonly ports: Set<number>;
  readonly protocols: Set<number>;
  readonly devices: Set<string>;
  readonly groups: Set<number>;
}

const after = (value: Value): Value => (typeof value === "bigint" ? value + 1n : value + 1);

/** What was added last is not added again: slots of a draw have one key. */
function addAddresses({ addresses }: Points, { first, last }: AddressRange): void {
  const [begin, end] = [first.value, after(last.value)];
  const { length } = addresses;
  if (addresses[length - 1] !== end || addresses[length - 2] !== begin) addresses.push(begin, end);
}

function addPorts(points: Points, { first, last }: { readonly first: number; readonly last: number }): void {
  points.ports.add(first);
  points.ports.add(last + 1);
}

function addTerms(points: Points, key: readonly KeyPart[], terms: readonly Term[]): void {
  for (let at = 0; at < key.length; at += 1) {
    const { kind } = key[at]!;
    const term = terms[at]!;
    if (kind === "address") addAddresses(points, term as AddressRange);
    else if (kind === "ports") addPorts(points, term as { readonly first: number; readonly last: number });
    else if (kind === "protocol") points.protocols.add(term as number);
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
  else if (test.kind === "device") points.devices.add(test.device);
  else if (test.kind === "group") points.groups.add(test.group);
  else if (test.kind === "member") for (const terms of test.elements) addTerms(points, test.key, terms);
}

function addAction(points: Points, action: Action): void {
  switch (action.kind) {
    case "dnat":
      addTarget(points, action.to);
      break;
    case "dnat-map":
      addKeys(points, action);
      for (let at = 0; at < action.elements.length; at += 1) addTarget(points, action.elements[at]!.value);
      break;
    case "verdict-map":
      addKeys(points, action);
      break;
    case "doors":
      addKeys(points, action);
      for (let at = 0; at < action.elements.length; at += 1)
        for (const { to } of action.elements[at]!.value.backends) addTarget(points, to);
      break;
  }
}

interface Keyed {
  readonly key: readonly KeyPart[];
  readonly elements: readonly { readonly key: readonly Term[] }[];
}

function addKeys(points: Points, { key, elements }: Keyed): void {
  for (let at = 0; at < elements.length; at += 1) addTerms(points, key, elements[at]!.key);
}

/** `before`: the rule that was looked at last; what both test is there already. */
function addRule(points: Points, before: Rule | undefined, { tests, actions }: Rule): void {
  for (let at = 0; at < tests.length; at += 1) if (tests[at] !== before?.tests[at]) addTest(points, tests[at]!);
  for (let at = 0; at < actions.length; at += 1) addAction(points, actions[at]!);
}

/** What all programs together tell apart. */
export function headersOf(programs: readonly Program[]): Headers {
  const { family } = programs[0]!;
  const points: Points = {
    addresses: [],
    ports: new Set(),
    protocols: new Set(),
    devices: new Set([LOOPBACK]),
    groups: new Set([POD_GROUP]),
  };
  for (const { chains } of programs)
    for (const rules of chains.values())
      for (let at = 0; at < rules.length; at += 1) addRule(points, rules[at - 1], rules[at]!);
  for (const protocol of Object.values(PROTOCOLS)) points.protocols.add(protocol);
  const devices = [...points.devices].sort();
  const groups = [...points.groups].sort((a, b) => a - b);
  return {
    family,
    placed: new Map(),
    addresses:
      family === 4 ? createAxis(0, 2 ** 32 - 1, points.addresses) : createAxis(0n, (1n << 128n) - 1n, points.addresses),
    ports: createAxis(0, 65535, [...points.ports]),
    protocols: [...points.protocols].sort((a, b) => a - b),
    arrivals: arrivalsOf(devices, groups),
    departures: departuresOf(devices, groups),
  };
}
