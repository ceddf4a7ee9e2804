/** What sets say of themselves, and tables at hooks that netc does not use. */

import type { Chance } from "../../draw.ts";
import type { Doc, Line } from "../doc.ts";
import { BOTH, type Edit, type Kind, oneOf, removed, replaced, rewriting } from "../edit.ts";

const NFT = ["nft"] as const;

const declaring =
  (pattern: RegExp) =>
  ({ lines }: Doc): readonly Line[] =>
    lines.flatMap((text, at) => (pattern.test(text) ? [{ at, text, of: "" }] : []));

const SIZE = declaring(/^\t\tsize /);
const FLAGS = declaring(/^\t\tflags /);

/** Of clients' sets, which are the large ones, as often as of others. */
function anotherSize(doc: Doc, chance: Chance): Edit | null {
  const lines = SIZE(doc);
  const large = lines.filter(({ text }) => Number(text.trim().split(" ")[1]) > 100_000);
  if (large.length === 0 && chance() < 0.8) return null;
  const line = oneOf(large.length > 0 ? large : lines, chance);
  return line === null
    ? null
    : replaced(doc, line.at, `\t\tsize ${oneOf([1, 1000, 65_535, 262_143, 524_288], chance)!}`);
}

function lineBehind(doc: Doc, lines: readonly Line[], texts: readonly string[], chance: Chance): Edit | null {
  const line = oneOf(lines, chance);
  if (line === null) return null;
  return { lines: doc.lines.toSpliced(line.at + 1, 0, oneOf(texts, chance)!), before: [], after: [line.at + 1] };
}

/** Lines in front of a line, which are all the change. */
const block = ({ lines }: Doc, at: number, texts: readonly string[]): Edit => ({
  lines: lines.toSpliced(at, 0, ...texts),
  before: [],
  after: texts.map((_, by) => at + by),
});

const RAW_RULES = {
  4: ["-s 203.0.113.5/32 -j DROP", "-p tcp -j DROP", "-p udp -m udp --dport 53 -j CT --notrack"],
  6: ["-s 2001:db8::5/128 -j DROP", "-p tcp -j DROP", "-p udp -m udp --dport 53 -j CT --notrack"],
} as const;

const NFT_RULES = [
  "ip saddr 203.0.113.5 drop",
  "tcp dport 80 drop",
  "udp dport 53 notrack",
  "ct state invalid drop",
] as const;

function rawTable(doc: Doc, chance: Chance): Edit | null {
  const hook = oneOf(["prerouting", "output"], chance)!;
  if (doc.tool === "nft") {
    const end = doc.lines.lastIndexOf("}");
    const priority = oneOf(["raw", "-300", "raw", "mangle"], chance)!;
    return block(doc, end, [
      `\tchain netc-raw-${hook} {`,
      `\t\ttype filter hook ${hook} priority ${priority}; policy accept;`,
      `\t\t${oneOf(NFT_RULES, chance)!}`,
      "\t}",
    ]);
  }
  const isWhole = doc.lines.some((line) => line.startsWith(":FORWARD ACCEPT"));
  const family = doc.lines.some((line) => / -[sd] \S*:/.test(line)) ? 6 : 4;
  const rule = oneOf(RAW_RULES[family], chance)!;
  const own = hook === "output" ? "NETC-RAW-OUT" : "NETC-RAW-IN";
  const chain = isWhole ? hook.toUpperCase() : own;
  const declared = isWhole ? [":PREROUTING ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]"] : [`:${own} - [0:0]`];
  const end = doc.lines.lastIndexOf("COMMIT") + 1;
  return block(doc, end, ["*raw", ...declared, `-A ${chain} ${rule}`, "COMMIT"]);
}

export const DECLARED: readonly Kind[] = [
  { name: "another size of a set", of: NFT, draw: anotherSize },
  {
    name: "no size of a set",
    of: NFT,
    draw: (doc, chance) => {
      const lines = SIZE(doc);
      const large = lines.filter(({ text }) => text.trim().length > 10);
      const line = oneOf(large.length > 0 ? large : lines, chance);
      return line === null ? null : removed(doc, line.at);
    },
  },
  {
    name: "other flags of a set",
    of: NFT,
    draw: rewriting(FLAGS, /(?<=flags ).*/, ([text], chance) =>
      oneOf(
        [
          "interval",
          "dynamic, timeout",
          "dynamic,timeout",
          "timeout",
          "dynamic",
          "timeout, dynamic",
          "constant",
        ].filter((each) => each !== text),
        chance,
      ),
    ),
  },
  {
    name: "a set's own timeout",
    of: NFT,
    draw: (doc, chance) =>
      lineBehind(doc, FLAGS(doc), ["\t\ttimeout 10s", "\t\ttimeout 3h", "\t\tgc-interval 1h"], chance),
  },
  {
    name: "a set filled for no time of its own",
    of: NFT,
    draw: rewriting(declaring(/update @/), / timeout \d+s(?= \})/, () => ""),
  },
  { name: "a table or chain at the raw hooks", of: BOTH, draw: rawTable },
];
