/** Rules of the reference, and what they test. */
import type { Family } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Action, AddressField, AddressRange, PortField, Rule, Test } from "../program.ts";
import { protocolNumber } from "../protocols.ts";
import type { PortPart } from "./selectors.ts";

/** A chain's name and its rules. */
export type Chain = readonly [name: string, rules: readonly Rule[]];

export const rule = (about: string, tests: readonly Test[], ...actions: readonly Action[]): Rule => ({
  tests,
  actions,
  line: 0,
  about,
});

export const jumpTo = (chain: string): Rule => rule("", [], { kind: "jump", chain });

export const RETURN: Action = { kind: "return" };

export const addressIn = (of: AddressField, ranges: readonly AddressRange[]): Test => ({
  kind: "address",
  of,
  ranges,
  isNot: false,
});

/** Nothing is in no range. */
export const addressNotIn = (of: AddressField, ranges: readonly AddressRange[]): readonly Test[] =>
  ranges.length === 0 ? [] : [{ kind: "address", of, ranges, isNot: true }];

export const protocolIs = (protocol: Protocol, family: Family): Test => ({
  kind: "protocol",
  protocols: [protocolNumber(protocol, family)],
});

export const portIn = (of: PortField, ports: PortRange): Test => ({ kind: "ports", of, ranges: [ports] });

/** A protocol and its ports; nothing where every one is meant. */
export const partIs = ({ protocol, ports }: PortPart, of: PortField, family: Family): readonly Test[] => [
  ...(protocol === null ? [] : [protocolIs(protocol, family)]),
  ...(ports === null ? [] : [portIn(of, ports)]),
];

export const TRANSLATED: Test = { kind: "translated", is: true };

/** A connection's first packet. */
export const FIRST: Test = { kind: "state", states: ["new"] };

/** Of a connection that is known, or related to one. */
export const KNOWN: Test = { kind: "state", states: ["established", "related"] };
