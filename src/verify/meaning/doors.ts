/** The doors of services on one node, and as keys by which packets that ask for them are found. */
import { type Address, type Family, inFamily, present } from "../../address/address.ts";
import { type PortRange, width } from "../../address/port.ts";
import { contains } from "../../address/prefix.ts";
import type { Backend, Cluster, ClusterNode, ServicePort } from "../../cluster/cluster.ts";
import { addressesOfService, doorsOf, type ServiceDoor } from "../../cluster/doors.ts";
import type { AddressRange, KeyPart, Target, Term } from "../program.ts";
import { protocolNumber } from "../protocols.ts";

/** A backend of a door, in one family. */
export interface Lead {
  readonly address: Address;
  /** As the backend says it. */
  readonly port: PortRange | null;
  readonly to: Target;
  readonly weight: number;
  /** A declared pod has the address. */
  readonly isPod: boolean;
  /** It runs on this node. */
  readonly isHere: boolean;
}

export interface Door extends ServiceDoor {
  /** Drained ones too. */
  readonly leads: readonly Lead[];
  /** Those that new connections go to: a weight of 0 drains. */
  readonly open: readonly Lead[];
}

type NodeOf = (address: Address) => ClusterNode | null;

/** A backend that no pod has is on the node that declares its address, else on the one in whose `pods` it lies, else on none. */
function nodesByAddress({ nodes }: Cluster): NodeOf {
  const declared = new Map(nodes.flatMap((node) => present(node.addresses).map(({ text }) => [text, node] as const)));
  return (address) =>
    declared.get(address.text) ?? nodes.find(({ pods }) => pods.some((slice) => contains(slice, address))) ?? null;
}

/** The backend's port is the line's when left out; behind an exact door that is the one that was asked for, port by port. */
function targetOf(door: ServiceDoor, address: Address, { port }: Backend): Target {
  const ports = door.kind === "nodeport" ? (port ?? door.line.port) : port;
  const isRange = ports !== null && door.port !== null && width(door.port) > 1;
  return { address, ports, base: isRange ? door.port.first : null };
}

function leadsOf(door: ServiceDoor, node: ClusterNode, family: Family, nodeOf: NodeOf): readonly Lead[] {
  const leads = door.line.backends.map((backend): Lead | null => {
    const address = inFamily(backend.addresses, family);
    if (address === null) return null;
    const { port, weight, pod } = backend;
    const isHere = (pod === null ? nodeOf(address) : pod.node) === node;
    return { address, port, to: targetOf(door, address, backend), weight, isPod: pod !== null, isHere };
  });
  return leads.every((lead) => lead !== null) ? leads : leads.filter((lead) => lead !== null);
}

const isOpen = ({ weight }: Lead): boolean => weight > 0;

/** A nodeport is there in the families of its backends; without any, in those of its service's addresses. */
function isInFamily({ address, service, line }: ServiceDoor, family: Family): boolean {
  if (address !== null) return address.family === family;
  if (line.backends.length === 0) return addressesOfService(service).some((own) => own.address.family === family);
  return hasBackend(line, family);
}

const hasBackend = ({ backends }: ServicePort, family: Family): boolean =>
  backends.some(({ addresses }) => inFamily(addresses, family) !== null);

export function doorsInFamily(cluster: Cluster, node: ClusterNode, family: Family): readonly Door[] {
  const nodeOf = nodesByAddress(cluster);
  return doorsOf(cluster)
    .filter((door) => isInFamily(door, family))
    .map((door) => {
      const { kind, service, line, address, protocol, port } = door;
      const leads = leadsOf(door, node, family, nodeOf);
      const open = leads.every(isOpen) ? leads : leads.filter(isOpen);
      return { kind, service, line, address, protocol, port, leads, open };
    });
}

/** `internal local` is about a service's own address, `external-traffic local` about all other doors. */
export const isKeptHere = ({ kind, service }: Door): boolean =>
  kind === "vip" ? service.isInternalLocal : service.isExternalLocal;

export const leadsNowhereHere = (door: Door): boolean =>
  isKeptHere(door) && door.open.length > 0 && !door.open.some(({ isHere }) => isHere);

/** Doors that are found by the same parts of a packet. */
export interface Shape {
  readonly key: readonly KeyPart[];
  readonly elements: readonly { readonly door: Door; readonly terms: readonly Term[] }[];
}

export const only = (address: Address): AddressRange => ({ first: address, last: address });

/** Nodeports are found by protocol and ports alone: their addresses are a test of their own. */
export function shapesOf(doors: readonly Door[], family: Family, of: "destination" | "asked"): readonly Shape[] {
  const shapes = new Map<number, { key: readonly KeyPart[]; elements: { door: Door; terms: readonly Term[] }[] }>();
  for (const door of doors) {
    const which = (door.address === null ? 0 : 4) + (door.protocol === null ? 0 : 2) + (door.port === null ? 0 : 1);
    const shape = shapes.get(which) ?? { key: keyOf(door, of), elements: [] };
    shapes.set(which, shape);
    shape.elements.push({ door, terms: termsOf(door, family, shape.key.length) });
  }
  return [...shapes.values()];
}

const keyOf = ({ address, protocol, port }: Door, of: "destination" | "asked"): readonly KeyPart[] => [
  ...(address === null ? [] : [{ kind: "address", of } as const]),
  ...(protocol === null ? [] : [{ kind: "protocol" } as const]),
  ...(port === null ? [] : [{ kind: "ports", of: `${of}-port` } as const]),
];

function termsOf({ address, protocol, port }: Door, family: Family, length: number): readonly Term[] {
  const terms = new Array<Term>(length);
  if (address !== null) terms[0] = only(address);
  if (protocol !== null) terms[address === null ? 0 : 1] = protocolNumber(protocol, family);
  if (port !== null) terms[length - 1] = port;
  return terms;
}
