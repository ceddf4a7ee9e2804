/** Rules of a cluster's meaning, and what they test, from a cluster's own words. */
import type { Family } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { firstAddress, lastAddress, type Prefix } from "../../address/prefix.ts";
import type { PortPart } from "../../cluster/doors.ts";
import type { Action, AddressField, AddressRange, PortField, Rule, Test } from "../program.ts";
import { protocolNumber } from "../protocols.ts";

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

const rangeOf = (prefix: Prefix): AddressRange => ({ first: firstAddress(prefix), last: lastAddress(prefix) });

export const addressIn = (of: AddressField, prefixes: readonly Prefix[]): Test => ({
  kind: "address",
  of,
  ranges: prefixes.map(rangeOf),
  isNot: false,
});

/** Nothing is in no prefix. */
export const addressNotIn = (of: AddressField, prefixes: readonly Prefix[]): readonly Test[] =>
  prefixes.length === 0 ? [] : [{ kind: "address", of, ranges: prefixes.map(rangeOf), isNot: true }];

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
