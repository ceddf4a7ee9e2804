/** Text for `iptables-restore` as the judge runs it. What it does not know it throws: nothing is said of such a text. */
import type { Hook } from "../../../../src/verify/program.ts";
import { HEADER, matchOf, take, type Words } from "./iptables-matches.ts";
import { targetOf } from "./iptables-targets.ts";
import { type Commands, commandsOf } from "./iptables-text.ts";
import { hooksBy, type Judged, type JudgedRule, requireChains, type Step } from "./machine.ts";

function ruleOf(all: readonly string[], line: number, table: string): JudgedRule {
  const words: Words = { all, at: 2 };
  const steps: Step[] = [];
  while (words.at < all.length) {
    const word = take(words);
    if (word === "-m") steps.push(...matchOf(words));
    else if (word === "-j" || word === "-g") steps.push(targetOf(words, word, table));
    else if (word === "-c") words.at += 2;
    else {
      const isNot = word === "!";
      const option = isNot ? take(words) : word;
      const header = HEADER[option];
      if (header === undefined) throw new Error(`line ${line}: ${option} is not known to the judge`);
      steps.push(header(take(words), isNot));
    }
  }
  return { line, steps };
}

const HOOKS: Readonly<Record<Hook, readonly [built: string, ...own: string[]]>> = {
  "raw-prerouting": ["raw PREROUTING", "raw NETC-RAW-IN"],
  "raw-output": ["raw OUTPUT"],
  "mangle-prerouting": ["mangle PREROUTING", "mangle NETC-MARKS-IN"],
  "nat-prerouting": ["nat PREROUTING", "nat NETC-SERVICES-IN", "nat NETC-SERVICES"],
  "mangle-output": ["mangle OUTPUT", "mangle NETC-MARKS-OUT"],
  "nat-output": ["nat OUTPUT", "nat NETC-SERVICES"],
  "filter-input": ["filter INPUT", "filter NETC-INPUT"],
  "filter-forward": ["filter FORWARD", "filter NETC-FORWARD"],
  "filter-output": ["filter OUTPUT", "filter NETC-OUTPUT"],
  "nat-postrouting": ["nat POSTROUTING", "nat NETC-POSTROUTING"],
};

const ADDRESSED = ["-s", "-d", "--ctorigdst", "--to-source", "--to-destination"];

/** Throws where an address is of the other family. */
function requireFamily(words: readonly string[], family: 4 | 6, line: number): void {
  const isOther = (word: string): boolean => (/:.*:/.test(word) ? 6 : 4) !== family;
  const at = words.findIndex((word, place) => ADDRESSED.includes(words[place - 1]!) && isOther(word));
  if (at !== -1) throw new Error(`line ${line}: ${words[at]} is of the other family`);
}

/** The words of a rule that say which packets it is about: of all rules of a port line they are the same. */
const packetWords = (words: readonly string[]): string => {
  const end = words.findIndex((word, at) => word === "-m" && /^(?:recent|statistic)$/.test(words[at + 1] ?? ""));
  return words.slice(1, end === -1 ? words.length : end).join(" ");
};

function linesOf({ rules }: Commands): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const { words } of rules) {
    const name = words[words.indexOf("--set") + 2];
    if (words.includes("--set") && name !== undefined && !lines.has(name)) lines.set(name, packetWords(words));
  }
  return lines;
}

export function judgedIptables(text: string, family: 4 | 6): Judged {
  const commands = commandsOf(text);
  const chains = new Map<string, JudgedRule[]>();
  const policies = new Map<string, "pass" | "drop">();
  for (const { table, name, policy } of commands.chains) {
    chains.set(`${table} ${name}`, []);
    policies.set(`${table} ${name}`, policy === "DROP" ? "drop" : "pass");
  }
  for (const { table, line, words } of commands.rules) {
    const rules = chains.get(`${table} ${words[1] ?? ""}`);
    requireFamily(words, family, line);
    const rule = ruleOf(words, line, table);
    if (rules === undefined || (words[0] !== "-A" && words[0] !== "-I")) throw new Error(`line ${line} is no rule`);
    if (words[0] === "-A") rules.push(rule);
    else rules.unshift(rule);
  }
  requireChains(chains);
  const hooks = hooksBy((hook) => {
    const [built, ...own] = HOOKS[hook];
    const asked = chains.has(built) ? [built] : own.filter((name) => chains.has(name));
    return asked.map((chain) => ({ chain, policy: policies.get(chain)! }));
  });
  return { family, chains, hooks, alike: {}, lines: linesOf(commands) };
}
