/** The doors of services: address, protocol and port that a client may ask for, and where that leads. */

import type { Address, Family } from "../../address/address.ts";
import { inFamily } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, Service } from "../../cluster/cluster.ts";

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

/** Every door of one family, in the order of the program. */
export function doorsOf(services: readonly Service[], family: Family): readonly Door[] {
  return services.flatMap((service) => {
    const address = inFamily(service.addresses, family);
    if (address === null) return [];
    return service.ports.map((port) => ({
      service,
      address,
      protocol: port.protocol,
      port: port.port,
      backends: port.backends.flatMap((backend) => {
        const own = inFamily(backend.addresses, family);
        if (own === null) return [];
        return [{ address: own, port: backend.port, weight: backend.weight, isPod: backend.pod !== null }];
      }),
    }));
  });
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
