/**
 * Reads the text of an nft ruleset as a program of one family: the closed subset that netc prints. Whatever it does not know is told,
 * never passed over; what holds for the other family alone is read as strictly, and left out.
 */
import type { Family } from "../../address/address.ts";
import { byHook, type Hook, type Program, type Read, type Rule, type Unread } from "../program.ts";
import { type Block, isFull, MOST_UNREAD, readBlocks, report, type Source } from "./nft/blocks.ts";
import { checkBytes } from "./nft/bytes.ts";
import { type Chain, readChain } from "./nft/chains.ts";
import type { Known } from "./nft/draft.ts";
import { checkGraph } from "./nft/graph.ts";
import { type NamedSet, readSet } from "./nft/sets.ts";
import { noTerms } from "./nft/terms.ts";
import { checkTimes } from "./nft/times.ts";

/** The blocks whose names are new; sets and maps share their names. */
function uniqueBlocks(source: Source, blocks: readonly Block[]): readonly Block[] {
  const lines = new Map<string, Block>();
  return blocks.filter((block) => {
    const key = `${block.kind === "chain" ? "chain" : "set"} ${block.name}`;
    const before = lines.get(key);
    if (before === undefined) lines.set(key, block);
    else report(source, block.line, `\`${block.name}\` is declared on lines ${before.line} and ${block.line}`);
    return before === undefined;
  });
}

function hooksOf(source: Source, chains: Iterable<Chain>): Readonly<Record<Hook, string[]>> {
  const hooks = byHook((): string[] => []);
  for (const { name, line, hook } of chains) {
    if (hook === null) continue;
    const [before] = hooks[hook];
    if (before !== undefined)
      report(source, line, `\`${before}\` hangs at the same hook: which is asked first is chance`);
    hooks[hook].push(name);
  }
  return hooks;
}

function programOf(chains: ReadonlyMap<string, Chain>, hooks: Program["hooks"], family: Family): Program {
  const rules = new Map<string, readonly Rule[]>();
  for (const { name, rules: all } of chains.values()) {
    rules.set(
      name,
      all.filter((each) => each.family === null || each.family === family).map(({ rule }) => rule),
    );
  }
  return { family, chains: rules, hooks };
}

/** A text that was read once, as a program of either family. */
export type ReadNft = { readonly programs: (family: Family) => Program } | { readonly unread: readonly Unread[] };

export function readNftOnce(text: string): ReadNft {
  const source: Source = { lines: text.split("\n"), unread: [] };
  checkBytes(source, text);
  if (source.unread.length > 0) return { unread: source.unread };
  const terms = noTerms();
  const { blocks, isWhole, definitions } = readBlocks(source);
  const unique = uniqueBlocks(source, blocks);
  const sets = new Map<string, NamedSet>();
  const broken = new Set<string>();
  const chains = new Map<string, Chain>();
  const known: Known = { terms, sets, broken, definitions };
  for (const block of unique) {
    if (block.kind === "chain" || isFull(source)) continue;
    const set = readSet(source, terms, block);
    if (set === null) broken.add(block.name);
    else sets.set(block.name, set);
  }
  for (const block of unique) {
    if (block.kind === "chain" && !isFull(source)) chains.set(block.name, readChain(source, known, block));
  }
  const hooks = hooksOf(source, chains.values());
  // Else chains would be missed that only were not read.
  if (isWhole && !isFull(source)) checkGraph(source, chains, sets.values());
  checkTimes(source, chains.values());
  if (source.unread.length === 0) return { programs: (family) => programOf(chains, hooks, family) };
  const unread = [...source.unread].sort((a, b) => a.line - b.line).slice(0, MOST_UNREAD);
  return { unread };
}

export function readNft(text: string, family: Family): Read {
  const read = readNftOnce(text);
  return "unread" in read ? read : { program: read.programs(family) };
}
