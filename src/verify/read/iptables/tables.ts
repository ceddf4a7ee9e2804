/** The lines of a text: tables, their chains, rules, COMMIT. */
import type { Rule, Unread, Whole } from "../../program.ts";
import { beginsWithMark, controlReason, hasControl, lengthReason, wordsReason } from "./bytes.ts";
import { type Known, knownOf, type Placed } from "./draft.ts";
import { BUILT_IN, isTable, type TableName } from "./facts.ts";
import { wholeOf } from "./missing.ts";
import { chainName } from "./names.ts";
import { readRule } from "./rule.ts";
import { type Reason, splitWords } from "./words.ts";

export type Form = "whole" | "coexist";

export interface Chain {
  /** With the table's. */
  readonly name: string;
  readonly rules: Rule[];
  /** Where its rules lead. */
  readonly calls: Call[];
  readonly translations: Translation[];
  /** What its rules ask that may not be asked at every hook. */
  readonly placed: { readonly line: number; readonly what: Placed }[];
  readonly isBuiltIn: boolean;
  /** A hook that no rule of netc's is asked at. */
  readonly isSilent: boolean;
}

/** A rule that leads to a chain. */
export interface Call {
  readonly line: number;
  readonly chain: string;
}

export interface Translation {
  readonly line: number;
  readonly as: "DNAT" | "SNAT" | "MASQUERADE";
}

export interface Table {
  readonly name: TableName;
  readonly line: number;
  readonly chains: Map<string, Chain>;
}

export interface Tables {
  readonly tables: readonly Table[];
  readonly unread: readonly Unread[];
  /** Of a whole text what it replaces, and what it leaves as the kernel has it. */
  readonly whole: Whole | null;
}

/** More would tell a person no more. */
const MOST = 20;

interface Reading {
  readonly form: Form;
  readonly known: Known;
  readonly tables: Table[];
  readonly unread: Unread[];
  readonly hasControl: boolean;
  /** The table whose COMMIT is still to come. */
  open: Table | null;
}

export function readTables(text: string, family: 4 | 6, form: Form): Tables {
  const reading: Reading = {
    form,
    known: knownOf(family),
    tables: [],
    unread: [],
    hasControl: hasControl(text),
    open: null,
  };
  const { unread, tables } = reading;
  const words: string[] = [];
  let line = 0;
  let start = 0;
  while (start < text.length && unread.length < MOST) {
    line += 1;
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const reason = newline === -1 ? UNENDED : readLine(reading, text, start, end, line, words);
    if (reason !== null) unread.push({ line, text: text.slice(start, end), reason });
    start = end + 1;
  }
  if (unread.length >= MOST) return { tables, unread, whole: null };
  if (reading.open !== null) unread.push(uncommitted(reading.open));
  return { tables, unread, whole: form === "whole" ? wholeOf(tables, line) : null };
}

const UNENDED = "the text ends within this line: the file may be cut off";

const uncommitted = ({ name, line }: Table): Unread => ({
  line,
  text: `*${name}`,
  reason: `no COMMIT ends the table ${name}: the file may be cut off`,
});

const HASH = 35;
const STAR = 42;
const DASH = 45;
const COLON = 58;
const BRACKET = 91;

function readLine(reading: Reading, text: string, start: number, end: number, line: number, words: string[]): Reason {
  if (start === end) return null;
  if (line === 1 && beginsWithMark(text)) return "the text begins with a byte-order mark";
  const reason = lengthReason(text, start, end) ?? (reading.hasControl ? controlReason(text.slice(start, end)) : null);
  if (reason !== null) return reason;
  const first = text.charCodeAt(start);
  if (first === HASH) return null;
  if (first === STAR) return openTable(reading, text.slice(start + 1, end), line);
  const { open } = reading;
  if (open === null) return "outside of a table only a table's `*` line and comments are known";
  const rule = first === BRACKET ? start + countersAt(text, start, end) : start;
  if (text.charCodeAt(rule) === DASH && text.startsWith("-A ", rule)) {
    const unsplit = splitWords(text, rule, end, words) ?? (end - rule > WORDY ? wordsReason(words) : null);
    return unsplit ?? readRule(words, line, open, reading.known);
  }
  if (first === COLON) return declare(open, text.slice(start + 1, end), reading.form);
  if (end - start !== 6 || !text.startsWith("COMMIT", start)) return "no line of a table is known that begins so";
  reading.open = null;
  return null;
}

/** A rule of fewer characters has neither too many words nor one that is too long. */
const WORDY = 340;

const COUNTERS = /\[\d{1,20}:\d{1,20}\]/y;

/** How long a rule's counters are with the blank behind them; 0 where there are none. The tool reads them, and sets them with `--counters` alone. */
function countersAt(text: string, start: number, end: number): number {
  COUNTERS.lastIndex = start;
  if (!COUNTERS.test(text)) return 0;
  const behind = COUNTERS.lastIndex;
  return behind < end && text[behind] === " " ? behind + 1 - start : 0;
}

function openTable(reading: Reading, name: string, line: number): Reason {
  if (!isTable(name)) return `the table \`${name}\` is not known`;
  const { open } = reading;
  const isAgain = reading.tables.some((table) => table.name === name);
  const table: Table = { name, line, chains: new Map() };
  reading.open = table;
  reading.tables.push(table);
  if (open !== null) return `the table ${open.name} above has no COMMIT`;
  return isAgain ? `the table ${name} stands twice` : null;
}

/** `up.sh` fills it where a FORWARD chain of others would stop pods: no text of rules has it. */
const ACCEPTS = "NETC-FORWARD-ACCEPT";

const isCounters = (word: string | undefined): boolean => word !== undefined && /^\[\d{1,20}:\d{1,20}\]$/.test(word);

/** A chain's line behind its colon: name, policy, counters. */
function declare({ name: table, chains }: Table, text: string, form: Form): Reason {
  const [name = "", policy, counters, more] = text.split(" ");
  if (!isCounters(counters) || more !== undefined)
    return "a chain is known with a policy and counters such as `[0:0]` only";
  if (chains.has(name)) return `the chain \`${name}\` is declared twice`;
  const isBuiltIn = Object.hasOwn(BUILT_IN[table], name);
  const isSilent = isBuiltIn && BUILT_IN[table][name] === null;
  chains.set(name, {
    name: `${table} ${name}`,
    rules: [],
    calls: [],
    translations: [],
    placed: [],
    isBuiltIn,
    isSilent,
  });
  if (isBuiltIn) {
    if (form === "coexist") return `beside other rules the kernel's own chain \`${name}\` is not netc's`;
    return policy === "ACCEPT" ? null : `the policy of \`${name}\` is known as ACCEPT only`;
  }
  if (policy !== "-")
    return `\`${name}\` is no chain of the kernel's own in ${table}, so that its policy is \`-\` only`;
  if (form === "coexist" && name === ACCEPTS)
    return "`up.sh` leads FORWARD to this chain, which is no place for netc's own rules";
  if (form === "coexist" && !name.startsWith("NETC-"))
    return `beside other rules \`${name}\` is no name of a chain of netc's`;
  return chainName(name);
}
