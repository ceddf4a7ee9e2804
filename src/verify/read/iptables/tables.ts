/** The lines of a text: tables, their chains, rules, COMMIT. */
import type { Rule, Unread } from "../../program.ts";
import { type Known, knownOf } from "./draft.ts";
import { BUILT_IN, isTable, TABLES, type TableName } from "./facts.ts";
import { readRule } from "./rule.ts";
import { isTarget } from "./targets.ts";
import { type Reason, splitWords } from "./words.ts";

export type Form = "whole" | "coexist";

export interface Chain {
  /** With the table's. */
  readonly name: string;
  readonly rules: Rule[];
  readonly isBuiltIn: boolean;
  /** A hook that no rule of netc's is asked at. */
  readonly isSilent: boolean;
}

export interface Table {
  readonly name: TableName;
  readonly line: number;
  readonly chains: Map<string, Chain>;
}

export interface Tables {
  readonly tables: readonly Table[];
  readonly unread: readonly Unread[];
}

/** More would tell a person no more. */
const MOST = 20;

interface Reading {
  readonly form: Form;
  readonly known: Known;
  readonly tables: Table[];
  readonly unread: Unread[];
  /** The table whose COMMIT is still to come. */
  open: Table | null;
}

export function readTables(text: string, family: 4 | 6, form: Form): Tables {
  const reading: Reading = { form, known: knownOf(family), tables: [], unread: [], open: null };
  const { unread } = reading;
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
  if (unread.length >= MOST) return reading;
  if (reading.open !== null) unread.push(uncommitted(reading.open));
  if (form === "whole") unread.push(...missing(reading.tables, line));
  return reading;
}

const UNENDED = "the text ends within this line: the file may be cut off";

const uncommitted = ({ name, line }: Table): Unread => ({
  line,
  text: `*${name}`,
  reason: `no COMMIT ends the table ${name}: the file may be cut off`,
});

/** The kernel keeps what it has of a table, and the policy of a chain, that a text does not name. */
function missing(tables: readonly Table[], line: number): readonly Unread[] {
  return TABLES.flatMap((name) => {
    const table = tables.find((other) => other.name === name);
    if (table === undefined)
      return [{ line, text: "", reason: `the table ${name} is missing: what the kernel has of it stays` }];
    return Object.keys(BUILT_IN[name])
      .filter((chain) => !table.chains.has(chain))
      .map((chain) => ({
        line: table.line,
        text: `*${name}`,
        reason: `the chain ${chain} is not declared: its policy stays`,
      }));
  });
}

const HASH = 35;
const STAR = 42;
const DASH = 45;
const COLON = 58;
const CARRIAGE_RETURN = 13;

function readLine(reading: Reading, text: string, start: number, end: number, line: number, words: string[]): Reason {
  if (start === end) return null;
  const first = text.charCodeAt(start);
  if (first === HASH) return null;
  if (text.charCodeAt(end - 1) === CARRIAGE_RETURN) return "the line ends with a carriage return";
  if (first === STAR) return openTable(reading, text.slice(start + 1, end), line);
  const { open } = reading;
  if (open === null) return "outside of a table only a table's `*` line and comments are known";
  if (first === DASH && text.startsWith("-A ", start)) {
    return splitWords(text, start, end, words) ?? readRule(words, line, open, reading.known);
  }
  if (first === COLON) return declare(open, text.slice(start + 1, end), reading.form);
  if (end - start !== 6 || !text.startsWith("COMMIT", start)) return "no line of a table is known that begins so";
  reading.open = null;
  return null;
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

/** iptables' limit on the name of a chain. */
const NAME = 28;

/** A chain's line behind its colon: name, policy, counters. */
function declare({ name: table, chains }: Table, text: string, form: Form): Reason {
  const [name = "", policy, counters, more] = text.split(" ");
  if (counters !== "[0:0]" || more !== undefined) return "a chain is known with a policy and the counters `[0:0]` only";
  if (chains.has(name)) return `the chain \`${name}\` is declared twice`;
  const isBuiltIn = Object.hasOwn(BUILT_IN[table], name);
  const chain = {
    name: `${table} ${name}`,
    rules: [],
    isBuiltIn,
    isSilent: isBuiltIn && BUILT_IN[table][name] === null,
  };
  chains.set(name, chain);
  if (isBuiltIn) {
    if (form === "coexist") return `beside other rules the kernel's own chain \`${name}\` is not netc's`;
    return policy === "ACCEPT" ? null : `the policy of \`${name}\` is known as ACCEPT only`;
  }
  if (policy !== "-")
    return `\`${name}\` is no chain of the kernel's own in ${table}, so that its policy is \`-\` only`;
  if (name.length === 0 || name.length > NAME || /^[-!]|["']/.test(name) || isTarget(name))
    return `\`${name}\` is no name for a chain`;
  if (form === "coexist" && !name.startsWith("NETC-"))
    return `beside other rules \`${name}\` is no name of a chain of netc's`;
  return null;
}
