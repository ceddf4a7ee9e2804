/** One packet out of a difference: a value for every header, of those that the difference allows a likely one, and all of them consistent. */
import type { Address } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { type Stretch, valuesOf } from "../../packetset/axis.ts";
import type { Place } from "../compare/differences.ts";
import { type Header, type Headers, levelOf } from "../fates/headers.ts";
import { FIXED, type Flag } from "../fates/hooks.ts";
import type { Scene } from "../fates/scene.ts";
import { CONNTRACK_STATES, type ConntrackState, type Hook } from "../program.ts";
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
  /** What the client asked for; without translation the destination. */
  readonly asked: Address;
  readonly askedPort: number;
  readonly isTranslated: boolean;
  /** The lists of clients are, and do not hold this one. */
  readonly areListsFull: boolean;
  readonly fromLoopback: boolean;
  /** `null`: any that no rule names. */
  readonly leavesBy: string | null;
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
  const flag = (header: Flag): boolean | null => FIXED[hook][header] ?? flagOf(range(header));
  const stretch = (axis: "addresses" | "ports", header: Header): Stretch => {
    const [first, last] = range(header) ?? [0, headers[axis].starts.length - 1];
    return { first: valuesOf(headers[axis], first).first, last: valuesOf(headers[axis], last).last };
  };
  const address = (header: "source" | "destination" | "asked", order: readonly Address[]): Address =>
    addressIn(family, stretch("addresses", header), order);
  const port = (header: "source-port" | "destination-port" | "asked-port", order: readonly number[]): number =>
    portIn(stretch("ports", header), order);

  const way = scene.kind === "ways" ? scene.ways[range("way")?.[0] ?? 0]! : null;
  const leavesBy = deviceIn(headers, range("out-device"));
  const arrives = hook === "filter-input" || hook === "mangle-prerouting";
  // What arrives from elsewhere with an address of the node's own is a martian.
  const fromLoopback = flag("in-loopback") ?? (arrives && flag("own-source") === true);
  const ownSource = flag("own-source") ?? fromLoopback;
  const ownDestination = flag("own-destination") ?? (hook === "filter-input" || fromLoopback || leavesBy === "lo");

  const source = address("source", sourcesOf(likely, ownSource));
  const destination = way?.now ?? address("destination", destinationsOf(likely, ownDestination, hook));
  const destinationPort = way?.line?.port ?? port("destination-port", SERVER_PORTS);
  const isForeign = scene.kind === "foreign";
  return {
    family,
    state: CONNTRACK_STATES[range("state")?.[0] ?? 0]!,
    source,
    destination,
    protocol: way?.line?.protocol ?? protocolIn(headers, range("protocol")),
    sourcePort: port("source-port", CLIENT_PORTS),
    destinationPort,
    asked: way?.asked ?? (isForeign ? address("asked", likely.servers) : destination),
    askedPort: way?.line?.askedPort ?? (isForeign ? port("asked-port", SERVER_PORTS) : destinationPort),
    isTranslated: scene.kind !== "untranslated",
    areListsFull: scene.kind === "untranslated" && scene.isFull,
    fromLoopback,
    leavesBy,
    hasOwnSource: flag("own-source") ?? (fromLoopback || isOwn(likely, source)),
    hasOwnDestination:
      flag("own-destination") ?? (hook === "filter-input" || fromLoopback || isOwn(likely, destination)),
    icmpType: typeIn(family, range("icmp-type")),
  };
}

type Range = readonly [number, number] | null;

const flagOf = (range: Range): boolean | null => (range === null || range[0] !== range[1] ? null : range[0] === 1);

const sourcesOf = ({ own, clients }: Likely, isOwnSource: boolean): readonly Address[] => (isOwnSource ? own : clients);

/** What INPUT sees that is not for an address of the node is for everybody. */
function destinationsOf({ own, servers, everybody }: Likely, isOwnDestination: boolean, hook: Hook) {
  if (isOwnDestination) return own;
  return hook === "filter-input" ? everybody : servers;
}

/** `null`: one that no rule names, which stands last. */
function deviceIn({ devices }: Headers, range: Range): string | null {
  return range === null || range[1] === devices.length ? null : devices[range[0]]!;
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
