import type { Family } from "../address/address.ts";
import { FAMILIES } from "../address/address.ts";
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import type { NodePlan, PacketPlan } from "./plan.ts";
import { doorsIn, indexIn, moreAddresses } from "./topics/doors.ts";
import { planPostrouting } from "./topics/egress.ts";
import { planFilter } from "./topics/filter.ts";
import { planLinks } from "./topics/links.ts";
import { planMarks } from "./topics/marks.ts";
import { planInside, planNodeports } from "./topics/nodeports.ts";
import { planRoutes, planSlices, planSysctls } from "./topics/routes.ts";
import { planSenders } from "./topics/senders.ts";
import { planDraining, planServices } from "./topics/services.ts";
import { planMtu, planTunnel } from "./topics/tunnel.ts";

function planPackets(cluster: Cluster, node: ClusterNode, family: Family): PacketPlan {
  const doors = doorsIn(cluster, family);
  const more = new Set(moreAddresses(cluster, family).map(({ text }) => text));
  const context = { cluster, node, family, doors, index: indexIn(cluster, family), more };
  return {
    family,
    serviceRanges: cluster.settings.services.filter((prefix) => prefix.address.family === family),
    inside: planInside(cluster, family),
    nodeports: planNodeports(cluster, node, family),
    senders: planSenders(context),
    marks: planMarks(context),
    services: planServices(context),
    draining: planDraining(doors),
    postrouting: planPostrouting(context),
    filter: planFilter(context),
  };
}

/** What `node` must do, before any pass has run. */
export function buildPlan(cluster: Cluster, node: ClusterNode): NodePlan {
  const links = planLinks(cluster, node);
  const routes = planRoutes(cluster, node);
  return {
    node: node.name,
    mtu: planMtu(cluster, node),
    tunnel: planTunnel(cluster, node),
    links,
    routes,
    slices: planSlices(node, links, routes),
    sysctls: planSysctls(cluster, node),
    packets: FAMILIES.map((family) => planPackets(cluster, node, family)),
  };
}
