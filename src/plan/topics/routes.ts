import type { Family } from "../../address/address.ts";
import { inFamily } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import type { Route, Sysctl } from "../plan.ts";
import { serviceRanges } from "./doors.ts";

const FAMILIES: readonly Family[] = [4, 6];

/** `host-gw`: the pod range of each other node, by that node's address. */
function toOtherNodes(cluster: Cluster, node: ClusterNode): readonly Route[] {
  const { device } = node;
  if (cluster.settings.network !== "host-gw" || device === null) return [];
  return cluster.nodes.flatMap((other) => {
    if (other === node) return [];
    return other.pods.flatMap((prefix): readonly Route[] => {
      const via = inFamily(other.addresses, prefix.address.family);
      if (via === null) return [];
      return [{ prefix, via, device, onlink: true, source: null, statement: other.statement, origin: other.origin }];
    });
  });
}

/** Without any route to a service's address `connect` fails before OUTPUT could translate it (language reference, services). */
function toServices(cluster: Cluster, node: ClusterNode): readonly Route[] {
  const { device } = node;
  if (device === null) return [];
  return FAMILIES.flatMap((family) =>
    serviceRanges(cluster, family).map(
      (prefix): Route => ({
        prefix,
        via: null,
        device,
        onlink: false,
        source: inFamily(node.addresses, family),
        statement: "services",
        origin: cluster.settings.origin,
      }),
    ),
  );
}

export function planRoutes(cluster: Cluster, node: ClusterNode): readonly Route[] {
  return [...toOtherNodes(cluster, node), ...toServices(cluster, node)];
}

/** A node with pods, or with services to translate, forwards. */
export function planSysctls(cluster: Cluster): readonly Sysctl[] {
  if (cluster.pods.length === 0 && cluster.services.length === 0) return [];
  return [{ key: "net.ipv4.ip_forward", value: "1", statement: "forwarding", origin: null }];
}
