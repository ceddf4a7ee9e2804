/** The doors of services: address, protocol and port that a client may ask for, and where that leads. */

import type { Address, Family } from "../../address/address.ts";
import { inFamily } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, Service, ServicePort } from "../../cluster/cluster.ts";

export interface DoorBackend {
  readonly address: Address;
  readonly port: PortRange | null;
  readonly weight: number;
  /** The address is a declared pod's. */
  readonly isPod: boolean;
}

export interface Door {
  readonly service: Service;
  readonly address: Address;
  readonly protocol: Protocol | null;
  readonly port: PortRange | null;
  readonly backends: readonly DoorBackend[];
}

function backendsOf(port: ServicePort, family: Family): readonly DoorBackend[] {
  const found: DoorBackend[] = [];
  for (const backend of port.backends) {
    const address = inFamily(backend.addresses, family);
    if (address === null) continue;
    found.push({ address, port: backend.port, weight: backend.weight, isPod: backend.pod !== null });
  }
  return found;
}

/** Every door of one family, in the order of the program. */
export function doorsOf(services: readonly Service[], family: Family): readonly Door[] {
  const doors: Door[] = [];
  for (const service of services) {
    const address = inFamily(service.addresses, family);
    if (address === null) continue;
    for (const port of service.ports) {
      const backends = backendsOf(port, family);
      doors.push({ service, address, protocol: port.protocol, port: port.port, backends });
    }
  }
  return doors;
}

/** The cluster's service range, or each service's address where it declares none. */
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

/** The cluster's pod ranges; every pod's address where it declares none. */
export function podRanges(cluster: Cluster, family: Family): readonly Prefix[] {
  return cluster.settings.pods.filter((prefix) => prefix.address.family === family);
}
