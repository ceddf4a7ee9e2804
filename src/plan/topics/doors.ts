/** The doors of services in one family: address, protocol and port that a client may ask for, and where that leads. */

import type { Address, Family } from "../../address/address.ts";
import { inFamily } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import type { PortRange } from "../../address/port.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode, Service, ServicePort } from "../../cluster/cluster.ts";
import { type DoorIndex, indexDoors } from "../../cluster/door-index.ts";
import { addressesOfService, doorsOf, type ServiceDoor } from "../../cluster/doors.ts";
import { nodeOf } from "../../cluster/holders.ts";
import { oncePerCluster } from "../../cluster/once.ts";
import type { TranslationBackend } from "../plan.ts";

export interface DoorBackend {
  readonly address: Address;
  readonly port: PortRange | null;
  readonly weight: number;
  /** The same as the plan says it: one for all nodes. */
  readonly translation: TranslationBackend;
  /** The address is a declared pod's. */
  readonly isPod: boolean;
  /** The node that its pod or its address is on; `null` for somebody else's. */
  readonly node: ClusterNode | null;
}

export interface Door extends ServiceDoor {
  readonly backends: readonly DoorBackend[];
  /** Those that new connections go to. */
  readonly open: readonly DoorBackend[];
}

/** Of one line in one family. */
function backendsOf(cluster: Cluster, line: ServicePort, family: Family): readonly DoorBackend[] {
  const found: DoorBackend[] = [];
  for (const backend of line.backends) {
    const address = inFamily(backend.addresses, family);
    if (address === null) continue;
    const { port, weight, pod } = backend;
    const node = pod === null ? nodeOf(cluster, address) : pod.node;
    found.push({ address, port, weight, translation: { address, port, weight }, isPod: pod !== null, node });
  }
  return found;
}

/** Behind a nodeport: what does not say its port itself has the line's, never the nodeport's own number. */
function onLinePort(backend: DoorBackend, { port }: ServicePort): DoorBackend {
  if (backend.port !== null) return backend;
  return { ...backend, port, translation: { ...backend.translation, port } };
}

/** A nodeport is a door of the families that its backends have; without any, of those that its service's addresses have. */
function hasNodeport(service: Service, line: ServicePort, backends: readonly DoorBackend[], family: Family): boolean {
  if (line.backends.length > 0) return backends.length > 0;
  return addressesOfService(service).some((own) => own.address.family === family);
}

function made(cluster: Cluster, family: Family): readonly Door[] {
  const found: Door[] = [];
  for (const { kind, service, line, address, protocol, port } of doorsOf(cluster)) {
    if (address !== null && address.family !== family) continue;
    const own = backendsOf(cluster, line, family);
    if (address === null && !hasNodeport(service, line, own, family)) continue;
    const backends = kind === "nodeport" ? own.map((each) => onLinePort(each, line)) : own;
    const open = backends.every(isOpen) ? backends : backends.filter(isOpen);
    found.push({ kind, service, line, address, protocol, port, backends, open });
  }
  return found;
}

const isOpen = ({ weight }: DoorBackend): boolean => weight > 0;

const doorsBy = {
  4: oncePerCluster((cluster) => made(cluster, 4)),
  6: oncePerCluster((cluster) => made(cluster, 6)),
} as const;

/** Every door of one family, in the order of the program; made once for all nodes. */
export const doorsIn = (cluster: Cluster, family: Family): readonly Door[] => doorsBy[family](cluster);

const indexBy = {
  4: oncePerCluster((cluster) => indexDoors(doorsIn(cluster, 4))),
  6: oncePerCluster((cluster) => indexDoors(doorsIn(cluster, 6))),
} as const;

/** The same doors by service and by address. */
export const indexIn = (cluster: Cluster, family: Family): DoorIndex<Door> => indexBy[family](cluster);

/** External and load-balancer addresses and nodeports keep clients from outside on the node, addresses of its own everybody. */
export const isKeptLocal = ({ kind, service }: Door): boolean =>
  kind === "vip" ? service.isInternalLocal : service.isExternalLocal;

/** The cluster's service range, or each service's own address where it declares none. */
export function serviceRanges(cluster: Cluster, family: Family): readonly Prefix[] {
  const declared = cluster.settings.services.filter((prefix) => prefix.address.family === family);
  if (declared.length > 0) return declared;
  return mergePrefixes(
    cluster.services.flatMap((service) => {
      const address = inFamily(service.addresses, family);
      return address === null ? [] : [hostPrefix(address)];
    }),
  );
}

/** Of both families. */
const allMore = oncePerCluster(({ services }): readonly Address[] => {
  const found = new Map<string, Address>();
  for (const { external, loadbalancer } of services) {
    for (const { address } of external) found.set(address.text, address);
    for (const { address } of loadbalancer?.addresses ?? []) found.set(address.text, address);
  }
  return [...found.values()];
});

/** External and load-balancer addresses, each once. */
export const moreAddresses = (cluster: Cluster, family: Family): readonly Address[] =>
  allMore(cluster).filter((address) => address.family === family);

/** The cluster's pod ranges; every pod's address where it declares none. */
export function podRanges(cluster: Cluster, family: Family): readonly Prefix[] {
  return cluster.settings.pods.filter((prefix) => prefix.address.family === family);
}
