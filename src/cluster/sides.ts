/** The sides of a rule as addresses and ports: what laws compute with when they ask which rules meet. */
import { FAMILIES, inFamily, present } from "../address/address.ts";
import { type PortRange, type Protocol, portsOverlap } from "../address/port.ts";
import { contains, hostPrefix, type Prefix } from "../address/prefix.ts";
import { unreachable } from "../diagnostics/bug.ts";
import type { Cluster, ClusterNode, Selector, Service, ServicePort, Target } from "./cluster.ts";

/** Some addresses on some ports. */
export interface Side {
  /** `null`: every address, and all that nodes send or take. */
  readonly prefixes: readonly Prefix[] | null;
  /** Nodes as such: as a source all that they send, as a destination all that is delivered to them. */
  readonly nodes: readonly ClusterNode[];
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
  /** Only as the packet's present destination: a backend that an `allow` of its service lets be reached. */
  readonly isOpened: boolean;
}

interface Words {
  readonly services: readonly Prefix[];
  readonly nodes: readonly Prefix[];
}

const words = new WeakMap<Cluster, Words>();

const hostsOf = (holders: readonly (Service | ClusterNode)[]): readonly Prefix[] =>
  holders.flatMap(({ addresses }) => present(addresses).map(hostPrefix));

/** The declared `services` range of each family, or each service's address where there is none. */
function wordsOf(cluster: Cluster): Words {
  const known = words.get(cluster);
  if (known !== undefined) return known;
  const { settings, services, nodes } = cluster;
  const undeclared = FAMILIES.filter((family) => !settings.services.some(({ address }) => address.family === family));
  const own = hostsOf(services).filter(({ address }) => undeclared.includes(address.family));
  const made = { services: [...settings.services, ...own], nodes: hostsOf(nodes) };
  words.set(cluster, made);
  return made;
}

/** The addresses that a target stands for; `null` for all. */
export function prefixesOf(cluster: Cluster, target: Target): readonly Prefix[] | null {
  switch (target.kind) {
    case "any":
      return null;
    case "pods":
      return cluster.settings.pods;
    case "services":
      return wordsOf(cluster).services;
    case "nodes":
      return wordsOf(cluster).nodes;
    case "node":
      return present(target.node.addresses).map(hostPrefix);
    case "pod":
      return present(target.pod.addresses).map(hostPrefix);
    case "service":
      return present(target.service.addresses).map(hostPrefix);
    case "prefix":
      return [target.prefix];
    default:
      return unreachable(target);
  }
}

const nodesOf = (cluster: Cluster, target: Target): readonly ClusterNode[] =>
  target.kind === "nodes" ? cluster.nodes : target.kind === "node" ? [target.node] : [];

/** Sides of the same ports as one: a long list stays a few sides. */
function joined(sides: readonly Side[]): readonly Side[] {
  if (sides.length < 2) return sides;
  const byPorts = new Map<string, { -readonly [K in keyof Side]: Side[K] } & { nodes: ClusterNode[] }>();
  for (const side of sides) {
    const key = `${side.protocol} ${side.ports?.first}-${side.ports?.last} ${side.isOpened}`;
    const earlier = byPorts.get(key);
    if (earlier === undefined) {
      byPorts.set(key, {
        ...side,
        prefixes: side.prefixes === null ? null : [...side.prefixes],
        nodes: [...side.nodes],
      });
      continue;
    }
    if (side.prefixes === null) earlier.prefixes = null;
    else if (earlier.prefixes !== null) for (const prefix of side.prefixes) (earlier.prefixes as Prefix[]).push(prefix);
    for (const node of side.nodes) earlier.nodes.push(node);
  }
  return [...byPorts.values()];
}

function plainSide(cluster: Cluster, { target, protocol, ports }: Selector): Side {
  return {
    prefixes: prefixesOf(cluster, target),
    nodes: nodesOf(cluster, target),
    protocol,
    ports,
    isOpened: false,
  };
}

export function sourceSides(cluster: Cluster, sources: readonly Selector[]): readonly Side[] {
  return joined(sources.map((selector) => plainSide(cluster, selector)));
}

/** The ports of a service's line that a selector names; `null` for none. */
export function servedPorts(selector: Selector, line: ServicePort): Pick<Side, "protocol" | "ports"> | null {
  if (line.protocol !== null && selector.protocol !== null && line.protocol !== selector.protocol) return null;
  const protocol = line.protocol ?? selector.protocol;
  if (line.port === null || selector.ports === null) return { protocol, ports: line.port ?? selector.ports };
  if (!portsOverlap(line.port, selector.ports)) return null;
  const first = Math.max(line.port.first, selector.ports.first);
  return { protocol, ports: { first, last: Math.min(line.port.last, selector.ports.last) } };
}

/** A service is its doors, with the ports of its lines. */
export function destinationSides(cluster: Cluster, destinations: readonly Selector[]): readonly Side[] {
  return joined(
    destinations.flatMap((selector): readonly Side[] => {
      const { target } = selector;
      if (target.kind !== "service") return [plainSide(cluster, selector)];
      const prefixes = prefixesOf(cluster, target);
      return target.service.ports.flatMap((line) => {
        const served = servedPorts(selector, line);
        return served === null ? [] : [{ prefixes, nodes: [], ...served, isOpened: false }];
      });
    }),
  );
}

/** Whether a destination covers the address of a service. */
export function coversService(target: Target, service: Service): boolean {
  if (target.kind === "service") return target.service === service;
  if (target.kind === "any" || target.kind === "services") return true;
  if (target.kind !== "prefix") return false;
  const address = inFamily(service.addresses, target.prefix.address.family);
  return address !== null && contains(target.prefix, address);
}

/** Where connections through the doors arrive that an `allow` of these destinations opens. */
export function openedSides(cluster: Cluster, destinations: readonly Selector[]): readonly Side[] {
  const sides: Side[] = [];
  for (const selector of destinations) {
    const { target } = selector;
    if (target.kind === "any" && selector.protocol === null) continue;
    const services = target.kind === "service" ? [target.service] : opensSome(target) ? cluster.services : [];
    for (const service of services) if (coversService(target, service)) openDoors(selector, service, sides);
  }
  return joined(sides);
}

const opensSome = ({ kind }: Target): boolean => kind === "any" || kind === "services" || kind === "prefix";

function openDoors(selector: Selector, service: Service, sides: Side[]): void {
  for (const line of service.ports) {
    const served = servedPorts(selector, line);
    if (served === null) continue;
    for (const { addresses, port } of line.backends) {
      const by = port === null || line.port === null ? 0 : port.first - line.port.first;
      const ports = served.ports === null ? null : { first: served.ports.first + by, last: served.ports.last + by };
      const prefixes = present(addresses).map(hostPrefix);
      sides.push({ prefixes, nodes: [], protocol: served.protocol, ports, isOpened: true });
    }
  }
}
