/** Tests of ports: by number, and by the name of a service. */

import type { Test } from "../../program.ts";
import { PROTOCOLS } from "../../protocols.ts";
import { servicePort } from "../service-names.ts";
import type { Draft, Known } from "./draft.ts";
import { decimal, number, ports } from "./values.ts";

const FIELDS = {
  "--sport": "source-port",
  "--dport": "destination-port",
  "--ctorigdstport": "asked-port",
} as const;
export type PortOption = keyof typeof FIELDS;

/** libxt_udp and libxt_conntrack leave ports to getaddrinfo, which takes no hexadecimal; libxt_tcp and libxt_sctp read it. */
const takesHexadecimal = (option: PortOption, protocol: number): boolean =>
  option !== "--ctorigdstport" && protocol !== PROTOCOLS.udp;

/** The protocol that stands in front of the option says which services have a name, and whether hexadecimal is taken. */
export function portsTest({ tests }: Known, { protocol }: Draft, option: PortOption, text: string): Test | string {
  const decimalKey = option + text;
  const known = tests.ports.get(decimalKey);
  if (known !== undefined) return known;
  const key = /[a-z]/i.test(text) ? `${decimalKey} ${protocol}` : decimalKey;
  const ofProtocol = tests.ports.get(key);
  if (ofProtocol !== undefined) return ofProtocol;
  const port = (word: string): number => {
    if (/^[a-z]/.test(word)) return servicePort(word, protocol);
    return takesHexadecimal(option, protocol) ? number(word, 65535) : decimal(word, 65535);
  };
  const range = ports(text, ":", port);
  if (typeof range === "string") return range;
  const test: Test = { kind: "ports", of: FIELDS[option], ranges: [range] };
  tests.ports.set(key, test);
  return test;
}
