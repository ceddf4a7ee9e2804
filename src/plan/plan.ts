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
  /** Next hop of the pod's default route, `onlink`. */
  readonly gateway: Address;
  /**
   * `held`: the node's side of the veth holds the gateway's address as a host address of scope link. `proxied`: it holds none and
   * answers ARP for all, without delay; the plan's routes cover the gateway's address.
   */
  readonly gatewayBy: "held" | "proxied";
  /** `src` of the node's route to the pod: the node's declared address, `null` where it has none. */
  readonly source: Address | null;
}

/** The MTU of pods' links, on both ends, and of the tunnel; `null` leaves them the kernel's. */
export type LinkMtu =
  | { readonly kind: "fixed"; readonly bytes: number }
  /** That of a device of the node, read when the script runs, less a tunnel's overhead. */
  | { readonly kind: "of-device"; readonly device: string; readonly less: number }
  | null;

/** The device through which packets for pods of other nodes are carried: VXLAN, VNI 1, UDP port 4789. */
export interface Tunnel extends Fact {
  readonly device: string;
  /** Its own link address, made from the node's name, so that every node knows it without asking. */
  readonly hardware: string;
  readonly underlay: string;
  readonly local: Address;
  /** The first address of the node's pod range of each family it has, as a host address. */
  readonly addresses: readonly Address[];
  readonly peers: readonly TunnelPeer[];
}

export interface TunnelPeer extends Fact {
  readonly hardware: string;
  /** The peer node's own address, to which the outer packets go. */
  readonly remote: Address;
  /** The peer's addresses inside the tunnel: permanent neighbours, so that nothing is ever asked. */
  readonly addresses: readonly Address[];
}

/** A route of the node's main table. */
export interface Route extends Fact {
  readonly prefix: Prefix;
  /** `null`: on the device itself. */
  readonly via: Address | null;
  /** `null`: the one that `via` is reached by. */
  readonly device: string | null;
  readonly onlink: boolean;
  readonly source: Address | null;
}

/**
 * A range of the node's own pods: an address of it that no longer route holds is unreachable. Not where the node has a route of
 * somebody else's for all of the range, a default one aside, or a network of its own within it: the addresses are then others' too.
 */
export interface Slice extends Fact {
  readonly prefix: Prefix;
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

/** Whose connections: `outside` are clients whose address is neither in `PacketPlan.inside`, nor what the node itself sends (OUTPUT). */
export type Clients = "all" | "outside";

/** The same client (its address) gets the same backend again, for `seconds` after its last new connection. */
export interface Affinity {
  /** Names the service's port line, whichever of its addresses was asked: `service shop/web 80/tcp`. */
  readonly key: string;
  readonly seconds: number;
}

/**
 * Destination translation, for what arrives (PREROUTING) and what the node sends (OUTPUT); one backend is drawn for each new connection.
 * A door is an address, a protocol and ports; an exact address wins over `null`.
 */
export interface ServiceTranslation extends Fact {
  /** `null`: an address that nodeports listen on here (`PacketPlan.nodeports`). */
  readonly address: Address | null;
  /** `null`: every protocol. Never `null` where the address is. */
  readonly protocol: Protocol | null;
  /** Never `null` where the address is. */
  readonly port: PortRange | null;
  /** Of two with the same door the one for `outside` is for outside clients, the other for all others. */
  readonly clients: Clients;
  /** Empty only for `outside`: their connections are then not translated at all, whatever the other one says. */
  readonly backends: readonly TranslationBackend[];
  readonly affinity: Affinity | null;
}

/** Where nodeports listen: the node's own addresses that are named, or every one it has but loopback, perhaps within ranges. */
export type NodeportAddresses =
  /** Host prefixes. */
  | { readonly kind: "named"; readonly prefixes: readonly Prefix[] }
  | { readonly kind: "own"; readonly within: readonly Prefix[] | null };

/** Backends of weight 0: they are drawn for no new connection, and those that they have go on. */
export interface Draining extends Fact {
  /** As in `ServiceTranslation`. */
  readonly address: Address | null;
  readonly protocol: Protocol | null;
  readonly port: PortRange | null;
  readonly backends: readonly Omit<TranslationBackend, "weight">[];
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
  /** Of a connection that is known, or related to one; `new`: its first packet; `invalid`: of none that it could be of. */
  | { readonly kind: "state"; readonly state: "established" | "new" | "invalid" }
  /** ICMP messages of these types, which are the family's own. */
  | { readonly kind: "icmp-types"; readonly types: readonly number[] }
  /** The source is one of the node's own addresses, declared or not: the node itself asks. */
  | { readonly kind: "own-source" }
  /** The device it leaves by: known in POSTROUTING. */
  | { readonly kind: "leaves-by"; readonly device: string }
  /** To or from the loopback device. */
  | { readonly kind: "loopback"; readonly side: "in" | "out" }
  /** It comes by a pod's veth, or leaves by one: a device of the group `POD_GROUP`, whatever its name. */
  | { readonly kind: "pod-device"; readonly side: "in" | "out" }
  /** The node's route back to its source does not lead to the device it came by; of the loopback device it always does. */
  | { readonly kind: "astray" };

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

/**
 * One stage of source translation. `hairpin`, then `services`, then `snat`, then one `egress` for each list of exceptions that
 * `masquerade` statements have.
 */
export interface SourceStage {
  readonly kind: "hairpin" | "services" | "snat" | "egress";
  /** Tells stages of one kind apart: what is excepted; empty for no exceptions. */
  readonly except: string;
  readonly translations: readonly SourceTranslation[];
}

/** Sets the bits of `mask` to those of `value`, before translation; the first that matches wins. */
export interface PacketMark extends Fact {
  readonly match: Match;
  readonly value: number;
  readonly mask: number;
}

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
  /** Logs first, at most ten a minute after a burst of five; `null`: does not log. */
  readonly log: { readonly prefix: string } | null;
}

/** The group of the node's side of every veth: how rules know a pod's device. */
export const POD_GROUP = 0x6e65;

/** Who may send, before conntrack. What comes by a pod's device asks `pods` alone, all else `others`; what none ends passes. */
export interface Senders {
  readonly pods: readonly Verdict[];
  readonly others: readonly Verdict[];
}

/** The stages of the filter, in their order; in each the first match wins. A packet that none ends steps aside. */
export const STAGES = [
  "exempt",
  "established",
  "invalid",
  "policy",
  "service-drops",
  "rejection",
  "acceptance",
] as const;
export type Stage = (typeof STAGES)[number];
export type FilterHook = "input" | "forward" | "output";
export const FILTER_HOOKS: readonly FilterHook[] = ["input", "forward", "output"];

export type Stages = { readonly [S in Stage]: readonly Verdict[] };

/** What the node does to packets of one family. */
export interface PacketPlan {
  readonly family: Family;
  /** The declared ranges of services: of what asks for an address in them nothing is anybody else's. */
  readonly serviceRanges: readonly Prefix[];
  /** The pod ranges and the declared nodes' addresses: clients from elsewhere are `outside`. */
  readonly inside: readonly Prefix[];
  readonly nodeports: NodeportAddresses;
  readonly senders: Senders;
  /** Before translation: of what arrives (PREROUTING) and of what the node sends (OUTPUT). */
  readonly marks: { readonly prerouting: readonly PacketMark[]; readonly output: readonly PacketMark[] };
  readonly services: readonly ServiceTranslation[];
  /** Asks nothing of a new connection: it says which old ones are right. */
  readonly draining: readonly Draining[];
  readonly postrouting: readonly SourceStage[];
  readonly filter: { readonly [H in FilterHook]: Stages };
}

export interface NodePlan {
  readonly node: string;
  readonly mtu: LinkMtu;
  readonly tunnel: Tunnel | null;
  readonly links: readonly PodLink[];
  readonly routes: readonly Route[];
  readonly slices: readonly Slice[];
  readonly sysctls: readonly Sysctl[];
  /** IPv4, then IPv6; a family of which the program says nothing is there and empty. */
  readonly packets: readonly PacketPlan[];
}

/** A step of the optimizer: pure, and the fate of every packet is the same before and after it. */
export interface Pass {
  readonly name: string;
  readonly run: (plan: NodePlan) => NodePlan;
}
