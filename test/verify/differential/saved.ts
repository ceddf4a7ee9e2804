/** Reads what `iptables-save` and `ip6tables-save` print: their own canonical words, and no others. It shares nothing with the reader that is under test. */
import { byHook, type Hook, type Program, type Rule } from "../../../src/verify/program.ts";
import { unlisted } from "./literals.ts";
import { savedRule } from "./saved-rule.ts";

/** The kernel's chains, each with its policy; a hook's chain by table and name. */
const AT: Readonly<Record<string, Hook | null>> = {
  "raw PREROUTING": "raw-prerouting",
  "raw OUTPUT": "raw-output",
  "mangle PREROUTING": "mangle-prerouting",
  "mangle INPUT": null,
  "mangle FORWARD": null,
  "mangle OUTPUT": "mangle-output",
  "mangle POSTROUTING": null,
  "nat PREROUTING": "nat-prerouting",
  "nat INPUT": null,
  "nat OUTPUT": "nat-output",
  "nat POSTROUTING": "nat-postrouting",
  "filter INPUT": "filter-input",
  "filter FORWARD": "filter-forward",
  "filter OUTPUT": "filter-output",
};

/** Where `up.sh` leads to netc's own chains, beside others' rules, in the kernel's order. */
const LED_TO: Readonly<Partial<Record<Hook, readonly string[]>>> = {
  "raw-prerouting": ["raw NETC-RAW-IN"],
  "mangle-prerouting": ["mangle NETC-MARKS-IN"],
  "nat-prerouting": ["nat NETC-SERVICES-IN", "nat NETC-SERVICES"],
  "mangle-output": ["mangle NETC-MARKS-OUT"],
  "nat-output": ["nat NETC-SERVICES"],
  "filter-input": ["filter NETC-INPUT"],
  "filter-forward": ["filter NETC-FORWARD"],
  "filter-output": ["filter NETC-OUTPUT"],
  "nat-postrouting": ["nat NETC-POSTROUTING"],
};

const ESCAPED = /\\(.)/gs;

/** Words apart by blanks; text in quotes is one, a backslash in it takes away what the character behind it means. */
export function savedWords(line: string): readonly string[] {
  const found = line.match(/"(?:[^"\\]|\\.)*"|[^ ]+/gs) ?? [];
  return found.map((word) => (word.startsWith('"') ? word.slice(1, -1).replace(ESCAPED, "$1") : word));
}

interface Reading {
  readonly family: 4 | 6;
  readonly chains: Map<string, Rule[]>;
  table: string;
}

/** A name may hold every character but a blank: a pattern's `\s` knows more blanks than iptables. */
const CHAIN = /^:([^ ]+) (ACCEPT|DROP|-) \[\d+:\d+\]$/;

function declare({ chains, table }: Reading, line: string): void {
  const [, name, policy] = CHAIN.exec(line) ?? unlisted("a chain", line);
  if (policy === "DROP") unlisted("a policy", line);
  chains.set(`${table} ${name}`, []);
}

function addRule(reading: Reading, line: string): void {
  const [, chain, ...words] = savedWords(line);
  const { family, chains, table } = reading;
  const rules = chains.get(`${table} ${chain}`) ?? unlisted("a rule of no chain", line);
  rules.push(savedRule(words, family, (name) => (chains.has(`${table} ${name}`) ? `${table} ${name}` : null)));
}

function hooksOf(chains: ReadonlyMap<string, readonly Rule[]>, form: "whole" | "coexist"): Program["hooks"] {
  const builtIn = new Map(Object.entries(AT).map(([chain, hook]) => [hook, chain]));
  return byHook((hook) => {
    const asked = form === "whole" ? [builtIn.get(hook) ?? ""] : (LED_TO[hook] ?? []);
    return asked.filter((chain) => chains.has(chain));
  });
}

/** A chain of the kernel's without rules says nothing; which tables a text has to name hangs on the program. */
const isSilent = (name: string, rules: readonly Rule[]): boolean =>
  rules.length === 0 && (Object.hasOwn(AT, name) || /^security (?:INPUT|FORWARD|OUTPUT)$/.test(name));

export function withoutSilent(program: Program): Program {
  const chains = new Map([...program.chains].filter(([name, rules]) => !isSilent(name, rules)));
  return { ...program, chains, hooks: byHook((hook) => program.hooks[hook].filter((chain) => chains.has(chain))) };
}

export function readSaved(text: string, family: 4 | 6, form: "whole" | "coexist"): Program {
  const reading: Reading = { family, chains: new Map(), table: "" };
  for (const line of text.split("\n")) {
    if (line.startsWith("*")) reading.table = line.slice(1);
    else if (line.startsWith(":")) declare(reading, line);
    else if (line.startsWith("-A ")) addRule(reading, line);
    else if (line !== "" && line !== "COMMIT" && !line.startsWith("#")) unlisted("a line", line);
  }
  return withoutSilent({ family, chains: reading.chains, hooks: hooksOf(reading.chains, form) });
}
