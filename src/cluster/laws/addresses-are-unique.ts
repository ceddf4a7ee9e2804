import type { Address } from "../../address/address.ts";
import { inFamily, present } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode, Pod, Service } from "../cluster.ts";

type Holder = ClusterNode | Pod | Service;

const addressesOf = (holder: Holder): readonly Address[] => present(holder.addresses);

/** No two of nodes and pods have the same address, and no service has a node's or a pod's. Services may share one: their ports tell them apart. */
export function addressesAreUnique(cluster: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const holders = new Map<string, Holder>();
  for (const holder of [...cluster.nodes, ...cluster.pods, ...cluster.services]) {
    for (const address of addressesOf(holder)) {
      const earlier = holders.get(address.text);
      if (earlier === undefined) holders.set(address.text, holder);
      else if (holder.kind !== "service" || earlier.kind !== "service") {
        const params = { address: address.text, holder: holder.statement, earlier: earlier.statement };
        const notes = [{ message: `\`${earlier.statement}\` is here`, origin: earlier.origin }];
        found.push(
          diagnose("duplicate-address", params, inFamily(holder.places, address.family) ?? holder.origin, { notes }),
        );
      }
    }
  }
  return found;
}
