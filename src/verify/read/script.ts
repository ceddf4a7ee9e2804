/**
 * A script in two parts: the rules that it carries in quoted here-documents, and the frame around them. A shell hands on every byte of a
 * quoted here-document up to the line that is its delimiter (POSIX.1-2017, 2.7.4). So a script whose frame is netc's own, byte for byte,
 * does with its rules what netc's own script does with netc's.
 */
import type { Unread } from "../program.ts";
import { countLines } from "./lines.ts";

/** Rules in a here-document of a script. */
export interface Carried {
  readonly target: "iptables" | "ip6tables" | "nft";
  readonly text: string;
  /** How many lines of the script stand before them. */
  readonly above: number;
}

/** Text of the frame, up to the next here-document of rules or the end of the script. Before a document it ends with the lines that open it. */
export interface Piece {
  readonly text: string;
  /** Where it begins in the script; always at the beginning of a line. */
  readonly start: number;
}

export interface Script {
  readonly text: string;
  readonly frame: readonly Piece[];
  /** Those whose delimiter is there. */
  readonly carried: readonly Carried[];
}

/** The functions that print rules, with the names of their here-documents. */
const CARRIERS = [
  { name: "rules_v4", mark: "NETC-RULES-V4", target: "iptables" },
  { name: "rules_v6", mark: "NETC-RULES-V6", target: "ip6tables" },
  { name: "ruleset", mark: "NETC-RULESET", target: "nft" },
] as const;

/** The two lines that open a document. The delimiter may be longer, so that no line of the rules is like it. */
const openings = (): RegExp =>
  new RegExp(
    `(?<![^\\n])(?:${CARRIERS.map(({ name, mark }) => `${name}\\(\\) \\{\\ncat <<'(${mark}-*)'\\n`).join("|")})`,
    "g",
  );

export function splitScript(text: string): Script {
  const frame: Piece[] = [];
  const carried: Carried[] = [];
  const opening = openings();
  let start = 0;
  let above = 0;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const at = CARRIERS.findIndex((_, index) => found[index + 1] !== undefined);
    const begin = opening.lastIndex;
    const piece = text.slice(start, begin);
    frame.push({ text: piece, start });
    above += countLines(piece);
    const delimiter = text.indexOf(`\n${found[at + 1]!}\n`, begin - 1) + 1;
    start = delimiter === 0 ? text.length : delimiter;
    const rules = text.slice(begin, start);
    if (delimiter !== 0) carried.push({ target: CARRIERS[at]!.target, text: rules, above });
    above += countLines(rules);
    opening.lastIndex = start;
  }
  frame.push({ text: text.slice(start), start });
  return { text, frame, carried };
}

/** Whether all rules are there that a script of netc's carries: of both families, or one ruleset of nft. */
export function carriesAll({ carried }: Script): boolean {
  const targets = carried.map(({ target }) => target).join(" ");
  return targets === "iptables ip6tables" || targets === "nft";
}

const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;

const lineAt = ({ text, above }: Carried, at: number, reason: string): Unread => {
  const before = text.slice(0, at);
  const start = before.lastIndexOf("\n") + 1;
  return { line: above + countLines(before) + 1, text: text.slice(start).split("\n", 1)[0]!, reason };
};

/** bash leaves NUL out of what it reads, so that a delimiter with one in it ends the document; dash does not. */
export function unreadIn(carried: Carried): readonly Unread[] {
  const control = carried.text.search(CONTROL);
  return control === -1
    ? []
    : [lineAt(carried, control, "a control character: shells differ in what they hand on of it")];
}
