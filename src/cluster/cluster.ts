/**
 * The cluster: what a program means. Names are resolved to objects, numbers judged, groups flattened where they are used;
 * every fact carries its origin. Nothing here knows the grammar or a target.
 */
import type { Address, ByFamily } from "../address/address.ts";
import type { PortRange, Protocol } from "../address/port.ts";
import type { Prefix } from "../address/prefix.ts";
import type { Origin } from "../diagnostics/source.ts";

/** What every named or stated thing has. */
export interface Stated {
  readonly origin: Origin;
  /** The statement in words that stay true when lines move: `service shop/web`, `allow a -> b:80`. */
  readonly statement: string;
}

/** A range and the place where it was said. */
export type SaidPrefix = Prefix & { readonly origin: Origin };

/** An address and the place where it was said. */
export interface SaidAddress {
  readonly address: Address;
  readonly origin: Origin;
}

/** Ports and the place where they were said. */
export type SaidPorts = PortRange & { readonly origin: Origin };

/** A thing with an address, and the place where each was said. */
export interface Addressed extends Stated {
  readonly addresses: ByFamily<Address>;
  readonly places: ByFamily<Origin>;
}

export interface Settings {
  /** The pod ranges as declared; every pod's own address where the program declares none. */
  readonly pods: readonly Prefix[];
  /** Empty where the program declares none. */
  readonly declaredPods: readonly SaidPrefix[];
  /** Empty where the program declares none. */
  readonly services: readonly SaidPrefix[];
  readonly network: "host-gw" | "vxlan" | "none";
  readonly gateway: { readonly kind: "link-local" | "proxy-arp" | "address"; readonly addresses: ByFamily<Address> };
  /** `null`: the device's own. */
  readonly mtu: number | null;
  readonly nodeports: NodeportSetting;
  /** The `cluster` statement; `null` where the program has none. */
  readonly origin: Origin | null;
}

/** Which addresses of a node nodeports listen on: the declared ones, every one but loopback, or of these the ones in some ranges. */
export type NodeportSetting =
  | { readonly kind: "primary" }
  | { readonly kind: "all" }
  | { readonly kind: "ranges"; readonly ranges: readonly SaidPrefix[] };

export interface ClusterNode extends Addressed {
  readonly kind: "node";
  readonly name: string;
  readonly device: string | null;
  /** Its slice of the pod range; empty where it has none. */
  readonly pods: readonly SaidPrefix[];
  /** Named by pods only, in a program that declares no node. */
  readonly implied: boolean;
}

export interface Pod extends Addressed {
  readonly kind: "pod";
  readonly name: string;
  readonly node: ClusterNode;
}

export interface Backend {
  readonly addresses: ByFamily<Address>;
  /** The pod that has the address, however it was named. */
  readonly pod: Pod | null;
  /** `null`: the port that was asked for stays. */
  readonly port: PortRange | null;
  readonly weight: number;
  readonly origin: Origin;
}

export interface ServicePort {
  /** `null`: every protocol and every port. */
  readonly protocol: Protocol | null;
  readonly port: PortRange | null;
  readonly label: string | null;
  /** As many as `port` has; `null`: none. */
  readonly nodeport: SaidPorts | null;
  readonly backends: readonly Backend[];
  readonly origin: Origin;
}

export interface Service extends Addressed {
  readonly kind: "service";
  readonly name: string;
  readonly ports: readonly ServicePort[];
  /** How long a client keeps its backend after its last new connection; `null`: not at all. */
  readonly affinity: { readonly seconds: number; readonly origin: Origin } | null;
  /** More addresses like its own. */
  readonly external: readonly SaidAddress[];
  readonly loadbalancer: LoadBalancer | null;
  /** Its own addresses lead to backends of the node that a client enters at. */
  readonly isInternalLocal: boolean;
  /** Nodeports, external and load-balancer addresses do, for clients from outside. */
  readonly isExternalLocal: boolean;
}

export interface LoadBalancer {
  readonly addresses: readonly SaidAddress[];
  /** Who may ask for these addresses, at the service's ports; `null`: everybody. */
  readonly from: readonly SaidPrefix[] | null;
  readonly origin: Origin;
}

export interface Group extends Stated {
  readonly kind: "group";
  readonly name: string;
  /** Where its name was declared. */
  readonly place: Origin;
  /** Some other statement names it. */
  readonly isUsed: boolean;
}

export type Target =
  | { readonly kind: "any" }
  | { readonly kind: "pods" }
  | { readonly kind: "nodes" }
  | { readonly kind: "services" }
  | { readonly kind: "node"; readonly node: ClusterNode }
  | { readonly kind: "pod"; readonly pod: Pod }
  | { readonly kind: "service"; readonly service: Service }
  | { readonly kind: "prefix"; readonly prefix: Prefix };

/** One item of a list, groups flattened: whom, and on which ports (`null`: every one). */
export interface Selector {
  readonly target: Target;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
  readonly origin: Origin;
}

export interface PolicyRule extends Stated {
  readonly verb: "allow" | "deny" | "reject";
  readonly isDefault: boolean;
  readonly sources: readonly Selector[];
  readonly destinations: readonly Selector[];
  /** Logs what it decides, rate-limited; at most 28 bytes of prefix, empty where none is said. */
  readonly log: { readonly prefix: string } | null;
}

/** `hairpin`, resolved: the pod, and the first statement that asks for it. */
export interface Hairpin extends Stated {
  readonly pod: Pod;
}

export interface Masquerade extends Stated {
  readonly sources: readonly Selector[];
  readonly except: readonly Selector[];
}

/** Wins over `masquerade`; of two that overlap the longer source prefix does. */
export interface Snat extends Stated {
  readonly sources: readonly Selector[];
  readonly to: Address;
  /** Where that was said. */
  readonly place: Origin;
  readonly except: readonly Selector[];
}

/** `route`: one more route of one node; `device` `null` where the kernel finds it by `via`. */
export interface ExtraRoute extends Stated {
  readonly prefix: Prefix;
  readonly via: Address;
  readonly device: string | null;
  readonly node: ClusterNode;
}

/** `value` and `mask` are unsigned 32 bit; bits outside the mask are left as they are. */
export interface Mark extends Stated {
  readonly sources: readonly Selector[];
  readonly destinations: readonly Selector[];
  readonly value: number;
  readonly mask: number;
}

export type ExpectedOutcome =
  | { readonly kind: "answered" | "denied" | "rejected" | "unreachable" }
  | { readonly kind: "reaches"; readonly pods: readonly Pod[]; readonly as: Address | null };

export interface Expectation extends Stated {
  readonly source: Selector;
  readonly via: ClusterNode | null;
  readonly destination: Selector;
  readonly outcome: ExpectedOutcome;
}

export interface Cluster {
  readonly settings: Settings;
  readonly nodes: readonly ClusterNode[];
  readonly pods: readonly Pod[];
  readonly groups: readonly Group[];
  readonly services: readonly Service[];
  readonly hairpins: readonly Hairpin[];
  readonly masquerades: readonly Masquerade[];
  readonly snats: readonly Snat[];
  readonly routes: readonly ExtraRoute[];
  readonly marks: readonly Mark[];
  /** In file order, includes counted where they stand; plain rules before default ones. */
  readonly policy: readonly PolicyRule[];
  readonly expectations: readonly Expectation[];
}
