/**
 * What a text of rules says, in words that belong to no tool: both readers answer with it, and the meaning of a cluster is written in it.
 * A program is of one family: what a text says of the other is not in it.
 */
import type { Address } from "../address/address.ts";
import type { PortRange } from "../address/port.ts";

/** Where the kernel asks rules, in the tables that netc writes and in raw, which is asked before conntrack. */
export const HOOKS = [
  "raw-prerouting",
  "raw-output",
  "mangle-prerouting",
  "nat-prerouting",
  "mangle-output",
  "nat-output",
  "filter-input",
  "filter-forward",
  "filter-output",
  "nat-postrouting",
] as const;
export type Hook = (typeof HOOKS)[number];

/** The interface group of the node's side of every pod's veth: `up.sh` puts it there. */
export const POD_GROUP = 28261;

/** A value for each hook. */
export const byHook = <T>(make: (hook: Hook) => T): Readonly<Record<Hook, T>> => ({
  "raw-prerouting": make("raw-prerouting"),
  "raw-output": make("raw-output"),
  "mangle-prerouting": make("mangle-prerouting"),
  "nat-prerouting": make("nat-prerouting"),
  "mangle-output": make("mangle-output"),
  "nat-output": make("nat-output"),
  "filter-input": make("filter-input"),
  "filter-forward": make("filter-forward"),
  "filter-output": make("filter-output"),
  "nat-postrouting": make("nat-postrouting"),
});

/**
 * What conntrack says of a packet. `invalid`: it belongs to no connection and begins none. `untracked`: somebody exempted it. Both have
 * no connection: nothing was asked for, and nothing was translated (nf_conntrack, `nf_ct_get` answers NULL).
 */
export const CONNTRACK_STATES = ["new", "established", "related", "invalid", "untracked"] as const;
export type ConntrackState = (typeof CONNTRACK_STATES)[number];

/** Those of packets that have a connection. */
export const TRACKED: readonly ConntrackState[] = ["new", "established", "related"];

/** Inclusive; both of the program's family. */
export interface AddressRange {
  readonly first: Address;
  readonly last: Address;
}

/** `asked`: what the client asked for, the destination of the connection's original direction; of what has no connection no test of it holds. */
export type AddressField = "source" | "destination" | "asked";
export type PortField = "source-port" | "destination-port" | "asked-port";

/** A part of a key by which elements are found. A draw is a number from 0 to `of` − 1, each as likely as the next. */
export type KeyPart =
  | { readonly kind: "address"; readonly of: AddressField }
  | { readonly kind: "ports"; readonly of: PortField }
  | { readonly kind: "protocol" }
  | { readonly kind: "draw"; readonly of: number }
  /** The same for every packet. */
  | { readonly kind: "number"; readonly value: number };

/** What an element holds in the place of a part: an address, ports, an IP protocol's number, or a slot of a draw. */
export type Term = AddressRange | PortRange | number;

/** One thing that has to hold. Lists are alternatives. */
export type Test =
  | {
      readonly kind: "address";
      readonly of: AddressField;
      readonly ranges: readonly AddressRange[];
      readonly isNot: boolean;
    }
  /** Only beside a test of a protocol that has ports; of anything else it is false. */
  | { readonly kind: "ports"; readonly of: PortField; readonly ranges: readonly PortRange[] }
  /** IP's numbers. */
  | { readonly kind: "protocol"; readonly protocols: readonly number[] }
  | { readonly kind: "icmp-type"; readonly types: readonly number[] }
  | { readonly kind: "state"; readonly states: readonly ConntrackState[] }
  /** The connection's destination was translated, or was not. What has no connection was not translated. */
  | { readonly kind: "translated"; readonly is: boolean }
  /** Of `out` in OUTPUT: the device of the route before translation. */
  | { readonly kind: "device"; readonly side: "in" | "out"; readonly device: string }
  /**
   * The group of the device, which has one (`ip link set … group`); a device that no group is known of is asked for by another test. Of `out`
   * in OUTPUT: the device of the route before translation.
   */
  | { readonly kind: "group"; readonly side: "in" | "out"; readonly group: number; readonly is: boolean }
  /** The node's route to the packet's source leads to the device that the packet came by; only in raw and mangle PREROUTING. */
  | { readonly kind: "way-back"; readonly is: boolean }
  /** The address is one of the node's own, loopback's too. */
  | { readonly kind: "own"; readonly of: "source" | "destination"; readonly is: boolean }
  /** Drawn at random: of what comes here `share` matches, from 0 to 1. */
  | { readonly kind: "share"; readonly share: number }
  /** The client was put into the list not longer ago than `seconds`. */
  | { readonly kind: "remembered"; readonly list: string; readonly seconds: number }
  | { readonly kind: "member"; readonly key: readonly KeyPart[]; readonly elements: readonly (readonly Term[])[] }
  /** So many a minute at most, behind a burst: only in front of a log. */
  | { readonly kind: "limit" };

/** Ports are the backend's; `null` keeps the one that was asked for. `base`: the port of the range asked that is mapped to their first. */
export interface Target {
  readonly address: Address;
  readonly ports: PortRange | null;
  readonly base: number | null;
}

export type Refusal = "tcp-reset" | "port-unreachable";

export type Action =
  | { readonly kind: "accept" | "drop" | "return" }
  | { readonly kind: "reject"; readonly answer: Refusal }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  | { readonly kind: "dnat"; readonly to: Target }
  /** What no element holds goes on behind the rule. */
  | { readonly kind: "dnat-map"; readonly key: readonly KeyPart[]; readonly elements: readonly MapElement<Target>[] }
  | { readonly kind: "verdict-map"; readonly key: readonly KeyPart[]; readonly elements: readonly MapElement<string>[] }
  /** A cluster's meaning alone: each door draws among its backends by weight, or gives a client whom it had. None: it leaves the packet as it is, for good. */
  | { readonly kind: "doors"; readonly key: readonly KeyPart[]; readonly elements: readonly MapElement<Door>[] }
  /** `null`: the address of the device that the packet leaves by. Ports are drawn at random. */
  | { readonly kind: "snat"; readonly address: Address | null }
  /** The rest of the actions goes on. */
  | { readonly kind: "mark"; readonly value: number; readonly mask: number }
  | { readonly kind: "log"; readonly prefix: string }
  /** Puts the client into the list, for so long at least (`null`: what looks it up says how long). */
  | { readonly kind: "remember"; readonly list: string; readonly seconds: number | null };

export interface DoorBackend {
  readonly to: Target;
  /** Above 0. */
  readonly weight: number;
}

export interface Door {
  readonly backends: readonly DoorBackend[];
  readonly affinity: DoorAffinity | null;
}

export interface DoorAffinity {
  readonly key: string;
  readonly seconds: number;
  /** Who is remembered for each backend: one list for all doors of a port line. */
  readonly lists: readonly string[];
}

export interface MapElement<T> {
  readonly key: readonly Term[];
  /** A verdict map's value is the chain to jump to. */
  readonly value: T;
  /** From 1. */
  readonly line: number;
}

export interface Rule {
  readonly tests: readonly Test[];
  /** One after another; what ends the rule comes last. None: the rule does nothing. */
  readonly actions: readonly Action[];
  /** From 1; of a cluster's meaning 0. */
  readonly line: number;
  /** Who the rule is for, as the text says it: a comment, or a statement. */
  readonly about: string;
}

export interface Program {
  readonly family: 4 | 6;
  /** By name; a table's chains are apart from another's (`filter NETC-INPUT`). */
  readonly chains: ReadonlyMap<string, readonly Rule[]>;
  /** The chains that a hook asks, in the kernel's order. What falls off all of them passes. */
  readonly hooks: Readonly<Record<Hook, readonly string[]>>;
}

/** What a reader does not know, and never takes for harmless. */
export interface Unread {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** What a text of whole tables replaces. */
export interface Whole {
  /** The tables that it names, each with its line. */
  readonly tables: ReadonlyMap<string, number>;
  /** The kernel's chains of these that it does not declare, which the program takes for empty. */
  readonly chains: readonly Unread[];
  /** The text's last line. */
  readonly last: number;
}

export type Read =
  | { readonly program: Program; readonly whole?: Whole | null }
  | { readonly unread: readonly Unread[] };
