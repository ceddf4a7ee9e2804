/** The sides of a rule as addresses and ports: what laws compute with when they ask which rules meet. */
import { FAMILIES, type Family, inFamily, present } from "../address/address.ts";
import type { PortRange, Protocol } from "../address/port.ts";
import { covers, hostPrefix, overlaps, type Prefix } from "../address/prefix.ts";
import { unreachable } from "../diagnostics/bug.ts";
import type { Cluster, ClusterNode, Selector, Service, Settings, Target } from "./cluster.ts";
import { type DoorIndex, indexDoors } from "./door-index.ts";
import {
  addressesOfService,
  askedPorts,
  doorsOf,
  doorsOfService,
  meetParts,
  type PortPart,
  type ServiceDoor,
  shiftPorts,
} from "./doors.ts";
import { oncePerCluster } from "./once.ts";

/** Some addresses on some ports. */
export interface Side {
  /** `null`: every address, and all that nodes send or take. */
  readonly prefixes: readonly Prefix[] | null;
  /** Nodes as such: as a source all that they send, as a destination all that is delivered to them. */
  readonly nodes: readonly ClusterNode[];
  /** Of nodes as such no more than the addresses that nodeports listen on. */
  readonly listening: readonly ClusterNode[];
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
  /** Only as the packet's present destination: a backend that an `allow` of its service lets be reached. */
  readonly isOpened: boolean;
}

interface Words {
  readonly services: readonly Prefix[];
  readonly nodes: readonly Prefix[];
  readonly nodeports: readonly Prefix[];
}

const hostsOf = (holders: readonly (Service | ClusterNode)[]): readonly Prefix[] =>
  holders.flatMap(({ addresses }) => present(addresses).map(hostPrefix));

/** Those of the declared addresses of nodes that nodeports listen on. */
function listening({ nodeports }: Settings, hosts: readonly Prefix[]): readonly Prefix[] {
  if (nodeports.kind !== "ranges") return hosts;
  return hosts.filter((host) => nodeports.ranges.some((range) => covers(range, host)));
}

/** Every declared address of a node that nodeports listen on. */
export const nodeportHosts = (cluster: Cluster): readonly Prefix[] => wordsOf(cluster).nodeports;

/** The declared `services` range of each family, or each service's address where there is none. */
const wordsOf = oncePerCluster(({ settings, services, nodes }): Words => {
  const undeclared = FAMILIES.filter((family) => !settings.services.some(({ address }) => address.family === family));
  const own = hostsOf(services).filter(({ address }) => undeclared.includes(address.family));
  const hosts = hostsOf(nodes);
  return { services: [...settings.services, ...own], nodes: hosts, nodeports: listening(settings, hosts) };
});

/** The addresses of its doors, of its nodeports those of the nodes. */
function prefixesOfService(cluster: Cluster, service: Service): readonly Prefix[] {
  const own = addressesOfService(service).map(({ address }) => hostPrefix(address));
  return service.ports.some(({ nodeport }) => nodeport !== null) ? [...own, ...nodeportHosts(cluster)] : own;
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
      return prefixesOfService(cluster, target.service);
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
  const byPorts = new Map<
    string,
    { -readonly [K in keyof Side]: Side[K] } & { nodes: ClusterNode[]; listening: ClusterNode[] }
  >();
  for (const side of sides) {
    const key = `${side.protocol} ${side.ports?.first}-${side.ports?.last} ${side.isOpened}`;
    const earlier = byPorts.get(key);
    if (earlier === undefined) {
      byPorts.set(key, {
        ...side,
        prefixes: side.prefixes === null ? null : [...side.prefixes],
        nodes: [...side.nodes],
        listening: [...side.listening],
      });
      continue;
    }
    if (side.prefixes === null) earlier.prefixes = null;
    else if (earlier.prefixes !== null) for (const prefix of side.prefixes) (earlier.prefixes as Prefix[]).push(prefix);
    for (const node of side.nodes) earlier.nodes.push(node);
    for (const node of side.listening) earlier.listening.push(node);
  }
  return [...byPorts.values()];
}

function plainSide(cluster: Cluster, { target, protocol, ports }: Selector): Side {
  return {
    prefixes: prefixesOf(cluster, target),
    nodes: nodesOf(cluster, target),
    listening: [],
    protocol,
    ports,
    isOpened: false,
  };
}

export function sourceSides(cluster: Cluster, sources: readonly Selector[]): readonly Side[] {
  return joined(sources.map((selector) => plainSide(cluster, selector)));
}

/** Nodeports listen on more than the nodes' declared addresses. */
export const listensWidely = ({ settings }: Cluster): boolean => settings.nodeports.kind !== "primary";

/**
 * Where a door is asked. An address of a node that nobody declared is the node as such: there nodeports may listen, and what a
 * rule about the node is about.
 */
function doorSide(cluster: Cluster, { address }: ServiceDoor): Pick<Side, "prefixes" | "nodes" | "listening"> {
  if (address !== null) return { prefixes: [hostPrefix(address)], nodes: [], listening: [] };
  const listening = listensWidely(cluster) ? cluster.nodes : [];
  return { prefixes: nodeportHosts(cluster), nodes: [], listening };
}

/** A service is its doors: their addresses, with the ports of its lines or the nodeports of these. */
export function destinationSides(cluster: Cluster, destinations: readonly Selector[]): readonly Side[] {
  return joined(
    destinations.flatMap((selector): readonly Side[] => {
      const { target } = selector;
      if (target.kind !== "service") return [plainSide(cluster, selector)];
      return doorsOfService(target.service).flatMap((door) => {
        const asked = askedPorts(selector, door);
        return asked === null ? [] : [{ ...doorSide(cluster, door), ...asked, isOpened: false }];
      });
    }),
  );
}

/** A service's port that a selector names is one of its lines'. */
export const isServed = (selector: Selector, service: Service): boolean =>
  service.ports.some(({ protocol, port }) => meetParts({ protocol, ports: port }, selector) !== null);

/** Some address of a node, declared or not, that a range may hold and that nodeports listen on. */
function holdsNodeports(cluster: Cluster, prefix: Prefix): boolean {
  const { nodeports } = cluster.settings;
  if (nodeportHosts(cluster).some((host) => covers(prefix, host))) return true;
  return nodeports.kind === "ranges" && nodeports.ranges.some((range) => overlaps(range, prefix));
}

/** Every door, by service and by address. */
const doorIndexOf = oncePerCluster((cluster) => indexDoors(doorsOf(cluster)));

/** Whether nodeports listen at one of some nodes, in a family. */
function listensAt({ settings }: Cluster, nodes: readonly ClusterNode[], family: Family): boolean {
  const { nodeports } = settings;
  if (nodeports.kind === "all") return true;
  if (nodeports.kind === "ranges") return nodeports.ranges.some(({ address }) => address.family === family);
  return nodes.some(({ addresses }) => inFamily(addresses, family) !== null);
}

/** The families in which a destination covers nodeports: an item adds nothing in a family of which it has no address. */
function nodeportFamilies(cluster: Cluster, target: Target): readonly Family[] {
  switch (target.kind) {
    case "prefix":
      return holdsNodeports(cluster, target.prefix) ? [target.prefix.address.family] : [];
    case "node":
      return FAMILIES.filter((family) => listensAt(cluster, [target.node], family));
    case "nodes":
      return FAMILIES.filter((family) => listensAt(cluster, cluster.nodes, family));
    case "service":
    case "any":
    case "services":
      return FAMILIES;
    default:
      return [];
  }
}

/**
 * Of some doors those that a destination covers, so that an `allow` of it opens what lies behind. `any` and `services` cover every one.
 * `family`: of these doors; `null`: both.
 */
export function coveredAmong<D extends ServiceDoor>(
  index: DoorIndex<D>,
  cluster: Cluster,
  target: Target,
  family: Family | null,
): readonly D[] {
  const withNodeports = (): boolean => {
    const families = nodeportFamilies(cluster, target);
    return family === null ? families.length > 0 : families.includes(family);
  };
  switch (target.kind) {
    case "service":
      return index.ofService(target.service);
    case "any":
    case "services":
      return index.doors;
    case "nodes":
      return index.within(wordsOf(cluster).nodes, withNodeports());
    case "node":
      return index.within(present(target.node.addresses).map(hostPrefix), withNodeports());
    case "prefix":
      return index.within([target.prefix], withNodeports());
    default:
      return [];
  }
}

/** The same of all doors. */
export const coveredDoors = (cluster: Cluster, target: Target): readonly ServiceDoor[] =>
  coveredAmong(doorIndexOf(cluster), cluster, target, null);

/** Where connections through the doors arrive that an `allow` of these destinations opens. */
export function openedSides(cluster: Cluster, destinations: readonly Selector[]): readonly Side[] {
  const sides: Side[] = [];
  for (const selector of destinations) {
    const { target } = selector;
    if (target.kind === "pod" || target.kind === "pods" || (target.kind === "any" && selector.protocol === null))
      continue;
    for (const door of coveredDoors(cluster, target)) {
      const asked = askedPorts(selector, door);
      const families = door.address === null ? nodeportFamilies(cluster, target) : [door.address.family];
      if (asked !== null) openBackends(door, asked, families, sides);
    }
  }
  return joined(sides);
}

/** By which a port that a door is asked for is shifted on the way to a backend. */
export const shiftOf = ({ line, port }: ServiceDoor, backend: PortRange | null): number => {
  const to = backend ?? line.port;
  return to === null || port === null ? 0 : to.first - port.first;
};

function openBackends(door: ServiceDoor, asked: PortPart, families: readonly Family[], sides: Side[]): void {
  for (const { addresses, port } of door.line.backends) {
    const ports = shiftPorts(asked.ports, shiftOf(door, port));
    const prefixes = present(addresses)
      .filter(({ family }) => families.includes(family))
      .map(hostPrefix);
    if (prefixes.length === 0) continue;
    sides.push({ prefixes, nodes: [], listening: [], protocol: asked.protocol, ports, isOpened: true });
  }
}
