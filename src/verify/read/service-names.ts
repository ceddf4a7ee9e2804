/**
 * Ports by the names that IANA gives them, as `/etc/services` has them everywhere. `protocols` are those under which a tool that asks for a
 * protocol finds the name; nft asks for none (`getaddrinfo`).
 */
import { PROTOCOLS } from "../protocols.ts";

export interface ServiceName {
  readonly port: number;
  readonly protocols: readonly ("tcp" | "udp" | "sctp")[];
}

/** -1 where the protocol, IP's number, has no such service that is known. */
export function servicePort(name: string, protocol: number): number {
  const service = SERVICE_NAMES.get(name);
  return service?.protocols.some((each) => PROTOCOLS[each] === protocol) === true ? service.port : -1;
}

const TCP = ["tcp"] as const;
const UDP = ["udp"] as const;
const BOTH = ["tcp", "udp"] as const;

export const SERVICE_NAMES: ReadonlyMap<string, ServiceName> = new Map<string, ServiceName>([
  ["ftp-data", { port: 20, protocols: TCP }],
  ["ftp", { port: 21, protocols: TCP }],
  ["ssh", { port: 22, protocols: TCP }],
  ["telnet", { port: 23, protocols: TCP }],
  ["smtp", { port: 25, protocols: TCP }],
  ["domain", { port: 53, protocols: BOTH }],
  ["bootps", { port: 67, protocols: UDP }],
  ["bootpc", { port: 68, protocols: UDP }],
  ["tftp", { port: 69, protocols: UDP }],
  ["http", { port: 80, protocols: TCP }],
  ["kerberos", { port: 88, protocols: BOTH }],
  ["pop3", { port: 110, protocols: TCP }],
  ["ntp", { port: 123, protocols: UDP }],
  ["imap2", { port: 143, protocols: TCP }],
  ["snmp", { port: 161, protocols: BOTH }],
  ["snmp-trap", { port: 162, protocols: BOTH }],
  ["bgp", { port: 179, protocols: TCP }],
  ["ldap", { port: 389, protocols: BOTH }],
  ["https", { port: 443, protocols: TCP }],
  ["syslog", { port: 514, protocols: UDP }],
  ["ldaps", { port: 636, protocols: BOTH }],
  ["rsync", { port: 873, protocols: TCP }],
  ["imaps", { port: 993, protocols: TCP }],
  ["pop3s", { port: 995, protocols: TCP }],
  ["nfs", { port: 2049, protocols: BOTH }],
  ["mysql", { port: 3306, protocols: TCP }],
  ["sip", { port: 5060, protocols: BOTH }],
  ["sip-tls", { port: 5061, protocols: BOTH }],
  ["postgresql", { port: 5432, protocols: TCP }],
  ["redis", { port: 6379, protocols: TCP }],
]);
