/**
 * Reads what `iptables-restore` reads, and of that only what netc is known to write: a word that is not known makes the whole unread. Nothing
 * here knows how the text was made.
 */
import { byHook, type Hook, type Program, type Read, type Unread } from "../program.ts";
import { cyclesOf } from "./iptables/cycles.ts";
import { BESIDE, BUILT_IN, TABLES } from "./iptables/facts.ts";
import { type Chain, type Form, readTables } from "./iptables/tables.ts";

/**
 * `whole`: all tables, each with the kernel's own chains, for `iptables-restore`. `coexist`: own chains without what leads to them, for
 * `iptables-restore --noflush`; they are asked where their names say.
 */
export function readIptables(text: string, family: 4 | 6, form: Form): Read {
  const { tables, unread } = readTables(text, family, form);
  if (unread.length > 0) return { unread };
  const chains = new Map(
    tables.flatMap((table) => [...table.chains.values()].map((chain) => [chain.name, chain] as const)),
  );
  const circles = circlesOf(chains, text);
  if (circles.length > 0) return { unread: circles };
  return { program: programOf(family, chains, form === "whole" ? builtInHooks() : besideHooks(chains)) };
}

function circlesOf(chains: ReadonlyMap<string, Chain>, text: string): readonly Unread[] {
  const cycles = cyclesOf(chains);
  if (cycles.length === 0) return [];
  const lines = text.split("\n");
  return cycles.slice(0, 20).map(({ line, chain }) => ({
    line,
    text: lines[line - 1]!,
    reason: `the rule leads back to ${chain}, which leads here`,
  }));
}

function programOf(family: 4 | 6, chains: ReadonlyMap<string, Chain>, hooks: Program["hooks"]): Program {
  return { family, chains: new Map([...chains].map(([name, { rules }]) => [name, rules])), hooks };
}

/** A whole text has all tables, and each of them all chains of the kernel's. */
function builtInHooks(): Program["hooks"] {
  const chains = new Map<Hook, string>();
  for (const table of TABLES) {
    for (const [chain, hook] of Object.entries(BUILT_IN[table]))
      if (hook !== null) chains.set(hook, `${table} ${chain}`);
  }
  return byHook((hook) => {
    const chain = chains.get(hook);
    return chain === undefined ? [] : [chain];
  });
}

function besideHooks(chains: ReadonlyMap<string, Chain>): Program["hooks"] {
  return byHook((hook) => (BESIDE[hook] ?? []).filter((chain) => chains.has(chain)));
}
