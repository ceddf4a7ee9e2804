/** A restore file, back to the ruleset that it was printed from, and the jumps into it. Anything that netc does not print is an error. */
import type { IptChain, IptRule, IptRuleset, IptTable, TableName } from "../../../src/emit/iptables/ruleset.ts";
import { readRule } from "./read-rule.ts";
import { read } from "./restore-words.ts";

const HOOKS: Readonly<Record<string, readonly string[]>> = {
  raw: ["PREROUTING", "OUTPUT"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

export interface ReadRuleset {
  readonly ruleset: IptRuleset;
  /** `TABLE HOOK CHAIN` */
  readonly jumps: readonly string[];
  /** `TABLE HOOK`: built-in chains whose policy is set, to ACCEPT. */
  readonly policies: readonly string[];
}

interface Open {
  readonly name: string;
  readonly chains: Map<string, IptRule[]>;
}

export function readRuleset(text: string): ReadRuleset {
  const ruleset: IptTable[] = [];
  const jumps: string[] = [];
  const policies: string[] = [];
  let open: Open | null = null;

  const declare = (table: Open, line: string): void => {
    const [, name = "", policy] = /^:(\S+) (ACCEPT|-) \[0:0\]$/.exec(line) ?? [];
    const isHook = HOOKS[table.name]!.includes(name);
    if (name === "" || name.length > 28 || isHook !== (policy === "ACCEPT")) throw new Error(`no chain: ${line}`);
    if (table.chains.has(name)) throw new Error(`declared twice: ${line}`);
    if (isHook) policies.push(`${table.name} ${name}`);
    else table.chains.set(name, []);
  };

  const append = (table: Open, line: string): void => {
    const words = read(line);
    if (!words.takeIf("-A")) words.fail(words.take());
    const chain = words.take();
    const rule = readRule(words, new Set(table.chains.keys()));
    const rules = table.chains.get(chain);
    if (rules !== undefined) rules.push(rule);
    else if (!HOOKS[table.name]!.includes(chain) || rule.target.kind !== "chain" || rule.matches.length > 0)
      throw new Error(`no jump into a chain: ${line}`);
    else jumps.push(`${table.name} ${chain} ${rule.target.chain}`);
  };

  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the last line has no end");
  for (const line of lines) {
    if (open === null) {
      const name: string = /^\*(raw|filter|mangle|nat)$/.exec(line)?.[1] ?? "";
      if (name === "") throw new Error(`no table: ${line}`);
      open = { name, chains: new Map() };
    } else if (line === "COMMIT") {
      const chains: readonly IptChain[] = [...open.chains].map(([name, rules]) => ({ name, rules }));
      ruleset.push({ name: open.name as TableName, chains });
      open = null;
    } else if (line.startsWith(":")) declare(open, line);
    else append(open, line);
  }
  if (open !== null) throw new Error("the last table has no COMMIT");
  return { ruleset, jumps, policies };
}
