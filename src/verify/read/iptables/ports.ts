/** Tests of ports: by number, and by the name of a service. */

import type { Test } from "../../program.ts";
import { PROTOCOLS } from "../../protocols.ts";
import type { Draft, Known } from "./draft.ts";
import { servicePort } from "./services.ts";
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

/** The protocol that stands in front of the option says which services have a name. */
export function portsTest({ tests }: Known, { protocol }: Draft, option: PortOption, text: string): Test | string {
  const isByNumber = !/[a-z]/i.test(text);
  const key = isByNumber ? option + text : `${option}${text} ${protocol}`;
  const known = tests.ports.get(key);
  if (known !== undefined) return known;
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
