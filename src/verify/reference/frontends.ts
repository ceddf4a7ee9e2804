/**
 * The frontends of services on one node: an address that clients ask for, a protocol and ports, and the port line that leads on from there
 * (language.md §2, `service` and its options; §3.3, §3.5), and as keys by which packets that ask for them are found.
 */
import type { Address, Family } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Backend, Cluster, ClusterNode, Service, ServicePort } from "../../cluster/cluster.ts";
import type { KeyPart, Target, Term } from "../program.ts";
import { protocolNumber } from "../protocols.ts";
import { holds, ofFamily, only, rangeOf } from "./addresses.ts";

/** A backend behind a frontend, in one family. */
export interface Reached {
  readonly address: Address;
  /** As the backend says it; `null`: the port that was asked for stays. */
  readonly port: PortRange | null;
  readonly to: Target;
  readonly weight: number;
  /** A declared pod has the address. */
  readonly isPod: boolean;
  /** It runs on this node. */
  readonly isHere: boolean;
}

export interface Frontend {
  readonly kind: "vip" | "external" | "loadbalancer" | "nodeport";
  readonly service: Service;
  readonly line: ServicePort;
  /** `null`: where nodeports listen. */
  readonly address: Address | null;
  /** `null`: every one. */
  readonly protocol: Protocol | null;
  /** What is asked for, of a nodeport its own; `null`: every one. */
  readonly port: PortRange | null;
  /** Drained ones too. */
  readonly backends: readonly Reached[];
  /** Those that get new connections: a weight of 0 drains. */
  readonly open: readonly Reached[];
}

/** What a service may be asked at besides nodeports (§2: `external`, `loadbalancer`: more VIPs). */
export function vipsOf(service: Service, family: Family): readonly Pick<Frontend, "kind" | "address">[] {
  const { addresses, external, loadbalancer } = service;
  const own = ofFamily(addresses, family);
  const found: Pick<Frontend, "kind" | "address">[] = own === null ? [] : [{ kind: "vip", address: own }];
  for (const { address } of external) if (address.family === family) found.push({ kind: "external", address });
  for (const { address } of loadbalancer?.addresses ?? [])
    if (address.family === family) found.push({ kind: "loadbalancer", address });
  return found;
}

/** On which node an address is that no pod has: the one that declares it, else the one whose slice of the pod range holds it. */
function placesOf({ nodes }: Cluster, family: Family): (address: Address) => ClusterNode | null {
  const declared = new Map<Address["value"], ClusterNode>();
  for (const node of nodes) {
    const own = ofFamily(node.addresses, family);
    if (own !== null) declared.set(own.value, node);
  }
  const slices = nodes.flatMap((node) => node.pods.map((slice) => ({ node, range: rangeOf(slice) })));
  return (address) => declared.get(address.value) ?? slices.find(({ range }) => holds(range, address))?.node ?? null;
}

const countOf = ({ first, last }: PortRange): number => last - first + 1;

/** The one port that a single backend's port is, or each port of a range mapped to the one with the same place (§2, "offset kept"). */
function targetOf(asked: PortRange | null, address: Address, ports: PortRange | null): Target {
  const isMapped = ports !== null && asked !== null && countOf(asked) > 1;
  return { address, ports, base: isMapped ? asked.first : null };
}

export function frontendsOf(cluster: Cluster, node: ClusterNode, family: Family): readonly Frontend[] {
  const nodeOf = placesOf(cluster, family);
  const all: Frontend[] = [];

  function reached({ port, weight, pod, addresses }: Backend, asked: PortRange | null, kept: PortRange | null) {
    const address = ofFamily(addresses, family);
    if (address === null) return null;
    const isHere = (pod === null ? nodeOf(address) : pod.node) === node;
    return { address, port, weight, isPod: pod !== null, isHere, to: targetOf(asked, address, port ?? kept) };
  }

  /** `kept`: the port that a backend without one of its own gets where it is not the one that was asked for. */
  function add(one: Omit<Frontend, "backends" | "open">, kept: PortRange | null): void {
    const backends: Reached[] = [];
    for (const backend of one.line.backends) {
      const found = reached(backend, one.port, kept);
      if (found !== null) backends.push(found);
    }
    const isOpen = ({ weight }: Reached): boolean => weight > 0;
    all.push({ ...one, backends, open: backends.every(isOpen) ? backends : backends.filter(isOpen) });
  }

  for (const service of cluster.services) {
    const vips = vipsOf(service, family);
    for (const { kind, address } of vips)
      for (const line of service.ports)
        add({ kind, service, line, address, protocol: line.protocol, port: line.port }, null);
    for (const line of service.ports) {
      const { nodeport, protocol, port, backends } = line;
      if (nodeport === null) continue;
      // In the families of its backends; without any, in those in which its service has an address.
      const isInFamily =
        backends.length === 0 ? vips.length > 0 : backends.some((each) => ofFamily(each.addresses, family) !== null);
      const asked = { first: nodeport.first, last: nodeport.last };
      // Behind a nodeport the backend's port is the service's when left out (§2).
      if (isInFamily) add({ kind: "nodeport", service, line, address: null, protocol, port: asked }, port);
    }
  }
  return all;
}

/** `internal local` is about the VIP, `external-traffic local` about all other frontends (§2). */
export const isLocalOnly = ({ kind, service }: Frontend): boolean =>
  kind === "vip" ? service.isInternalLocal : service.isExternalLocal;

/** It has open backends, and none of them here. */
export const leadsNowhereHere = (one: Frontend): boolean =>
  isLocalOnly(one) && one.open.length > 0 && !one.open.some(({ isHere }) => isHere);

/** Frontends that are found by the same parts of a packet. */
export interface Shape {
  readonly key: readonly KeyPart[];
  readonly elements: readonly { readonly frontend: Frontend; readonly terms: readonly Term[] }[];
}

/** Nodeports are found by protocol and ports alone: their addresses are a test of their own. */
export function shapesOf(
  frontends: readonly Frontend[],
  family: Family,
  of: "destination" | "asked",
): readonly Shape[] {
  const shapes = new Map<
    string,
    { key: readonly KeyPart[]; elements: { frontend: Frontend; terms: readonly Term[] }[] }
  >();
  for (const frontend of frontends) {
    const { address, protocol, port } = frontend;
    const name = `${address === null} ${protocol === null} ${port === null}`;
    const shape = shapes.get(name) ?? { key: keyOf(frontend, of), elements: [] };
    shapes.set(name, shape);
    shape.elements.push({ frontend, terms: termsOf(frontend, family) });
  }
  return [...shapes.values()];
}

const keyOf = ({ address, protocol, port }: Frontend, of: "destination" | "asked"): readonly KeyPart[] => [
  ...(address === null ? [] : [{ kind: "address", of } as const]),
  ...(protocol === null ? [] : [{ kind: "protocol" } as const]),
  ...(port === null ? [] : [{ kind: "ports", of: `${of}-port` } as const]),
];

function termsOf({ address, protocol, port }: Frontend, family: Family): readonly Term[] {
  const terms: Term[] = [];
  if (address !== null) terms.push(only(address));
  if (protocol !== null) terms.push(protocolNumber(protocol, family));
  if (port !== null) terms.push(port);
  return terms;
}
