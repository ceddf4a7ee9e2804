import { present } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode, Pod } from "../cluster.ts";
import { addressesOfService } from "../doors.ts";

/** An external or a load-balancer address is no node's and no pod's own. */
export function doorsKeepOffHosts({ nodes, pods, services }: Cluster): readonly Diagnostic[] {
  const shared = services.filter(({ external, loadbalancer }) => external.length > 0 || loadbalancer !== null);
  if (shared.length === 0) return [];
  const holders = new Map<string, ClusterNode | Pod>();
  for (const holder of [...nodes, ...pods]) for (const { text } of present(holder.addresses)) holders.set(text, holder);
  return shared.flatMap((service) =>
    addressesOfService(service).flatMap(({ kind, address, origin }) => {
      const holder = kind === "vip" ? undefined : holders.get(address.text);
      if (holder === undefined) return [];
      const params = { address: address.text, service: service.name, holder: holder.statement };
      const notes = [{ message: `\`${holder.statement}\` is here`, origin: holder.origin }];
      return [diagnose("door-at-host", params, origin, { notes })];
    }),
  );
}
