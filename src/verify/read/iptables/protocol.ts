/** `-p`, and the modules that know a protocol's own fields. */
import type { Test } from "../../program.ts";
import { PROTOCOLS, protocolNamed } from "../../protocols.ts";
import { add, type Draft, type Known, next, takes } from "./draft.ts";
import { saysNothing, twice } from "./reasons.ts";
import { decimal, portsTest } from "./values.ts";
import type { Reason } from "./words.ts";

/** 0 is every protocol to iptables, and no test. */
export function readProtocol(draft: Draft, { tests }: Known): Reason {
  const word = next(draft);
  const protocol = protocolNamed(word) ?? decimal(word, 255);
  if (protocol <= 0) return `\`${word}\` is no protocol that is known`;
  draft.protocol = protocol;
  const known = tests.protocol.get(word);
  if (known !== undefined) return add(draft, known);
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
    const reason = add(draft, portsTest(known, option, next(draft)));
    if (reason !== null) return reason;
  }
}

export function readIcmpType(draft: Draft, { family }: Known): Reason {
  if (family !== 6 || draft.protocol !== PROTOCOLS["ipv6-icmp"])
    return "`-m icmp6` has no `-p ipv6-icmp` in front of it, or the text is of IPv4";
  if (!takes(draft, "--icmpv6-type")) return saysNothing("icmp6");
  const word = next(draft);
  const type = decimal(word, 255);
  return type === -1 ? `\`${word}\` is no number of a type` : add(draft, { kind: "icmp-type", types: [type] });
}
