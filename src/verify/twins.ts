/** Texts that say the same line by line, so that what is proved of one is proved of the other. */
import { BUILT_IN, isTable, type TableName } from "./read/iptables/facts.ts";
import { LEADS } from "./read/leads.ts";

/** A table without what a whole text has more than one that stands beside others; `null` where it has more than that. */
function besideOthers(table: TableName, lines: readonly string[]): readonly string[] | null {
  const builtIn = Object.keys(BUILT_IN[table]);
  const declared = new Set<string>();
  const jumps: string[] = [];
  const kept: string[] = [];
  for (const line of lines) {
    const [word = "", chain = ""] = line.split(" ", 2);
    if (word.startsWith(":")) {
      const name = word.slice(1);
      if (builtIn.includes(name)) {
        if (line !== `${word} ACCEPT [0:0]`) return null;
        continue;
      }
      if (!name.startsWith("NETC-")) return null;
      declared.add(name);
    } else if (word === "-A" && builtIn.includes(chain)) {
      jumps.push(line);
      continue;
    }
    kept.push(line);
  }
  const leads = LEADS.filter((lead) => lead.table === table && declared.has(lead.chain));
  const expected = leads.map((lead) => `-A ${lead.builtIn} -j ${lead.chain}`);
  return jumps.sort().join("\n") === expected.sort().join("\n") ? kept : null;
}

/** The text that stands beside others' rules and says what a whole one says, jumps at its hooks aside; `null` where there is none. */
function coexistOf(whole: string): string | null {
  let text = "";
  for (const part of whole.split("COMMIT\n")) {
    if (part === "") continue;
    const [head = "", ...lines] = part.split("\n");
    const name = head.slice(1);
    if (!head.startsWith("*") || !isTable(name) || lines.pop() !== "") return null;
    const kept = besideOthers(name, lines);
    if (kept === null) return null;
    if (kept.length > 0) text += `${[head, ...kept].join("\n")}\nCOMMIT\n`;
  }
  return text;
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
  return read.form === "whole" && coexistOf(read.text) === other.text;
}
