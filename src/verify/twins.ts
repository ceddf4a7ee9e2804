/** Texts that say the same line by line, so that what is proved of one is proved of the other. */
import { BUILT_IN, isTable, type TableName } from "./read/iptables/facts.ts";
import { LEADS } from "./read/leads.ts";

/** The chain that a line is about: what it declares, or puts a rule into. */
const chainOf = (text: string, from: number): string => text.slice(from, text.indexOf(" ", from));

/** The parts of a table's lines without what a whole text has more than one that stands beside others; `null` where it has more than that. */
function besideOthers(table: TableName, lines: string): readonly string[] | null {
  const builtIn = Object.keys(BUILT_IN[table]);
  const declared = new Set<string>();
  const jumps: string[] = [];
  const kept: string[] = [];
  let from = 0;
  const keepTo = (end: number): void => {
    if (end > from) kept.push(lines.slice(from, end));
  };
  for (let start = 0; start < lines.length; ) {
    const end = lines.indexOf("\n", start) + 1;
    if (end === 0) return null;
    const isChain = lines[start] === ":";
    const isRule = lines[start] === "-";
    // A rule with counters, which may be one of a chain of the kernel's own.
    if (lines[start] === "[") return null;
    const chain = isChain ? chainOf(lines, start + 1) : isRule ? chainOf(lines, start + "-A ".length) : null;
    if (chain !== null && builtIn.includes(chain)) {
      keepTo(start);
      from = end;
      const line = lines.slice(start, end - 1);
      if (isRule) jumps.push(line);
      else if (line !== `:${chain} ACCEPT [0:0]`) return null;
    } else if (chain !== null) {
      if (!chain.startsWith("NETC-")) return null;
      declared.add(chain);
    }
    start = end;
  }
  keepTo(lines.length);
  const leads = LEADS.filter((lead) => lead.table === table && declared.has(lead.chain));
  // Jumps of one chain in the order in which they are asked.
  const ofChain = (one: string): string => builtIn.find((chain) => one.startsWith(`-A ${chain} `)) ?? "";
  const byChain = (lines: readonly string[]): string =>
    lines
      .toSorted((one, other) => (ofChain(one) < ofChain(other) ? -1 : ofChain(one) > ofChain(other) ? 1 : 0))
      .join("\n");
  return byChain(jumps) === byChain(leads.map((lead) => `-A ${lead.builtIn} -j ${lead.chain}`)) ? kept : null;
}

/** The parts of the text that stands beside others' rules and says what a whole one says, jumps aside; `null` where there is none. */
function coexistOf(whole: string): readonly string[] | null {
  const parts: string[] = [];
  for (const table of whole.split("COMMIT\n")) {
    if (table === "") continue;
    const head = table.indexOf("\n") + 1;
    const name = table.slice(1, head - 1);
    if (!table.startsWith("*") || !isTable(name)) return null;
    const kept = besideOthers(name, table.slice(head));
    if (kept === null) return null;
    if (kept.length > 0) parts.push(`*${name}\n`, ...kept, "COMMIT\n");
  }
  return parts;
}

/** Whether the parts one after another are the text. */
function areAll(parts: readonly string[], text: string): boolean {
  let at = 0;
  for (const part of parts) {
    if (!text.startsWith(part, at)) return false;
    at += part.length;
  }
  return at === text.length;
}

export interface FormedText {
  readonly target: string;
  readonly form: "whole" | "coexist";
  readonly text: string;
}

/** Whether `other` says to every packet what `read`, a text that could be read, says. */
export function areTwins(read: FormedText, other: FormedText): boolean {
  if (read.target !== other.target) return false;
  if (read.form === other.form) return read.text === other.text;
  const parts = read.form === "whole" ? coexistOf(read.text) : null;
  return parts !== null && areAll(parts, other.text);
}
