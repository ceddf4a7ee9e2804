/** `-p`, and the modules that know a protocol's own fields. */
import type { Test } from "../../program.ts";
import { PROTOCOLS, protocolNamed } from "../../protocols.ts";
import { add, type Draft, type Known, next, takes } from "./draft.ts";
import { portsTest } from "./ports.ts";
import { saysNothing, twice } from "./reasons.ts";
import { decimal, number } from "./values.ts";
import type { Reason } from "./words.ts";

/** IPv6's extension headers: no packet has one of them for its protocol (ipv6_ext_hdr, ip6tables' is_exthdr). */
const EXTENSION_HEADERS: ReadonlySet<number> = new Set([43, 44, 50, 51, 59, 60]);

/** The tool folds capitals (xshared.c), and knows this name of its own besides those of /etc/protocols. */
function protocolOf(word: string): number {
  const name = word.toLowerCase();
  return (name === "icmpv6" ? PROTOCOLS["ipv6-icmp"] : protocolNamed(name)) ?? number(word, 255);
}

/** 0 is every protocol to iptables, and no test. */
export function readProtocol(draft: Draft, { family, tests }: Known): Reason {
  const word = next(draft);
  const known = tests.protocol.get(word);
  if (known?.kind === "protocol") {
    draft.protocol = known.protocols[0]!;
    return add(draft, known);
  }
  const protocol = protocolOf(word);
  if (protocol <= 0) return `\`${word}\` is no protocol that is known`;
  if (family === 6 && EXTENSION_HEADERS.has(protocol)) return `\`${word}\` is an extension header of IPv6`;
  draft.protocol = protocol;
  const test: Test = { kind: "protocol", protocols: [protocol] };
  tests.protocol.set(word, test);
  return add(draft, test);
}

/** `-m tcp`, `-m udp`, `-m sctp`. */
export function readPorts(draft: Draft, known: Known, module: string): Reason {
  if (draft.saysPorts) return twice(`-m ${module}`);
  draft.saysPorts = true;
  if (draft.protocol !== protocolNamed(module)) return `\`-m ${module}\` has no \`-p ${module}\` in front of it`;
  let seen = "";
  for (;;) {
    const option = draft.words[draft.at];
    if (option !== "--sport" && option !== "--dport") return seen === "" ? saysNothing(module) : null;
    if (seen.includes(option)) return twice(option);
    seen += option;
    draft.at += 1;
    const reason = add(draft, portsTest(known, draft, option, next(draft)));
    if (reason !== null) return reason;
  }
}

const ICMP = {
  icmp: { family: 4, protocol: "icmp", option: "--icmp-type" },
  icmp6: { family: 6, protocol: "ipv6-icmp", option: "--icmpv6-type" },
} as const;

/** To xt_icmp of IPv4 255 is every type (icmp_type_code_match). A type with a code is not known, nor are names, which the tools do not print. */
export function readIcmpType(draft: Draft, known: Known, module: keyof typeof ICMP): Reason {
  const { family, protocol, option } = ICMP[module];
  if (known.family !== family || draft.protocol !== PROTOCOLS[protocol])
    return `\`-m ${module}\` has no \`-p ${protocol}\` in front of it, or the text is of IPv${known.family}`;
  if (draft.saysPorts) return twice(`-m ${module}`);
  draft.saysPorts = true;
  if (!takes(draft, option)) return saysNothing(module);
  const word = next(draft);
  const type = decimal(word, family === 4 ? 254 : 255);
  return type === -1 ? `\`${word}\` is no number of a type` : add(draft, { kind: "icmp-type", types: [type] });
}
