/** nft's own words as data: what a ruleset file holds. It has no meaning of its own; `print.ts` writes it down. */
import type { Address } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";

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
  /** As the family calls it: ICMP of IPv6 is `ipv6-icmp`. */
  | { readonly kind: "l4proto"; readonly protocol: Protocol | "ipv6-icmp" }
  | {
      readonly kind: "port";
      readonly protocol: Protocol;
      readonly field: "sport" | "dport";
      readonly ports: PortRange;
    }
  | { readonly kind: "icmpv6-type"; readonly types: readonly number[] }
  | { readonly kind: "ct-state"; readonly states: readonly ("new" | "established" | "related")[] }
  | { readonly kind: "ct-status"; readonly status: "dnat" }
  /** False, not true, of a connection of the other family. */
  | { readonly kind: "ct-original-address"; readonly family: IpFamily; readonly prefixes: readonly Prefix[] }
  /** nft reads it only behind a match of the protocol. */
  | { readonly kind: "ct-original-port"; readonly ports: PortRange }
  | { readonly kind: "member"; readonly key: readonly NftField[]; readonly set: string }
  /** At most ten a minute after a burst of five. */
  | { readonly kind: "limit" };

/** A part of the key or of the value of a set or map. */
export type NftField =
  | { readonly kind: "address"; readonly family: IpFamily; readonly field: "saddr" | "daddr" }
  | { readonly kind: "l4proto" }
  | { readonly kind: "dport" }
  /** A number drawn at random, from 0 to `of` − 1. */
  | { readonly kind: "draw"; readonly of: number };

/** What an element holds in the place of a field; a number is a port or what was drawn. */
export type NftTerm = Address | Protocol | PortRange | number;

export type NftAction =
  | { readonly kind: "accept" | "drop" | "return" | "masquerade" }
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "reject"; readonly answer: "tcp reset" | "icmpx port-unreachable" }
  /** `map` leads from `key` to an address, or to an address and a port. */
  | { readonly kind: "dnat"; readonly family: IpFamily; readonly key: readonly NftField[]; readonly map: string }
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
  readonly priority: "mangle" | "dstnat" | "filter" | "srcnat" | "-100";
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
  /** Elements may hold ranges. */
  readonly hasRanges: boolean;
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
