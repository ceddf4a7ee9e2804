import type { Family } from "../address/address.ts";
import type { Protocol } from "../address/port.ts";
import type { ServiceTranslation } from "../plan/plan.ts";

/** As a family calls it, in rules of iptables and of nft: there `icmp` is IPv4's alone. */
export type ProtocolName = Protocol | "ipv6-icmp";

export const protocolName = (protocol: Protocol, family: Family): ProtocolName =>
  protocol === "icmp" && family === 6 ? "ipv6-icmp" : protocol;

/** `null`: every one. A nodeport has ports, and ICMP none. */
export const doorProtocol = ({ address, protocol }: ServiceTranslation): ProtocolName | null =>
  protocol === null ? null : protocolName(protocol, address?.family ?? 4);
