/** What a plan does to one packet: the reference that the passes are held against. */
import type { Address } from "../../src/address/address.ts";
import type { PortRange, Protocol } from "../../src/address/port.ts";
import { contains, type Prefix } from "../../src/address/prefix.ts";
import {
  type Condition,
  type FilterHook,
  type Match,
  type NodeportAddresses,
  type PacketPlan,
  type ServiceTranslation,
  STAGES,
} from "../../src/plan/plan.ts";

export interface Packet {
  readonly source: Address;
  readonly destination: Address;
  readonly protocol: Protocol;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly asked: Address;
  readonly askedPort: number;
  /** Of one that is invalid nothing is known that was asked for, and nothing is translated. */
  readonly state: "new" | "established" | "invalid";
  readonly loopback: boolean;
  readonly leavesBy: string;
  /** The source is the node's own. */
  readonly isFromNode: boolean;
  /** The destination is an address of the node, and not loopback. */
  readonly isOwn: boolean;
  /** It comes by a pod's device. */
  readonly isFromPod: boolean;
  /** It leaves by a pod's device. */
  readonly isToPod: boolean;
  /** The way back to its source is not the way it came. */
  readonly isAstray: boolean;
}

const inAny = (prefixes: readonly Prefix[], address: Address): boolean =>
  prefixes.some((prefix) => contains(prefix, address));
const inRange = (ports: PortRange, port: number): boolean => port >= ports.first && port <= ports.last;

/** What the client asked for is not where the packet goes. */
export const isTranslated = ({ asked, askedPort, destination, destinationPort, state }: Packet): boolean =>
  state !== "invalid" && (asked.text !== destination.text || askedPort !== destinationPort);

function holds(condition: Condition, packet: Packet): boolean {
  switch (condition.kind) {
    case "source":
      return inAny(condition.prefixes, packet.source);
    case "destination":
      return inAny(condition.prefixes, packet.destination);
    case "protocol":
      return condition.protocol === packet.protocol;
    case "source-port":
      return inRange(condition.ports, packet.sourcePort);
    case "destination-port":
      return inRange(condition.ports, packet.destinationPort);
    case "asked":
      if (packet.state === "invalid") return condition.prefixes === null && condition.ports === null;
      return (
        (condition.prefixes === null || inAny(condition.prefixes, packet.asked)) &&
        (condition.ports === null || inRange(condition.ports, packet.askedPort))
      );
    case "translated":
      return isTranslated(packet);
    case "own-source":
      return packet.isFromNode;
    case "state":
      return condition.state === packet.state;
    case "icmp-types":
      return packet.protocol === "icmp" && condition.types.includes(packet.destinationPort);
    case "leaves-by":
      return condition.device === packet.leavesBy;
    case "loopback":
      return packet.loopback;
    case "pod-device":
      return condition.side === "in" ? packet.isFromPod : packet.isToPod;
    case "astray":
      return packet.isAstray;
  }
}

export const matches = (match: Match, packet: Packet): boolean => match.every((condition) => holds(condition, packet));

export type Fate = "accept" | "drop" | "reject" | "aside";

export function filterFate(packets: PacketPlan, hook: FilterHook, packet: Packet): Fate {
  for (const stage of STAGES) {
    const verdict = packets.filter[hook][stage].find(({ match }) => matches(match, packet));
    if (verdict === undefined || verdict.action === "next-stage") continue;
    return verdict.action === "step-aside" ? "aside" : verdict.action;
  }
  return "aside";
}

/** What becomes of it before conntrack. */
export function senderFate({ senders }: PacketPlan, packet: Packet): "drop" | "aside" {
  const found = senders[packet.isFromPod ? "pods" : "others"].find(({ match }) => matches(match, packet));
  return found?.action === "drop" ? "drop" : "aside";
}

/** The new source, `device`, or `same`. */
export function sourceFate(packets: PacketPlan, packet: Packet): string {
  for (const stage of packets.postrouting) {
    const found = stage.translations.find(({ match }) => matches(match, packet));
    if (found === undefined || found.action.kind === "keep") continue;
    return found.action.kind === "to-address" ? found.action.address.text : "device";
  }
  return "same";
}

/** The mark that is set, as value and mask; `none`. */
export function markFate(packets: PacketPlan, side: "prerouting" | "output", packet: Packet): string {
  const found = packets.marks[side].find(({ match }) => matches(match, packet));
  return found === undefined ? "none" : `${found.value}/${found.mask}`;
}

/** A packet that asks for one of the doors, mostly. */
export function aimed(packets: PacketPlan, one: Packet, at: number): Packet {
  const door = packets.services[at % (packets.services.length + 1)];
  if (door === undefined) return one;
  return {
    ...one,
    destination: door.address ?? one.destination,
    protocol: door.protocol ?? one.protocol,
    destinationPort: door.port?.first ?? one.destinationPort,
  };
}

export type Side = "prerouting" | "output";

const listens = (nodeports: NodeportAddresses, { destination, isOwn }: Packet): boolean =>
  nodeports.kind === "named"
    ? inAny(nodeports.prefixes, destination)
    : isOwn && (nodeports.within === null || inAny(nodeports.within, destination));

/** The translation that a connection's first packet meets: an exact address before a nodeport, one for outside before one for all. */
export function doorOf(packets: PacketPlan, side: Side, packet: Packet): ServiceTranslation | null {
  const isOutside = side === "prerouting" && !inAny(packets.inside, packet.source);
  const open = packets.services.filter(
    ({ protocol, port }) =>
      (protocol === null || protocol === packet.protocol) && (port === null || inRange(port, packet.destinationPort)),
  );
  const first = (doors: readonly ServiceTranslation[]) =>
    (isOutside ? doors.find(({ clients }) => clients === "outside") : undefined) ??
    doors.find(({ clients }) => clients === "all");
  const exact = first(open.filter(({ address }) => address?.text === packet.destination.text));
  if (exact !== undefined) return exact;
  const nodeports = listens(packets.nodeports, packet) ? open.filter(({ address }) => address === null) : [];
  return first(nodeports) ?? null;
}

/** Each backend with its share of the draw, sorted; what no service has is left alone. */
export function serviceFate(packets: PacketPlan, side: Side, packet: Packet): readonly string[] {
  const found = doorOf(packets, side, packet);
  if (found === null || found.backends.length === 0) return ["untranslated"];
  const total = found.backends.reduce((sum, { weight }) => sum + weight, 0);
  return found.backends.map(({ address, port, weight }) => `${address.text}:${port?.first} ${weight}/${total}`).sort();
}

/** By what, and for how long, the client is remembered; `none`. */
export function affinityFate(packets: PacketPlan, side: Side, packet: Packet): string {
  const affinity = doorOf(packets, side, packet)?.affinity ?? null;
  return affinity === null ? "none" : `${affinity.key} for ${affinity.seconds}`;
}
