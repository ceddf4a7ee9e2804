/** Packets drawn from what a program says: its addresses and the edges of its ranges, its ports, and some that it does not say. */
import {
  type Address,
  type Family,
  inFamily,
  ipv4,
  ipv6,
  isFault,
  nextAddress,
  parseAddress,
} from "../../src/address/address.ts";
import { PROTOCOLS, type Protocol } from "../../src/address/port.ts";
import { lastAddress, type Prefix } from "../../src/address/prefix.ts";
import type { Cluster, ClusterNode, Selector } from "../../src/cluster/cluster.ts";
import { addressesOfService, doorsOf } from "../../src/cluster/doors.ts";
import { type Drawn, isLoopback } from "./agree.ts";

export type Chance = () => number;

/** The same numbers from 0 to 1 every time. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const OUTSIDE = {
  4: ["203.0.113.5", "192.0.2.1", "127.0.0.1", "224.0.0.9", "0.0.0.0", "0.0.0.1", "255.255.255.255"],
  6: ["2001:db8:ffff::5", "2001:db8::1", "::1", "ff02::9", "::", "fe80::7"],
} as const;

export function addressOf(text: string): Address {
  const read = parseAddress(text);
  if (isFault(read)) throw new Error(text);
  return read;
}

function before(address: Address): Address {
  if (address.family === 4) return ipv4(address.value === 0 ? 0 : address.value - 1);
  return ipv6(address.value === 0n ? 0n : address.value - 1n);
}

/** First and last, and their neighbours outside. */
const edges = (prefix: Prefix): readonly Address[] => {
  const last = lastAddress(prefix);
  return [prefix.address, last, before(prefix.address), nextAddress(last) ?? last];
};

const selectorsOf = ({ policy, marks, snats, masquerades }: Cluster): readonly Selector[] => [
  ...[...policy, ...marks].flatMap(({ sources, destinations }) => [...sources, ...destinations]),
  ...[...snats, ...masquerades].flatMap(({ sources, except }) => [...sources, ...except]),
];

/** One port of a door, and where that leads. */
interface Way {
  readonly asked: Address;
  readonly port: number | null;
  readonly protocol: Protocol | null;
  readonly to: readonly { readonly address: Address; readonly port: number | null }[];
}

function waysOf(cluster: Cluster, family: Family): readonly Way[] {
  const hosts = cluster.nodes.flatMap(({ addresses }) => inFamily(addresses, family) ?? []);
  return doorsOf(cluster).flatMap(({ address, protocol, port, line }) =>
    (address === null ? [...hosts, addressOf(family === 4 ? "192.0.2.1" : "2001:db8::1")] : [address])
      .filter((asked) => asked.family === family)
      .flatMap((asked) =>
        [port?.first ?? null, port?.last ?? null].map((each) => ({
          asked,
          port: each,
          protocol,
          to: line.backends.flatMap((backend) => {
            const lead = inFamily(backend.addresses, family);
            const first = (backend.port ?? line.port)?.first ?? null;
            const to = first === null || each === null || port === null ? each : first + each - port.first;
            return lead === null ? [] : [{ address: lead, port: to }];
          }),
        })),
      ),
  );
}

export interface Constants {
  readonly family: Family;
  readonly ways: readonly Way[];
  readonly addresses: readonly Address[];
  readonly ports: readonly number[];
  /** Texts of addresses that some door, node or pod has. */
  readonly own: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
}

export function constantsOf(cluster: Cluster, node: ClusterNode, family: Family): Constants {
  const { nodes, pods, services, settings } = cluster;
  const of = ({ addresses }: { addresses: { v4: Address | null; v6: Address | null } }): readonly Address[] =>
    [addresses.v4, addresses.v6].filter((address) => address !== null);
  const ranges = [
    ...settings.pods,
    ...settings.services,
    ...(settings.nodeports.kind === "ranges" ? settings.nodeports.ranges : []),
    ...nodes.flatMap((each) => each.pods),
    ...services.flatMap(({ loadbalancer }) => loadbalancer?.from ?? []),
    ...selectorsOf(cluster).flatMap(({ target }) => (target.kind === "prefix" ? [target.prefix] : [])),
  ];
  const doors = services.flatMap(addressesOfService).map(({ address }) => address);
  const backends = services.flatMap((service) => service.ports.flatMap((line) => line.backends));
  const inner = nodes.flatMap((each) => each.pods.map(({ address }) => nextAddress(address) ?? address));
  const hosts = [...nodes, ...pods, ...backends].flatMap(of);
  const all = [...hosts, ...doors, ...doors, ...inner, ...ranges.flatMap(edges), ...OUTSIDE[family].map(addressOf)];
  const lines = services.flatMap((service) => service.ports);
  const said = [
    ...lines.flatMap(({ port, nodeport }) => [port, nodeport]),
    ...backends.map(({ port }) => port),
    ...selectorsOf(cluster).map(({ ports }) => ports),
  ].flatMap((ports) => (ports === null ? [] : [ports.first, ports.last, ports.first - 1, ports.last + 1]));
  return {
    family,
    ways: waysOf(cluster, family),
    addresses: all.filter((address) => address.family === family),
    ports: [...said, ...said, 22, 40000, 67, 68, 546, 547, 4789].filter((port) => port > 0 && port < 65536),
    own: new Set(of(node).map(({ text }) => text)),
    taken: new Set([...pods, ...nodes, ...services].flatMap(of).map(({ text }) => text)),
  };
}

/** A packet that asks for a door, or has been led to one of its backends. */
function onTheWay(drawn: Drawn, way: Way, chance: Chance): Drawn {
  const protocol = way.protocol ?? drawn.protocol;
  const askedPort = protocol === "icmp" ? drawn.askedPort : (way.port ?? drawn.askedPort);
  const asking = {
    ...drawn,
    protocol,
    asked: way.asked,
    askedPort,
    destination: way.asked,
    destinationPort: askedPort,
  };
  const lead = chance() < 0.6 ? way.to[Math.floor(chance() * way.to.length)] : undefined;
  if (lead === undefined) return asking;
  const destinationPort = protocol === "icmp" ? askedPort : (lead.port ?? askedPort);
  return { ...asking, destination: lead.address, destinationPort };
}

export function drawPacket(constants: Constants, chance: Chance): Drawn {
  const { addresses, ports, ways } = constants;
  const one = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;
  const protocol = chance() < 0.6 ? "tcp" : one(PROTOCOLS);
  const type = one([5, 8, 9, 128, 129, 130, 133, 134, 135, 137, 138, 143]);
  const destinationPort = protocol === "icmp" ? type : one(ports);
  const destination = one(addresses);
  const plain: Drawn = {
    source: one(addresses),
    destination,
    protocol,
    sourcePort: chance() < 0.5 ? 40000 : one(ports),
    destinationPort,
    asked: chance() < 0.4 ? destination : one(addresses),
    askedPort: protocol === "icmp" || chance() < 0.4 ? destinationPort : one(ports),
    state: chance() < 0.8 ? "new" : chance() < 0.5 ? "established" : "invalid",
    showsLo: chance() < 0.1,
    leavesBy: one(["ens33", "netc-vxlan", "veth1"]),
    isFromNode: false,
    isOwn: false,
    isFromPod: chance() < 0.3,
    isToPod: chance() < 0.3,
    isAstray: chance() < 0.4,
  };
  const led = ways.length === 0 || chance() < 0.4 ? plain : onTheWay(plain, one(ways), chance);
  const drawn = chance() < 0.15 ? { ...led, source: led.destination } : led;
  return {
    ...drawn,
    isFromNode: isOwn(constants, drawn.source, chance),
    isOwn: isOwn(constants, drawn.destination, chance),
  };
}

/** The node's declared address is its own; one that the program gives to somebody else is not, and of any other nobody knows. */
const isOwn = ({ own, taken }: Constants, address: Address, chance: Chance): boolean =>
  own.has(address.text) || (!taken.has(address.text) && !isLoopback(address) && chance() < 0.3);
