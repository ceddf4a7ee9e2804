/**
 * Ports by name. The tool asks the machine's /etc/services; these few are the same in IANA's registry and in what distributions install.
 */
import { PROTOCOLS } from "../../protocols.ts";

const { tcp, udp } = PROTOCOLS;

const SERVICES: Readonly<Record<string, readonly [port: number, ...protocols: readonly number[]]>> = {
  ftp: [21, tcp],
  ssh: [22, tcp],
  telnet: [23, tcp],
  smtp: [25, tcp],
  domain: [53, tcp, udp],
  tftp: [69, udp],
  http: [80, tcp],
  pop3: [110, tcp],
  ntp: [123, udp],
  snmp: [161, udp],
  bgp: [179, tcp],
  ldap: [389, tcp],
  https: [443, tcp],
  syslog: [514, udp],
  ldaps: [636, tcp],
  imaps: [993, tcp],
  pop3s: [995, tcp],
  nfs: [2049, tcp, udp],
  mysql: [3306, tcp],
  sip: [5060, tcp, udp],
  postgresql: [5432, tcp],
};

/** -1 where the protocol has no such service that is known. */
export function servicePort(name: string, protocol: number): number {
  if (!Object.hasOwn(SERVICES, name)) return -1;
  const [port, ...protocols] = SERVICES[name]!;
  return protocols.includes(protocol) ? port : -1;
}
