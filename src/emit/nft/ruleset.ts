/** nft's own words as data: what a ruleset file holds. It has no meaning of its own; `print.ts` writes it down. */
import type { Address } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { ProtocolName } from "../protocol.ts";

/** A family as nft calls it, in front of `saddr` and `daddr`. */
export type IpFamily = "ip" | "ip6";

export type NftMatch =
  | { readonly kind: "nfproto"; readonly family: "ipv4" | "ipv6" }
  | { readonly kind: "device"; readonly field: "iifname" | "oifname"; readonly device: string }
  | {
      readonly kind: "address";
      readonly family: IpFamily;
      readonly field: "saddr" | "daddr";
      readonly prefixes: readonly Prefix[];
    }
  /** Of this family, and none of these. */
  | {
      readonly kind: "other-address";
      readonly family: IpFamily;
      readonly field: "saddr" | "daddr";
      readonly prefixes: readonly Prefix[];
    }
  /** The destination is the node's own, one of loopback too. */
  | { readonly kind: "local-destination" | "own-source" }
  | { readonly kind: "l4proto"; readonly protocol: ProtocolName }
  | {
      readonly kind: "port";
      readonly protocol: Protocol;
      readonly field: "sport" | "dport";
      readonly ports: PortRange;
    }
  | { readonly kind: "icmp-type" | "icmpv6-type"; readonly types: readonly number[] }
  | { readonly kind: "group"; readonly field: "iifgroup" | "oifgroup"; readonly group: number }
  /** The route back to the source does not lead to the device it came by. */
  | { readonly kind: "astray" }
  | {
      readonly kind: "ct-state";
      readonly states: readonly ("new" | "established" | "related" | "invalid" | "untracked")[];
    }
  | { readonly kind: "ct-status"; readonly status: "dnat" | "no-dnat" }
  /** False, not true, of a connection of the other family. */
  | { readonly kind: "ct-original-address"; readonly family: IpFamily; readonly prefixes: readonly Prefix[] }
  /** nft reads it only behind a match of the protocol. */
  | { readonly kind: "ct-original-port"; readonly ports: PortRange }
  | { readonly kind: "member"; readonly key: readonly NftField[]; readonly set: string }
  /** Of what comes here, `taken` of `of` match, drawn at random. */
  | { readonly kind: "share"; readonly taken: number; readonly of: number }
  /** At most ten a minute after a burst of five. */
  | { readonly kind: "limit" };

/** A part of the key or of the value of a set or map. */
export type NftField =
  | { readonly kind: "address"; readonly family: IpFamily; readonly field: "saddr" | "daddr" }
  | { readonly kind: "l4proto" }
  | { readonly kind: "dport" }
  /** A number drawn at random, from 0 to `of` − 1. */
  | { readonly kind: "draw"; readonly of: number }
  /** A number that is the same for every packet; `null` where a set is declared. */
  | { readonly kind: "number"; readonly value: number | null }
  /** Of a map's value: where to go. */
  | { readonly kind: "verdict" };

/** What an element holds in the place of a field; a number is a port or what was drawn. */
export type NftTerm = Address | ProtocolName | PortRange | number | { readonly jump: string };

export type NftAction =
  | { readonly kind: "accept" | "drop" | "return" | "masquerade" }
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "reject"; readonly answer: "tcp reset" | "icmpx port-unreachable" }
  /** `map` leads from `key` to an address, or to an address and a port. */
  | { readonly kind: "dnat"; readonly family: IpFamily; readonly key: readonly NftField[]; readonly map: string }
  /** Without a map: to an address, its port too where one is said. */
  | { readonly kind: "dnat-to"; readonly family: IpFamily; readonly address: Address; readonly port: number | null }
  /** Each port of `from` to the one in its place, from `first` on. */
  | {
      readonly kind: "dnat-ports";
      readonly family: IpFamily;
      readonly address: Address;
      readonly from: PortRange;
      readonly first: number;
    }
  /** Where the map of verdicts says; on where it holds nothing. */
  | { readonly kind: "lookup"; readonly key: readonly NftField[]; readonly map: string }
  /** Puts an element into a set, or keeps it there for as long again. Where the set is full the rule ends, and the next one holds. */
  | { readonly kind: "update"; readonly key: readonly NftField[]; readonly set: string; readonly seconds: number }
  | { readonly kind: "snat"; readonly address: Address }
  | { readonly kind: "log"; readonly prefix: string }
  /** Clears the bits of `mask`, then turns those of `value`. */
  | { readonly kind: "mark"; readonly value: number; readonly mask: number };

export interface NftRule {
  readonly matches: readonly NftMatch[];
  readonly actions: readonly NftAction[];
  /** The statement behind the rule; `null` for the joints of netc's own chains. */
  readonly comment: string | null;
}

/** Where a base chain hangs; `null` for one that is only jumped to. */
export interface NftBase {
  readonly type: "filter" | "nat" | "route";
  readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
  readonly priority: "raw" | "mangle" | "dstnat" | "filter" | "srcnat" | "-100";
}

export interface NftChain {
  readonly name: string;
  readonly base: NftBase | null;
  readonly rules: readonly NftRule[];
}

export interface NftElement {
  readonly key: readonly NftTerm[];
  /** Empty in a set. */
  readonly value: readonly NftTerm[];
  readonly statement: string;
}

/** A named set or, where `value` is not empty, a map. */
export interface NftSet {
  readonly name: string;
  readonly key: readonly NftField[];
  readonly value: readonly NftField[];
  /** `interval`: elements may hold ranges. `dynamic`: rules put elements in, each for a time. */
  readonly kind: "plain" | "interval" | "dynamic";
  /** The most elements it takes: a set of a known size is faster to load. */
  readonly size: number;
  readonly elements: readonly NftElement[];
}

/** One table, the whole of what netc owns. */
export interface NftRuleset {
  readonly table: string;
  readonly sets: readonly NftSet[];
  readonly chains: readonly NftChain[];
}
