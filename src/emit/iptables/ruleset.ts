/** iptables' own words as data: what a restore file holds. It has no meaning of its own; `print.ts` writes it down. */
import type { Address } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { ProtocolName } from "../protocol.ts";

export type IptMatch =
  | { readonly kind: "in-interface" | "out-interface"; readonly device: string }
  | { readonly kind: "source" | "destination"; readonly prefix: Prefix }
  | { readonly kind: "protocol"; readonly protocol: ProtocolName }
  | { readonly kind: "icmp-type" | "icmpv6-type"; readonly type: number }
  /** The group of the device it comes by, or leaves by. */
  | { readonly kind: "in-group" | "out-group"; readonly group: number }
  | {
      readonly kind: "ports";
      readonly protocol: Protocol;
      readonly source: PortRange | null;
      readonly destination: PortRange | null;
    }
  | { readonly kind: "state"; readonly states: readonly ("NEW" | "ESTABLISHED" | "RELATED" | "INVALID" | "DNAT")[] }
  /** The connection's destination is the one that was asked for. */
  | { readonly kind: "untranslated" }
  | { readonly kind: "original"; readonly prefix: Prefix | null; readonly ports: PortRange | null }
  /** Of what comes here, this share matches, drawn at random; in units of 2⁻³¹, as the kernel keeps it. */
  | { readonly kind: "share"; readonly share: number }
  /** An address is the node's own, one of 127.0.0.0/8 too. What the node itself sends, and nothing else, has such a source. */
  | { readonly kind: "local-destination" | "own-source" }
  /** The route back to the source does not lead to the device it came by (rpfilter). */
  | { readonly kind: "astray" }
  /** The source is in a list of xt_recent since no longer than this; clears one that has been longer. */
  | { readonly kind: "recent-check"; readonly list: string; readonly seconds: number }
  /** Puts the source into the list, as the one that came last; always true. */
  | { readonly kind: "recent-set"; readonly list: string }
  /** At most ten a minute after a burst of five. */
  | { readonly kind: "limit" };

export type IptTarget =
  | { readonly kind: "chain"; readonly chain: string }
  /** Like `chain`, but what falls off its end goes on behind the jump that led here. */
  | { readonly kind: "goto"; readonly chain: string }
  | { readonly kind: "ACCEPT" | "DROP" | "RETURN" | "MASQUERADE" }
  | { readonly kind: "REJECT"; readonly answer: "tcp-reset" | "icmp-port-unreachable" | "icmp6-port-unreachable" }
  | {
      readonly kind: "DNAT";
      readonly address: Address;
      readonly ports: PortRange | null;
      /** The first port of the range that is mapped to `ports`, so that each keeps its place in it; `null` for one port. */
      readonly base: number | null;
    }
  | { readonly kind: "LOG"; readonly prefix: string }
  | { readonly kind: "MARK"; readonly value: number; readonly mask: number }
  | { readonly kind: "SNAT"; readonly address: Address };

export interface IptRule {
  readonly matches: readonly IptMatch[];
  readonly target: IptTarget;
  /** The statement behind the rule; `null` for the joints of netc's own chains. */
  readonly comment: string | null;
}

export interface IptChain {
  readonly name: string;
  readonly rules: readonly IptRule[];
}

export type TableName = "raw" | "filter" | "mangle" | "nat";

/** A table's own chains. The jumps from the built-in ones are not among them: see `jumps.ts`. */
export interface IptTable {
  readonly name: TableName;
  readonly chains: readonly IptChain[];
}

/** What judges stands before what translates: a restore keeps the tables before the one that fails. */
export type IptRuleset = readonly IptTable[];
