import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";
import { addressesOfService } from "../doors.ts";
import { holderOf } from "../holders.ts";

/** An external or a load-balancer address is no node's and no pod's own. */
export function doorsKeepOffHosts(cluster: Cluster): readonly Diagnostic[] {
  const shared = cluster.services.filter(({ external, loadbalancer }) => external.length > 0 || loadbalancer !== null);
  if (shared.length === 0) return [];
  return shared.flatMap((service) =>
    addressesOfService(service).flatMap(({ kind, address, origin }) => {
      const holder = kind === "vip" ? null : holderOf(cluster, address);
      if (holder === null) return [];
      const params = { address: address.text, service: service.name, holder: holder.statement };
      const notes = [{ message: `\`${holder.statement}\` is here`, origin: holder.origin }];
      return [diagnose("door-at-host", params, origin, { notes })];
    }),
  );
}
