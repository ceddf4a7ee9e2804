/** Something else done with the same packets. */

import { BOTH, type Kind, oneOf, rewriting, rulesOf } from "../edit.ts";
import { HOST, otherAddress, otherChain } from "./other.ts";

const verdict = (name: string, from: string, to: string): Kind => ({
  name,
  of: BOTH,
  draw: rewriting(rulesOf, new RegExp(`(?<=-j )${from.toUpperCase()}$|(?<=[\\t ])${from}(?= *$)`), ([text]) =>
    text === from ? to : to.toUpperCase(),
  ),
});

export const ACTIONS: readonly Kind[] = [
  verdict("ACCEPT for DROP", "drop", "accept"),
  verdict("DROP for ACCEPT", "accept", "drop"),
  verdict("RETURN for ACCEPT", "accept", "return"),
  verdict("ACCEPT for RETURN", "return", "accept"),
  verdict("RETURN for DROP", "drop", "return"),
  verdict("DROP for RETURN", "return", "drop"),
  {
    name: "another refusal",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /(?<=--reject-with )\S+|(?<=reject with )\S+ \S+|-[jg] NETC-REJECT|jump netc-reject/,
      ([text], chance) => {
        if (text === "-j NETC-REJECT" || text === "-g NETC-REJECT") return "-j DROP";
        if (text === "jump netc-reject") return "drop";
        const all =
          text.includes("icmpx") || text === "tcp reset"
            ? ["icmpx port-unreachable", "tcp reset"]
            : ["tcp-reset", "icmp-port-unreachable", "icmp6-port-unreachable"];
        return oneOf(
          all.filter((each) => each !== text),
          chance,
        );
      },
    ),
  },
  {
    name: "another backend",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      new RegExp(String.raw`(?<=--to-destination \[?|dnat ip6? to \[?|\d+ : )${HOST}(?=[\]:\s]|$)`),
      ([text], chance, doc) => otherAddress(doc, text, chance),
    ),
  },
  {
    name: "another port of a backend",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /(?<=--to-destination [^\s]*[\d\]]:)\d+(?:-\d+)?(?:\/\d+)?$|(?<=dnat ip to [\d.]+:|dnat ip6 to \[[^\]]+\]:)\d+|(?<= \. )\d+(?=,? )/,
      ([text], chance) => {
        const [range = "", base] = text.split("/");
        if (base !== undefined && chance() < 0.5) return `${range}/${Number(base) + 1}`;
        const ports = range.split("-").map((port) => Number(port) + 1);
        return `${ports.join("-")}${base === undefined ? "" : `/${base}`}`;
      },
    ),
  },
  {
    name: "another share",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=--probability )\S+|(?<=numgen random mod )\d+ < \d+/, ([text]) => {
      const [of, under] = text.split(" < ");
      return under === undefined ? (Number(text) / 2).toFixed(11) : `${Number(of) * 2} < ${under}`;
    }),
  },
  {
    name: "another modulus",
    of: ["nft"],
    draw: rewriting(rulesOf, /(?<=numgen random mod )\d+/, ([text], chance) =>
      String(Number(text) + (chance() < 0.5 ? 1 : -1)),
    ),
  },
  {
    name: "another chain",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=-[jg] )NETC-\S+|(?<=(?:jump|goto) )\S+/, ([text], chance, doc, line) =>
      otherChain(doc, line, text, chance),
    ),
  },
  {
    name: "a jump for a goto, a goto for a jump",
    of: BOTH,
    draw: rewriting(rulesOf, /-[jg](?= NETC-)|(?<=[\t ])(?:jump|goto)(?= )/, ([text]) =>
      text.startsWith("-") ? (text === "-j" ? "-g" : "-j") : text === "jump" ? "goto" : "jump",
    ),
  },
  {
    name: "another mark",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /(?<=--set-xmark )0x[\da-f]+|(?<=mark & 0x[\da-f]+ \^ )0x[\da-f]+/,
      ([text]) => `0x${(Number(text) ^ 3).toString(16)}`,
    ),
  },
  {
    name: "another mask of a mark",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /(?<=--set-xmark 0x[\da-f]+\/)0x[\da-f]+|(?<=mark & )0x[\da-f]+/,
      ([text]) => `0x${((Number(text) ^ 0x100) >>> 0).toString(16)}`,
    ),
  },
  {
    name: "another source address",
    of: BOTH,
    draw: rewriting(rulesOf, new RegExp(`(?<=--to-source |snat ip6? to )${HOST}`), ([text], chance, doc) =>
      otherAddress(doc, text, chance),
    ),
  },
  {
    name: "masquerade for snat",
    of: BOTH,
    draw: rewriting(rulesOf, /SNAT --to-source \S+|snat ip6? to \S+/, ([text]) =>
      text.startsWith("S") ? "MASQUERADE" : "masquerade",
    ),
  },
  {
    name: "another time to be remembered",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=--seconds )\d+|(?<=timeout )\d+(?=s)/, ([text], chance) =>
      String(Number(text) + (chance() < 0.5 ? 1 : -1)),
    ),
  },
  {
    name: "another list of clients",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=--name )\S+|(?<=offset )\d+/, ([text], chance, doc) => {
      if (/^\d+$/.test(text)) return String(Number(text) + 1);
      const names = doc.rules.flatMap((rule) => rule.text.match(/(?<=--name )\S+/g) ?? []);
      return oneOf(
        [...new Set([...names, `${text}x`])].filter((name) => name !== text),
        chance,
      );
    }),
  },
  {
    name: "another prefix of a log",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=(?:--log-prefix|log prefix) ")[^"]*/, ([text]) => `${text.slice(0, 20)}x`),
  },
];
