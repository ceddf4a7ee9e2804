import type { Address } from "../../address/address.ts";
import { inFamily, sameAddress } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode, Pod, Service } from "../cluster.ts";
import { addressesOfService } from "../doors.ts";

type Holder = ClusterNode | Pod | Service;

/** A service says each of its addresses once. */
function repeatedIn(service: Service): readonly Diagnostic[] {
  const said = addressesOfService(service);
  return said.flatMap(({ kind, address, origin }, at) => {
    const earlier = said.slice(0, at).find((other) => sameAddress(other.address, address));
    if (earlier === undefined) return [];
    const params = { address: address.text, holder: KINDS[kind], earlier: KINDS[earlier.kind] };
    const notes = [{ message: "the first one is here", origin: earlier.origin }];
    return [diagnose("duplicate-address", params, origin, { notes })];
  });
}

const KINDS = { vip: "service", external: "external", loadbalancer: "loadbalancer" } as const;

/** No two of nodes and pods have the same address, and no service has a node's or a pod's. Services may share one: their ports tell them apart. */
export function addressesAreUnique({ nodes, pods, services }: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const holders = new Map<string, Holder>();
  const hold = (holder: Holder, address: Address | null): void => {
    if (address === null) return;
    const earlier = holders.get(address.text);
    if (earlier === undefined) holders.set(address.text, holder);
    else if (holder.kind !== "service" || earlier.kind !== "service") {
      const params = { address: address.text, holder: holder.statement, earlier: earlier.statement };
      const notes = [{ message: `\`${earlier.statement}\` is here`, origin: earlier.origin }];
      const place = inFamily(holder.places, address.family) ?? holder.origin;
      found.push(diagnose("duplicate-address", params, place, { notes }));
    }
  };
  for (const list of [nodes, pods, services]) {
    for (const holder of list) {
      hold(holder, holder.addresses.v4);
      hold(holder, holder.addresses.v6);
    }
  }
  for (const service of services) {
    if (service.external.length > 0 || service.loadbalancer !== null) found.push(...repeatedIn(service));
  }
  return found;
}
