/**
 * Reads what `iptables-restore` reads, and of that only what netc is known to write: a word that is not known makes the whole unread. Nothing
 * here knows how the text was made.
 */
import { byHook, type Hook, type Program, type Read, type Unread } from "../program.ts";
import { orderOf } from "./iptables/cycles.ts";
import { BESIDE, BUILT_IN } from "./iptables/facts.ts";
import { refusedOf } from "./iptables/reach.ts";
import { type Chain, type Form, readTables, type Table } from "./iptables/tables.ts";
import { LEADS } from "./leads.ts";

/**
 * `whole`: all tables, each with the kernel's own chains, for `iptables-restore`. `coexist`: own chains without what leads to them, for
 * `iptables-restore --noflush`; they are asked where their names say.
 */
export function readIptables(text: string, family: 4 | 6, form: Form): Read {
  const { tables, unread, whole } = readTables(text, family, form);
  if (unread.length > 0) return { unread };
  if (whole !== null && tables.length === 0) return { unread: [{ line: whole.last, text: "", reason: LOST }] };
  const chains = new Map(
    tables.flatMap((table) => [...table.chains.values()].map((chain) => [chain.name, chain] as const)),
  );
  const refused = neverLoaded(chains, form === "whole" ? [] : ROOTS, text);
  if (refused.length > 0) return { unread: refused };
  const hooks = form === "whole" ? builtInHooks(tables) : besideHooks(chains);
  return { program: programOf(family, chains, hooks), whole };
}

const LOST = "no table is named: the file may be lost, and what the kernel has stays";

/** Beside other rules, what leads to netc's chains. A whole text says all itself. */
const ROOTS = LEADS.map(({ table, builtIn, chain }) => ({ builtIn, chain: `${table} ${chain}` }));

function neverLoaded(chains: ReadonlyMap<string, Chain>, roots: typeof ROOTS, text: string): readonly Unread[] {
  const order = orderOf(chains);
  const refused =
    order.cycles.length > 0
      ? order.cycles.map(({ line, chain }) => ({ line, reason: `the rule leads back to ${chain}, which leads here` }))
      : refusedOf(order.chains, roots);
  if (refused.length === 0) return [];
  const lines = text.split("\n");
  return refused.slice(0, 20).map(({ line, reason }) => ({ line, text: lines[line - 1]!, reason }));
}

function programOf(family: 4 | 6, chains: ReadonlyMap<string, Chain>, hooks: Program["hooks"]): Program {
  return { family, chains: new Map([...chains].map(([name, { rules }]) => [name, rules])), hooks };
}

/** A chain of the kernel's that is not declared has no rules. */
function builtInHooks(tables: readonly Table[]): Program["hooks"] {
  const chains = new Map<Hook, string>();
  for (const table of tables) {
    for (const [chain, hook] of Object.entries(BUILT_IN[table.name]))
      if (hook !== null && table.chains.has(chain)) chains.set(hook, `${table.name} ${chain}`);
  }
  return byHook((hook) => {
    const chain = chains.get(hook);
    return chain === undefined ? [] : [chain];
  });
}

function besideHooks(chains: ReadonlyMap<string, Chain>): Program["hooks"] {
  return byHook((hook) => (BESIDE[hook] ?? []).filter((chain) => chains.has(chain)));
}
