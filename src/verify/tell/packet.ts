/** One packet out of a difference: a value for every header, of those that the difference allows a likely one, and all of them consistent. */
import type { Address } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import { type Stretch, valuesOf } from "../../packetset/axis.ts";
import type { Place } from "../compare/differences.ts";
import { type Arrival, type Departure, LOOPBACK } from "../fates/arrivals.ts";
import { type Header, type Headers, levelOf } from "../fates/headers.ts";
import { FIXED, type Flag } from "../fates/hooks.ts";
import { type Scene, statesOf } from "../fates/scene.ts";
import { type ConntrackState, type Hook, POD_GROUP } from "../program.ts";
import { PROTOCOLS, protocolNumber } from "../protocols.ts";
import { addressIn, isOwn, type Likely, likelyOf, portIn } from "./likely.ts";

export interface Packet {
  readonly family: 4 | 6;
  readonly state: ConntrackState;
  readonly source: Address;
  readonly destination: Address;
  /** An IP protocol's number. */
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** What the client asked for: without translation the destination, of a reply the source; `null` of what has no connection. */
  readonly asked: Address | null;
  readonly askedPort: number;
  readonly isTranslated: boolean;
  /** It goes back to who began an untranslated connection. */
  readonly isReply: boolean;
  /** The lists of clients are, and do not hold this one. */
  readonly areListsFull: boolean;
  readonly fromLoopback: boolean;
  /** The device that it comes by; `null`: any that no rule names. */
  readonly arrivesBy: string | null;
  /** `null`: any that no rule names. */
  readonly leavesBy: string | null;
  /** The device's group; `null`: any that no rule names. */
  readonly arrivesByGroup: number | null;
  readonly leavesByGroup: number | null;
  /** The route to its source leads to the device that it comes by. */
  readonly isWayBack: boolean;
  readonly hasOwnSource: boolean;
  readonly hasOwnDestination: boolean;
  readonly icmpType: number;
}

/** What a difference was found in. */
export interface Seen {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly hook: Hook;
  readonly headers: Headers;
  readonly scene: Scene;
}

const CLIENT_PORTS = [40000];
const SERVER_PORTS = [80, 443, 53, 8080];
const ECHO_REQUEST = { 4: 8, 6: 128 } as const;

export function packetOf(seen: Seen, place: Place): Packet {
  const { cluster, node, hook, headers, scene } = seen;
  const { family } = headers;
  const likely = likelyOf(cluster, node, family);
  const range = (header: Header) => place.get(levelOf(header)) ?? null;
  const flag = (header: Flag): boolean | null => flagOf(range(header));
  const stretch = (axis: "addresses" | "ports", header: Header): Stretch => {
    const [first, last] = range(header) ?? [0, headers[axis].starts.length - 1];
    return { first: valuesOf(headers[axis], first).first, last: valuesOf(headers[axis], last).last };
  };
  const address = (header: "source" | "destination" | "asked", order: readonly Address[]): Address =>
    addressIn(family, stretch("addresses", header), order);
  const port = (header: "source-port" | "destination-port" | "asked-port", order: readonly number[]): number =>
    portIn(stretch("ports", header), order);

  const way = scene.kind === "ways" ? scene.ways[range("way")?.[0] ?? 0]! : null;
  const { arrivesBy: known } = FIXED[hook];
  const isPossible = ({ device }: Arrival): boolean => known !== "not loopback" || device !== LOOPBACK;
  const arrival =
    known === "none" ? NO_ARRIVAL : likeliest(headers.arrivals.filter(isPossible), headers.arrivals, range("arrival"));
  const departure = likeliest(headers.departures, headers.departures, range("departure"));
  const arrivesBy = arrival.device;
  const leavesBy = departure.device;
  const fromLoopback = arrivesBy === LOOPBACK;
  // A process may send from any address; nearly all send from the node's own.
  const ownSource = flag("own-source") ?? (fromLoopback || known === "none");
  const ownDestination = flag("own-destination") ?? (hook === "filter-input" || fromLoopback || leavesBy === "lo");

  const source = address("source", sourcesOf(likely, ownSource, arrival));
  const destination = way?.now ?? address("destination", destinationsOf(likely, ownDestination, hook));
  const destinationPort = way?.line?.port ?? port("destination-port", SERVER_PORTS);
  const sourcePort = port("source-port", CLIENT_PORTS);
  const original = originalOf(scene.kind, { source, destination, sourcePort, destinationPort }, () => ({
    asked: address("asked", likely.servers),
    askedPort: port("asked-port", SERVER_PORTS),
  }));
  const isError = scene.kind === "untranslated-error";
  return {
    family,
    state: statesOf(scene)[range("state")?.[0] ?? 0]!,
    source,
    destination,
    protocol:
      way?.line?.protocol ?? (isError ? protocolNumber("icmp", family) : protocolIn(headers, range("protocol"))),
    sourcePort,
    destinationPort,
    asked: way?.asked ?? original.asked,
    askedPort: way?.line?.askedPort ?? original.askedPort,
    isTranslated: scene.kind === "foreign" || scene.kind === "ways",
    isReply: scene.kind === "untranslated-reply",
    areListsFull: scene.kind === "untranslated" && scene.isFull,
    fromLoopback,
    arrivesBy,
    leavesBy,
    arrivesByGroup: arrival.group,
    leavesByGroup: departure.group,
    isWayBack: arrival.isWayBack,
    hasOwnSource: flag("own-source") ?? (ownSource || isOwn(likely, source)),
    hasOwnDestination:
      flag("own-destination") ?? (hook === "filter-input" || fromLoopback || isOwn(likely, destination)),
    icmpType: typeIn(family, range("icmp-type")),
  };
}

interface Original {
  readonly asked: Address | null;
  readonly askedPort: number;
}

type EndsOfPacket = Pick<Packet, "source" | "destination" | "sourcePort" | "destinationPort">;

/** What the connection's first packet asked for; `free`: where the headers say it themselves. */
function originalOf(kind: Scene["kind"], ends: EndsOfPacket, free: () => Original): Original {
  switch (kind) {
    case "untranslated":
    case "ways":
      return { asked: ends.destination, askedPort: ends.destinationPort };
    case "untranslated-reply":
      return { asked: ends.source, askedPort: ends.sourcePort };
    case "untranslated-error":
    case "foreign":
      return free();
    case "no-connection":
      return { asked: null, askedPort: 0 };
    default:
      return unreachable(kind);
  }
}

type Range = readonly [number, number] | null;

const flagOf = (range: Range): boolean | null => (range === null || range[0] !== range[1] ? null : range[0] === 1);

/** A pod's device brings what pods of this node send, and what pretends to be from elsewhere; another brings what is from there. */
function sourcesOf({ own, clients, pods }: Likely, isOwnSource: boolean, { group, isWayBack }: Arrival) {
  if (isOwnSource) return own;
  return group === POD_GROUP && isWayBack ? [...pods, ...clients] : clients;
}

/** What INPUT sees that is not for an address of the node is for everybody. */
function destinationsOf({ own, servers, everybody }: Likely, isOwnDestination: boolean, hook: Hook) {
  if (isOwnDestination) return own;
  return hook === "filter-input" ? everybody : servers;
}

const NO_ARRIVAL: Arrival = { device: null, group: null, isWayBack: true };

/** Of the ways within the range one by a device and of a group that no rule names, and back where it came from. */
function likeliest<T extends Departure & { readonly isWayBack?: boolean }>(
  possible: readonly T[],
  all: readonly T[],
  range: Range,
): T {
  const [first, last] = range ?? [0, all.length - 1];
  const oddness = ({ device, group, isWayBack }: T): number =>
    (device === null ? 0 : 4) + (group === null ? 0 : 2) + (isWayBack === false ? 1 : 0);
  return possible
    .filter((one) => all.indexOf(one) >= first && all.indexOf(one) <= last)
    .reduce((best, one) => (oddness(one) < oddness(best) ? one : best));
}

function protocolIn({ protocols, family }: Headers, range: Range): number {
  const [first, last] = range ?? [0, protocols.length];
  const likely = [PROTOCOLS.tcp, PROTOCOLS.udp, protocolNumber("icmp", family), ...protocols];
  const known = likely.find((number) => first <= protocols.indexOf(number) && protocols.indexOf(number) <= last);
  return known ?? otherProtocol(protocols);
}

/** GRE, or the first that no rule names. */
function otherProtocol(protocols: readonly number[]): number {
  let number = 47;
  while (protocols.includes(number)) number += 1;
  return number;
}

function typeIn(family: 4 | 6, range: Range): number {
  const [first, last] = range ?? [0, 255];
  const likely = ECHO_REQUEST[family];
  return first <= likely && likely <= last ? likely : first;
}
