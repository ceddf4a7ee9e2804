/** Chains: their rules, and the hooks that ask them. */
import type { Hook } from "../../program.ts";
import { type Block, finish, isFull, report, type Source } from "./blocks.ts";
import { type Known, UNREAD_SET } from "./draft.ts";
import { type ReadRule, readRule } from "./rules.ts";
import { accept, fail, type Words, wordsOf } from "./words.ts";

export interface Chain {
  readonly name: string;
  readonly line: number;
  readonly hook: Hook | null;
  readonly rules: readonly ReadRule[];
}

/** `dstnat` is known in prerouting alone: in output it is written as its number. */
const HOOK_OF: Readonly<Record<string, Hook>> = {
  "filter prerouting mangle": "mangle-prerouting",
  "nat prerouting dstnat": "nat-prerouting",
  "route output mangle": "mangle-output",
  "nat output -100": "nat-output",
  "filter input filter": "filter-input",
  "filter forward filter": "filter-forward",
  "filter output filter": "filter-output",
  "nat postrouting srcnat": "nat-postrouting",
};

function readBase(words: Words): Hook | null {
  const [, type, second, hook, third, priority = ""] = words.all;
  if (second !== "hook" || third !== "priority") return fail(words, "it is not `type ... hook ... priority ...`");
  words.at = 6;
  const key = `${type} ${hook} ${priority.endsWith(";") ? priority.slice(0, -1) : ""}`;
  const found = Object.hasOwn(HOOK_OF, key) ? HOOK_OF[key]! : null;
  if (found === null) return fail(words, "netc has no chain of that type, hook and priority");
  return accept(words, "policy", "accept;") ? found : fail(words, "a chain that a hook asks has `policy accept;`");
}

/** What is wrong is reported. */
export function readChain(source: Source, known: Known, { name, line, from, to }: Block): Chain {
  const rules: ReadRule[] = [];
  let hook: Hook | null = null;
  let isFirst = true;
  for (let number = from; number <= to && !isFull(source); number += 1) {
    const words = wordsOf(number, source.lines[number - 1]!);
    if (words.fault === null && words.all.length === 0) continue;
    if (isFirst && words.all[0] === "type") {
      hook = readBase(words);
      finish(source, words);
    } else if (words.fault !== null) report(source, number, words.fault);
    else {
      const rule = readRule(words, known);
      if (rule !== null) rules.push(rule);
      else if (words.fault !== UNREAD_SET) report(source, number, words.fault ?? "it is not known");
    }
    isFirst = false;
  }
  return { name, line, hook, rules };
}
