/** Rules as sets of packets: boxes of source, destination, protocol, both ports, and the reading of the destination. */
import type { Address } from "../address/address.ts";
import { PROTOCOLS, type Protocol } from "../address/port.ts";
import type { Prefix } from "../address/prefix.ts";
import type { Box } from "../packetset/box.ts";
import { type AddressLine, addressLine, placeOf, stretchOf } from "../packetset/line.ts";
import { type Ranges, rangesOf } from "../packetset/ranges.ts";
import type { Cluster, ClusterNode } from "./cluster.ts";
import type { Side } from "./sides.ts";

/** The addresses of some rules on one line; behind them two places for each node as such: where nodeports listen, and the rest of it. */
export interface Space {
  readonly line: AddressLine;
  /** The first of the two. */
  readonly nodes: ReadonlyMap<ClusterNode, number>;
  readonly everywhere: Ranges;
}

/** A box, and its two address headers as they were said: each range or address for itself. */
export interface SaidBox {
  readonly box: Box;
  readonly sources: readonly number[];
  readonly destinations: readonly number[];
}

export const SOURCE = 0;
export const DESTINATION = 1;
export const PROTOCOL = 2;
export const SOURCE_PORT = 3;
export const DESTINATION_PORT = 4;
/** 0: what the client asked for; 1: where the packet now goes. */
export const READING = 5;

const EVERY_PROTOCOL: Ranges = [0, PROTOCOLS.length];
const EVERY_PORT: Ranges = [1, 65535];
const BOTH: Ranges = [0, 1];
const NOW: Ranges = [1, 1];

export function spaceOf(cluster: Cluster, prefixes: readonly Prefix[]): Space {
  const line = addressLine(prefixes);
  const nodes = new Map(cluster.nodes.map((node, at) => [node, line.size + 2 * at]));
  return { line, nodes, everywhere: [0, line.size + 2 * cluster.nodes.length - 1] };
}

function saidPlaces(space: Space, { prefixes, nodes, listening }: Side): readonly number[] {
  if (prefixes === null) return space.everywhere;
  const pairs: number[] = [];
  for (const prefix of prefixes) {
    const [first, last] = stretchOf(space.line, prefix);
    pairs.push(first, last);
  }
  for (const node of nodes) {
    const place = space.nodes.get(node);
    if (place !== undefined) pairs.push(place, place + 1);
  }
  for (const node of listening) {
    const place = space.nodes.get(node);
    if (place !== undefined) pairs.push(place, place);
  }
  return pairs;
}

export const protocolRanges = (protocol: Protocol | null): Ranges => {
  if (protocol === null) return EVERY_PROTOCOL;
  const at = PROTOCOLS.indexOf(protocol);
  return [at, at];
};

const portRanges = ({ ports }: Side): Ranges => (ports === null ? EVERY_PORT : [ports.first, ports.last]);

/** More sides than that a rule is not looked into. */
const MOST_BOXES = 2000;

/** Every packet from one of `sources` to one of `destinations`; `null` where that are too many boxes. */
export function boxesOf(
  space: Space,
  sources: readonly Side[],
  destinations: readonly Side[],
): readonly SaidBox[] | null {
  if (sources.length * destinations.length > MOST_BOXES) return null;
  const from = sources.map((side) => ({ side, said: saidPlaces(space, side) }));
  const to = destinations.map((side) => ({ side, said: saidPlaces(space, side) }));
  const merged = new Map([...from, ...to].map(({ said }) => [said, rangesOf(said)]));
  return from.flatMap((source) =>
    to.flatMap((destination): readonly SaidBox[] => {
      const own = source.side.protocol;
      const other = destination.side.protocol;
      if (source.said.length === 0 || destination.said.length === 0) return [];
      if (own !== null && other !== null && own !== other) return [];
      const box: Box = [
        merged.get(source.said)!,
        merged.get(destination.said)!,
        protocolRanges(own ?? other),
        portRanges(source.side),
        portRanges(destination.side),
        destination.side.isOpened ? NOW : BOTH,
      ];
      return [{ box, sources: source.said, destinations: destination.said }];
    }),
  );
}

/** One address, or a node as such, as a header's set. */
export function placesOf(space: Space, addresses: readonly Address[], nodes: readonly ClusterNode[]): Ranges {
  const places = addresses.map((address) => placeOf(space.line, address));
  const ofNodes = nodes.flatMap((node) => space.nodes.get(node) ?? []);
  return rangesOf([...places.flatMap((place) => [place, place]), ...ofNodes.flatMap((place) => [place, place + 1])]);
}

/** Packets that nobody translated on this node: where they go is what was asked for. */
export const packets = (sources: Ranges, destinations: Ranges, protocol: Protocol | null, ports: Ranges): Box => [
  sources,
  destinations,
  protocolRanges(protocol),
  EVERY_PORT,
  ports,
  NOW,
];
