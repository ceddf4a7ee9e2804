/** Chains: their rules, and the hooks that ask them. */
import type { Hook } from "../../program.ts";
import { type Block, finish, isFull, report, type Source } from "./blocks.ts";
import { type Known, UNREAD_SET } from "./draft.ts";
import { type ReadRule, readRule } from "./rules.ts";
import { fail, isAtEnd, peek, statementsOf, take, unexpected, type Words, wordsOf } from "./words.ts";

export interface Chain {
  readonly name: string;
  readonly line: number;
  readonly hook: Hook | null;
  readonly rules: readonly ReadRule[];
}

/** `dstnat` is known in prerouting alone: in output it is written as its number. `raw` and its number are one to nft. */
const HOOK_OF: Readonly<Record<string, Hook>> = {
  "filter prerouting raw": "raw-prerouting",
  "filter prerouting -300": "raw-prerouting",
  "filter output raw": "raw-output",
  "filter output -300": "raw-output",
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
  const key = `${type} ${hook} ${priority}`;
  const found = Object.hasOwn(HOOK_OF, key) ? HOOK_OF[key]! : null;
  return found ?? fail(words, "netc has no chain of that type, hook and priority");
}

/** A chain as far as it is read. */
interface Reading {
  readonly source: Source;
  readonly known: Known;
  readonly rules: ReadRule[];
  /** Of `type`; where it says nothing that is known, the chain's other lines are read all the same. */
  hook: Hook | null;
  hasType: boolean;
  hasPolicy: boolean;
}

/** Accept is what the kernel does without a policy, too. */
function readPolicy(reading: Reading, words: Words): void {
  take(words);
  const policy = take(words);
  if (policy !== "accept") fail(words, `the policy \`${policy}\` is not known: netc's chains have \`policy accept;\``);
  if (!reading.hasType) fail(words, "a policy stands in a chain that no hook asks");
  if (reading.hasPolicy) fail(words, "nft takes a policy once");
  if (words.fault === null && !isAtEnd(words)) unexpected(words, "the end of the line");
  reading.hasPolicy = true;
}

function readStatement(reading: Reading, words: Words): void {
  const { source, known, rules } = reading;
  if (peek(words) === "type" && rules.length === 0 && !reading.hasType) {
    reading.hasType = true;
    reading.hook = readBase(words);
    finish(source, words);
  } else if (peek(words) === "policy") {
    readPolicy(reading, words);
    finish(source, words);
  } else {
    const rule = readRule(words, known);
    if (rule !== null) rules.push(rule);
    else if (words.fault !== UNREAD_SET) report(source, words.line, words.fault ?? "it is not known");
  }
}

const isRule = ({ all: [first] }: Words): boolean => first !== "type" && first !== "policy";

/** What is wrong is reported. */
export function readChain(source: Source, known: Known, { name, line, from, to }: Block): Chain {
  const reading: Reading = { source, known, rules: [], hook: null, hasType: false, hasPolicy: false };
  for (let number = from; number <= to && !isFull(source); number += 1) {
    const words = wordsOf(number, source.lines[number - 1]!);
    if (words.fault !== null) {
      report(source, number, words.fault);
      continue;
    }
    const statements = statementsOf(words);
    if (statements.length > 1 && statements.some(isRule))
      report(source, number, "more than one statement stands on the line");
    else for (const statement of statements) readStatement(reading, statement);
  }
  return { name, line, hook: reading.hook, rules: reading.rules };
}
