/** The protocols that rules name, as both tools call them, and IP's numbers of them. */
import type { Family } from "../address/address.ts";
import type { Protocol } from "../address/port.ts";

export const PROTOCOLS = { icmp: 1, tcp: 6, udp: 17, "ipv6-icmp": 58, sctp: 132 } as const;

const BY_NAME: ReadonlyMap<string, number> = new Map(Object.entries(PROTOCOLS));

export const protocolNamed = (name: string): number | undefined => BY_NAME.get(name);

/** `icmp` covers ICMPv6 on IPv6 addresses. */
export const protocolNumber = (protocol: Protocol, family: Family): number =>
  PROTOCOLS[protocol === "icmp" && family === 6 ? "ipv6-icmp" : protocol];

const WITH_PORTS: ReadonlySet<number> = new Set([PROTOCOLS.tcp, PROTOCOLS.udp, PROTOCOLS.sctp]);

export const hasPorts = (protocol: number): boolean => WITH_PORTS.has(protocol);
