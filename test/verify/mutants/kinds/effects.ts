/** What a rule does besides its verdict: marks, logs, who is remembered, and how often. */
import type { Chance } from "../../draw.ts";
import type { Doc } from "../doc.ts";
import { added, BOTH, type Edit, type Kind, oneOf, replaced, rewriting, rulesOf } from "../edit.ts";
import { ANYWHERE, atHead, hasVerdict, refined } from "./insert.ts";

const SHARES = [
  ["0.00000000000", "0"],
  ["0.50000000000", "1"],
  ["1.00000000000", "2"],
] as const;

function withShare([text]: RegExpExecArray, chance: Chance, { tool }: Doc): string {
  const [probability, below] = oneOf(SHARES, chance)!;
  return tool === "nft"
    ? `numgen random mod 2 < ${below} ${text}`
    : `-m statistic --mode random --probability ${probability} ${text}`;
}

const share = (name: string, pattern: RegExp): Kind => ({
  name: `a probability in front of ${name}`,
  of: BOTH,
  draw: rewriting(rulesOf, pattern, withShare),
});

/** The lists of clients that the text has, in the words that ask for one. */
const listsOf = ({ lines, tool }: Doc): readonly string[] => {
  const pattern = tool === "nft" ? /(?<=update )@\S+ \{ [^}]* timeout \d+s \}/g : /(?<=--set --name )\S+/g;
  return [...new Set(lines.flatMap((line) => line.match(pattern) ?? []))];
};

/** `netc-affinity-v4 { ip saddr . … timeout 90s }` as what looks it up. */
const lookup = (update: string): string => {
  const [, set, key] = /^(@\S+) \{ (.*) timeout/.exec(update)!;
  return `${key} ${set}`;
};

const remembers = (doc: Doc, chance: Chance): string | null => {
  const list = oneOf(doc.tool === "nft" ? listsOf(doc) : [...listsOf(doc), "seen"], chance);
  if (list === null) return null;
  return doc.tool === "nft" ? `update ${list}` : `-m recent --set --name ${list} --rsource`;
};

const recalls = (doc: Doc, chance: Chance): string | null => {
  const list = oneOf(listsOf(doc), chance);
  if (list === null) return null;
  return doc.tool === "nft"
    ? `${lookup(list)} update ${list}`
    : `-m recent --rcheck --seconds ${chance() < 0.5 ? 10800 : 90} --reap --name ${list} --rsource`;
};

const inFront = (said: (doc: Doc, chance: Chance) => string | null) => (doc: Doc, chance: Chance) => {
  const line = oneOf(doc.rules.filter(hasVerdict), chance);
  const words = said(doc, chance);
  return line === null || words === null ? null : replaced(doc, line.at, refined(line.text, doc.tool, words, null));
};

/** Beside what a rule looks up already. */
function twoLookups(doc: Doc, chance: Chance): Edit | null {
  const line = oneOf(
    doc.rules.filter(({ text }) => /--rcheck|saddr \. numgen inc.* @\S+ update/.test(text)),
    chance,
  );
  const list = oneOf(listsOf(doc), chance);
  if (line === null || list === null) return null;
  const text =
    doc.tool === "nft"
      ? line.text.replace(/(?=ip6? saddr \. numgen inc)/, `${lookup(list)} `)
      : line.text.replace(/(?=-m recent)/, `-m recent --rcheck --seconds 10800 --reap --name ${list} --rsource `);
  return replaced(doc, line.at, text);
}

const MARK = /--set-xmark 0x([\da-f]+)\/0x([\da-f]+)|meta mark set meta mark & 0x([\da-f]+) \^ 0x([\da-f]+)/;

/** Low bits by the one, the rest by the other. `slip`: bits that the second turns wrongly. */
function twoMarks(slip: (mask: number) => number): Kind["draw"] {
  return (doc, chance) => {
    const line = oneOf(
      doc.rules.filter(({ text }) => MARK.test(text)),
      chance,
    );
    if (line === null) return null;
    const [found, xmark, xmask, kept, turned] = MARK.exec(line.text)!;
    const [value, mask] =
      xmark === undefined
        ? [Number.parseInt(turned!, 16), ~Number.parseInt(kept!, 16)]
        : [Number.parseInt(xmark, 16), Number.parseInt(xmask!, 16)];
    const [low, high] = [mask & 0xf, mask & ~0xf];
    const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;
    const said = (bits: number, by: number): string =>
      doc.tool === "nft"
        ? `meta mark set meta mark & ${hex(~bits)} ^ ${hex(by)}`
        : `--set-xmark ${hex(by)}/${hex(bits)}`;
    const [one, other] = [said(low, value & low), said(high, (value & high) ^ slip(high))];
    if (doc.tool === "nft") return replaced(doc, line.at, line.text.replace(found, `${one} ${other}`));
    const lines = doc.lines.with(line.at, line.text.replace(found, one));
    return {
      lines: lines.toSpliced(line.at + 1, 0, line.text.replace(found, other)),
      before: [line.at],
      after: [line.at, line.at + 1],
    };
  };
}

const lowestBit = (mask: number): number => mask & -mask;

export const EFFECTS: readonly Kind[] = [
  share("a mark", /(?<= )(?:-m comment \S+ {3,})?(?:-j MARK|-g NETC-MARK-\S+)|meta mark set/),
  share("a log", /-m limit|(?:limit rate .* packets )?\blog(?= prefix|$)/),
  share("what remembers a client", /-m recent --set|update @/),
  { name: "a client is remembered besides", of: BOTH, draw: inFront(remembers) },
  { name: "a client is looked up in front of a verdict", of: BOTH, draw: inFront(recalls) },
  { name: "two lists of clients in one rule", of: BOTH, draw: twoLookups },
  {
    name: "a log without its rate",
    of: BOTH,
    draw: rewriting(rulesOf, /-m limit --limit \S+ --limit-burst \d+ |limit rate \S+ burst \d+ packets /, () => ""),
  },
  {
    name: "another rate of a log",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=--limit |limit rate )\d+|(?<=--limit-burst |burst )\d+/, ([text]) =>
      String(Number(text) + 1),
    ),
  },
  {
    name: "a log or a mark added",
    of: BOTH,
    draw: (doc, chance) =>
      atHead(
        doc,
        ANYWHERE,
        [
          { iptables: '-m limit --limit 10/min --limit-burst 5 -j LOG --log-prefix "seen"', nft: 'log prefix "seen"' },
          { iptables: '-p tcp -j LOG --log-prefix "tcp"', nft: "limit rate 10/minute burst 5 packets log" },
          { iptables: "-j MARK --set-xmark 0x40/0x40", nft: "meta mark set meta mark & 0xffffffbf ^ 0x40" },
        ],
        chance,
      ),
  },
  { name: "one mark as two", of: BOTH, draw: twoMarks(() => 0) },
  { name: "one mark as two others", of: BOTH, draw: twoMarks(lowestBit) },
  {
    name: "a mark twice",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(
        doc.rules.filter(({ text }) => MARK.test(text)),
        chance,
      );
      return line === null ? null : added(doc, line.at, line.text);
    },
  },
];
