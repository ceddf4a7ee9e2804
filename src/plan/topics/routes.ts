import { type Address, FAMILIES, type Family, inFamily } from "../../address/address.ts";
import { contains, covers, hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import type { PodLink, Route, Slice, Sysctl } from "../plan.ts";
import { freeAddresses } from "./asked.ts";
import { doorsIn, serviceRanges } from "./doors.ts";
import { firstOfRange } from "./links.ts";
import { planTunnel, tunnelDevice } from "./tunnel.ts";

/**
 * What the node itself sends by a route leaves with its declared address, whichever address its device has first; through the tunnel
 * with the tunnel's, so that answers come back through it. `null` where the node has none of the family: the kernel chooses.
 */
function sourceBy(cluster: Cluster, node: ClusterNode, family: Family, device: string | null): Address | null {
  const tunnel = tunnelDevice(cluster);
  return tunnel !== null && device === tunnel ? firstOfRange(node, family) : inFamily(node.addresses, family);
}

/** `host-gw`: the pod range of each other node, by that node's address. `vxlan`: by its address inside the tunnel. */
function toOtherNodes(cluster: Cluster, node: ClusterNode): readonly Route[] {
  const tunnel = tunnelDevice(cluster);
  const device = tunnel ?? node.device;
  if (cluster.settings.network === "none" || device === null) return [];
  return cluster.nodes.flatMap((other) => {
    if (other === node) return [];
    return other.pods.flatMap((prefix): readonly Route[] => {
      const { family } = prefix.address;
      const via = tunnel === null ? inFamily(other.addresses, family) : firstOfRange(other, family);
      if (via === null) return [];
      const source = sourceBy(cluster, node, family, device);
      return [{ prefix, via, device, onlink: true, source, statement: other.statement, origin: other.origin }];
    });
  });
}

/** Without any route to a service's address `connect` fails before OUTPUT could translate it (language reference, services). */
function toServices(cluster: Cluster, node: ClusterNode): readonly Route[] {
  const { device } = node;
  if (device === null) return [];
  return FAMILIES.flatMap((family) => {
    const source = sourceBy(cluster, node, family, device);
    const origin = cluster.settings.origin;
    const ranges = serviceRanges(cluster, family);
    const outside = freeAddresses(cluster, family).filter((each) => !ranges.some((range) => contains(range, each)));
    return [...ranges, ...outside.map(hostPrefix)].map(
      (prefix): Route => ({ prefix, via: null, device, onlink: false, source, statement: "services", origin }),
    );
  });
}

/** A node answers ARP for an address only where it has a route to it by another device than the asker's. Nothing is sent by it. */
function toProxiedGateway(cluster: Cluster, node: ClusterNode): readonly Route[] {
  const { gateway, origin } = cluster.settings;
  const address = gateway.addresses.v4;
  const hasPods = cluster.pods.some((pod) => pod.node === node && pod.addresses.v4 !== null);
  if (gateway.kind !== "proxy-arp" || address === null || !hasPods) return [];
  const prefix = hostPrefix(address);
  return [{ prefix, via: null, device: "lo", onlink: false, source: null, statement: "gateway proxy-arp", origin }];
}

const extra = (cluster: Cluster, node: ClusterNode): readonly Route[] =>
  cluster.routes
    .filter((route) => route.node === node)
    .map(({ prefix, via, device, statement, origin }) => ({
      prefix,
      via,
      device,
      onlink: device !== null,
      source: sourceBy(cluster, node, prefix.address.family, device),
      statement,
      origin,
    }));

export function planRoutes(cluster: Cluster, node: ClusterNode): readonly Route[] {
  return [
    ...toOtherNodes(cluster, node),
    ...toServices(cluster, node),
    ...toProxiedGateway(cluster, node),
    ...extra(cluster, node),
  ];
}

/**
 * The node's ranges of pods, but for those that other facts of the plan lead somewhere as a whole: what a `route` says of all of a range
 * is said of its addresses without a pod too.
 */
export function planSlices(node: ClusterNode, links: readonly PodLink[], routes: readonly Route[]): readonly Slice[] {
  const led = [
    ...links.flatMap(({ ends }) => ends.map(({ address }) => hostPrefix(address))),
    ...routes.map(({ prefix }) => prefix).filter(({ length }) => length > 0),
  ];
  const isLed = (slice: Prefix): boolean => led.some((prefix) => covers(prefix, slice));
  return node.pods
    .filter((slice) => !isLed(slice))
    .map(({ address, length, text }) => ({
      prefix: { address, length, text },
      statement: node.statement,
      origin: node.origin,
    }));
}

/**
 * A node with pods, or with services to translate, forwards, in each family that the program speaks of. In IPv4 each device has a say of
 * its own about what comes in by it: those that the program names are stated. (In IPv6 forwarding is one setting for all.)
 */
export function planSysctls(cluster: Cluster, node: ClusterNode): readonly Sysctl[] {
  const speaks = (family: Family): boolean =>
    cluster.pods.some((pod) => inFamily(pod.addresses, family) !== null) || doorsIn(cluster, family).length > 0;
  const on = (key: string): Sysctl => ({ key, value: "1", statement: "forwarding", origin: null });
  const found: Sysctl[] = [];
  if (speaks(4)) found.push(on("net.ipv4.ip_forward"), ...namedDevices(cluster, node).map(forwardingOf).map(on));
  if (speaks(6)) found.push(on("net.ipv6.conf.all.forwarding"));
  return found;
}

function namedDevices(cluster: Cluster, node: ClusterNode): readonly string[] {
  const tunnel = planTunnel(cluster, node)?.device ?? null;
  const named = [node.device, tunnel, ...planRoutes(cluster, node).map(({ device }) => device)];
  return [...new Set(named)].filter((device) => device !== null && device !== LOOPBACK) as readonly string[];
}

/** As in sysctl(8), a slash in a dotted key is a dot of an interface's name. */
const forwardingOf = (device: string): string => `net.ipv4.conf.${device.replaceAll(".", "/")}.forwarding`;

/** Nothing that comes in by it is forwarded. */
const LOOPBACK = "lo";
