/**
 * The node plan: what one node must do, in no target's words. Each fact carries its origin and the statement behind it.
 * An emitter decides how a fact is represented, never what it means.
 */
import type { Address, Family } from "../address/address.ts";
import type { PortRange, Protocol } from "../address/port.ts";
import type { Prefix } from "../address/prefix.ts";
import type { Origin } from "../diagnostics/source.ts";

export interface Fact {
  /** The statement behind it, `service shop/web`; for what netc does by itself, the reason: `established`. */
  readonly statement: string;
  /** `null` for what no statement asked for. */
  readonly origin: Origin | null;
}

/** A pod's namespace and the veth pair that wires it to the node. */
export interface PodLink extends Fact {
  readonly pod: string;
  readonly namespace: string;
  /** The node's side of the pair. */
  readonly device: string;
  readonly ends: readonly PodEnd[];
}

/** One family of a pod's wiring. */
export interface PodEnd {
  /** The pod's address, set as a host address on `eth0`. */
  readonly address: Address;
  /** Next hop of the pod's default route, `onlink`; held by the node's side of the veth as a host address of scope link. */
  readonly gateway: Address;
  /** `src` of the node's route to the pod: the node's declared address, `null` where it has none. */
  readonly source: Address | null;
}

/** A route of the node's main table. */
export interface Route extends Fact {
  readonly prefix: Prefix;
  /** `null`: on the device itself. */
  readonly via: Address | null;
  readonly device: string;
  readonly onlink: boolean;
  readonly source: Address | null;
}

/** `key` in dots, as sysctl(8) takes it. */
export interface Sysctl extends Fact {
  readonly key: string;
  readonly value: string;
}

export interface TranslationBackend {
  readonly address: Address;
  /** `null`: the port stays as it is. */
  readonly port: PortRange | null;
  /** Its share of the draw is `weight` over the sum. */
  readonly weight: number;
}

/** Destination translation, for what arrives (PREROUTING) and what the node sends (OUTPUT); one backend is drawn for each new connection. */
export interface ServiceTranslation extends Fact {
  readonly address: Address;
  /** `null`: every protocol. */
  readonly protocol: Protocol | null;
  readonly port: PortRange | null;
  readonly backends: readonly TranslationBackend[];
}

/** One thing a packet must be; the conditions of a match hold together, each kind once at most. A prefix list means any of them and is never empty. */
export type Condition =
  | { readonly kind: "source"; readonly prefixes: readonly Prefix[] }
  | { readonly kind: "destination"; readonly prefixes: readonly Prefix[] }
  | { readonly kind: "protocol"; readonly protocol: Protocol }
  | { readonly kind: "source-port"; readonly ports: PortRange }
  | { readonly kind: "destination-port"; readonly ports: PortRange }
  /** What the client asked for, before translation; `null`: any address, any port. */
  | { readonly kind: "asked"; readonly prefixes: readonly Prefix[] | null; readonly ports: PortRange | null }
  /** The connection's destination was translated. */
  | { readonly kind: "translated" }
  /** Of a connection that is known, or related to one; `new`: its first packet. */
  | { readonly kind: "state"; readonly state: "established" | "new" }
  /** To or from the loopback device. */
  | { readonly kind: "loopback"; readonly side: "in" | "out" };

export type Match = readonly Condition[];

/** Source translation in POSTROUTING; in each stage the first that matches wins. */
export interface SourceTranslation extends Fact {
  readonly match: Match;
  readonly action:
    | { readonly kind: "to-address"; readonly address: Address }
    /** The address of the device the packet leaves by. */
    | { readonly kind: "to-device-address" }
    /** Ends its stage and leaves the source as it is; a later stage may still translate it. */
    | { readonly kind: "keep" };
}

/** The stages of source translation, in their order. */
export const SOURCE_STAGES = ["hairpin", "services", "egress"] as const;
export type SourceStage = (typeof SOURCE_STAGES)[number];

export type VerdictAction =
  /** Final. */
  | "accept"
  | "drop"
  /** A reset for TCP, ICMP port unreachable for the rest. */
  | "reject"
  /** Ends its stage; the next stage still holds. */
  | "next-stage"
  /** Leaves netc: what the host's own chains say holds. */
  | "step-aside";

export interface Verdict extends Fact {
  readonly match: Match;
  readonly action: VerdictAction;
}

/** The stages of the filter, in their order; in each the first match wins. A packet that none ends steps aside. */
export const STAGES = ["exempt", "established", "policy", "service-drops", "rejection", "acceptance"] as const;
export type Stage = (typeof STAGES)[number];
export type FilterHook = "input" | "forward" | "output";
export const FILTER_HOOKS: readonly FilterHook[] = ["input", "forward", "output"];

export type Stages = { readonly [S in Stage]: readonly Verdict[] };

/** What the node does to packets of one family. */
export interface PacketPlan {
  readonly family: Family;
  readonly services: readonly ServiceTranslation[];
  readonly postrouting: { readonly [S in SourceStage]: readonly SourceTranslation[] };
  readonly filter: { readonly [H in FilterHook]: Stages };
}

export interface NodePlan {
  readonly node: string;
  readonly links: readonly PodLink[];
  readonly routes: readonly Route[];
  readonly sysctls: readonly Sysctl[];
  readonly packets: readonly PacketPlan[];
}

/** A step of the optimizer: pure, and the fate of every packet is the same before and after it. */
export interface Pass {
  readonly name: string;
  readonly run: (plan: NodePlan) => NodePlan;
}
