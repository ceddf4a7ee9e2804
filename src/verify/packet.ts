/** One packet out of a difference: a value for every header. */
import { type Address, ipv4, ipv6 } from "../address/address.ts";
import { type Value, valuesOf } from "./axis.ts";
import type { Place } from "./compare.ts";
import { type Header, type Headers, levelOf, STATES } from "./headers.ts";
import type { Scene } from "./scene.ts";

export interface Packet {
  readonly family: 4 | 6;
  readonly state: (typeof STATES)[number];
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
  readonly fromLoopback: boolean;
  /** `null`: any that no rule names. */
  readonly leavesBy: string | null;
  readonly hasOwnSource: boolean;
  readonly hasOwnDestination: boolean;
  readonly icmpType: number;
}

const addressOf = (family: 4 | 6, value: Value): Address => (family === 4 ? ipv4(Number(value)) : ipv6(BigInt(value)));

/** What a header is where nothing is said of it: somebody outside, from a port that clients use. */
const SOMEBODY = { 4: ipv4(0xc6336407), 6: ipv6(0x20010db8000000000000000000000007n) } as const;
const CLIENT_PORT = 40000;
const TCP = 6;

export function packetOf(headers: Headers, scene: Scene, place: Place): Packet {
  const { family, addresses, ports, protocols, devices } = headers;
  const first = (header: Header): number | null => place.get(levelOf(header))?.[0] ?? null;
  const address = (header: "source" | "destination" | "asked"): Address | null => {
    const stretch = first(header);
    return stretch === null ? null : addressOf(family, valuesOf(addresses, stretch).first);
  };
  const port = (header: "source-port" | "destination-port" | "asked-port"): number | null => {
    const stretch = first(header);
    return stretch === null ? null : Number(valuesOf(ports, stretch).first);
  };
  const isSet = (header: Header): boolean => first(header) === 1;
  const way = scene.kind === "ways" ? scene.ways[first("way") ?? 0]! : null;
  const somebody = SOMEBODY[family];
  const destination = way?.now ?? address("destination") ?? somebody;
  const destinationPort = way?.line?.port ?? port("destination-port") ?? 80;
  const device = first("out-device");
  const asked = way?.asked ?? (scene.kind === "foreign" ? (address("asked") ?? somebody) : destination);
  const askedPort = way?.line?.askedPort ?? (scene.kind === "foreign" ? port("asked-port") : null) ?? destinationPort;
  const protocol = first("protocol");
  return {
    family,
    state: STATES[first("state") ?? 0]!,
    source: address("source") ?? somebody,
    destination,
    protocol: way?.line?.protocol ?? (protocol === null ? TCP : (protocols[protocol] ?? otherProtocol(protocols))),
    sourcePort: port("source-port") ?? CLIENT_PORT,
    destinationPort,
    asked,
    askedPort,
    isTranslated: scene.kind !== "untranslated",
    fromLoopback: isSet("in-loopback"),
    leavesBy: device === null ? null : (devices[device] ?? null),
    hasOwnSource: isSet("own-source"),
    hasOwnDestination: isSet("own-destination"),
    icmpType: first("icmp-type") ?? 8,
  };
}

/** GRE, or the first that no rule names. */
function otherProtocol(protocols: readonly number[]): number {
  let number = 47;
  while (protocols.includes(number)) number += 1;
  return number;
}
