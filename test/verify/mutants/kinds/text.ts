/** Texts that the tools read otherwise than they look. */

import type { Chance } from "../../draw.ts";
import type { Doc } from "../doc.ts";
import { added, BOTH, type Edit, everything, type Kind, oneOf, replaced, rewriting, rulesOf } from "../edit.ts";
import { atHead, FILTER, hasVerdict } from "./insert.ts";

const IPTABLES = ["iptables"] as const;

/** `fgets` of iptables-restore reads so many bytes at once. */
const BUFFER = 10_239;

const chainOf = (text: string): string => text.split(" ")[1]!;

/** A comment as long as the buffer, and behind it what the tool takes for a line. */
function longComment(doc: Doc, chance: Chance): Edit | null {
  const line = oneOf(doc.rules, chance);
  if (line === null) return null;
  const length = BUFFER + oneOf([0, 0, 0, 1], chance)!;
  const verdict = oneOf(["ACCEPT", "DROP", "RETURN"], chance)!;
  return added(doc, line.at - 1, `#${"x".repeat(length - 1)}-A ${chainOf(line.text)} -j ${verdict}`);
}

/** The rule with its verdict in front, and its conditions behind a NUL. */
function cutOff(doc: Doc, chance: Chance): Edit | null {
  const line = oneOf(doc.rules.filter(hasVerdict), chance);
  if (line === null) return null;
  const found = /^(-A \S+ |\t\t)(.*?)(-j \S+.*|(?:accept|drop|return)\b.*)$/.exec(line.text);
  return found === null ? null : replaced(doc, line.at, `${found[1]}${found[3]}\0 ${found[2]}`);
}

const COMMENT = /--comment (?:"[^"]*"|\S+)/;

/** Options in the place of a comment's words: within quotes they are none. */
function commentedOptions(doc: Doc, chance: Chance): Edit | null {
  const line = oneOf(
    doc.rules.filter(({ text }) => COMMENT.test(text) && !/ -[dp] /.test(text)),
    chance,
  );
  if (line === null) return null;
  const options =
    doc.lines.some((each) => each.includes("fd00:")) && !/\d+\.\d+\.\d+\.\d+/.test(line.text)
      ? "-p\ttcp"
      : oneOf(["-d\t198.51.100.77", "-p\ttcp"], chance)!;
  const words = oneOf([`deny\t${options}`, `"deny\t${options}"`, `"deny"${options.replace("\t", " ")}`], chance)!;
  return replaced(
    doc,
    line.at,
    line.text.replace(COMMENT, () => `--comment ${words}`),
  );
}

const policies = ({ lines }: Doc) =>
  lines.flatMap((text, at) => (/^:\S+ ACCEPT /.test(text) ? [{ at, text, of: "" }] : []));

export const TEXT: readonly Kind[] = [
  { name: "a tab for a blank", of: BOTH, draw: rewriting(everything, /(?<=\S) (?=\S)/, () => "\t") },
  { name: "options in a comment", of: IPTABLES, draw: commentedOptions },
  { name: "a NUL in front of a rule's conditions", of: BOTH, draw: cutOff },
  { name: "a carriage return", of: BOTH, draw: rewriting(rulesOf, /(?<=\S) (?=\S)|$/, ([text]) => `${text}\r`) },
  { name: "a line longer than the buffer", of: IPTABLES, draw: longComment },
  {
    name: "another policy of a chain",
    of: IPTABLES,
    draw: rewriting(policies, / ACCEPT/, (_, chance) => oneOf([" DROP", "\tDROP", "\tACCEPT"], chance)!),
  },
  {
    name: "counters",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(doc.rules.filter(hasVerdict), chance);
      if (line === null) return null;
      const text =
        doc.tool === "nft"
          ? line.text.replace(
              /(?=(?:accept|drop|return|jump \S+|goto \S+)(?: comment.*)?$)/,
              "counter packets 1 bytes 2 ",
            )
          : `[1:2] ${line.text}`;
      return replaced(doc, line.at, text);
    },
  },
  {
    name: "a port in another spelling",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=(?:--sport|--dport|[sd]port) )(?:80|443|53|22)\b(?![:-])/, ([text], chance) => {
      const names: Readonly<Record<string, string>> = { 22: "ssh", 53: "domain", 80: "http", 443: "https" };
      return chance() < 0.5 ? names[text]! : `0x${Number(text).toString(16)}`;
    }),
  },
  {
    name: "a mask in another spelling",
    of: IPTABLES,
    draw: rewriting(rulesOf, /(?<=(?:-[sd]|--ctorigdst) [\d.]+)\/(?:8|16|24|32)(?= )/, ([text]) => {
      const length = Number(text.slice(1));
      return `/${[8, 16, 24, 32].map((end) => (length >= end ? 255 : 0)).join(".")}`;
    }),
  },
  {
    name: "a word that is no word of rules",
    of: BOTH,
    draw: (doc, chance) =>
      atHead(
        doc,
        FILTER,
        [
          { iptables: "-p tcp -m tcp --syn -j DROP", nft: "tcp flags syn drop" },
          { iptables: "-m mark --mark 0x1/0x1 -j DROP", nft: "meta mark 0x1 drop" },
          { iptables: "-m pkttype --pkt-type multicast -j ACCEPT", nft: "meta pkttype multicast accept" },
        ],
        chance,
      ),
  },
];
