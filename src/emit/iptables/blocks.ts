/**
 * What is found by an address: a tree of chains by descending fixed prefixes, a handful of rules a level, never a list of all. The levels
 * are fixed and a chain is named by its prefix, so that one item more changes its own chains and nothing else.
 */
import type { Address } from "../../address/address.ts";
import { contains, type Prefix, prefixOf } from "../../address/prefix.ts";
import type { IptChain, IptMatch, IptRule } from "./ruleset.ts";

/** The last 16 bits of an address, four at a time; what is before them is one level. */
const LEVELS = { 4: [16, 20, 24, 28], 6: [112, 116, 120, 124] } as const;

/** Rules, and the chains that they lead to. */
export interface Part {
  readonly rules: readonly IptRule[];
  readonly chains: readonly IptChain[];
}

export const noPart: Part = { rules: [], chains: [] };

export function joined(parts: readonly Part[]): Part {
  return { rules: parts.flatMap(({ rules }) => rules), chains: parts.flatMap(({ chains }) => chains) };
}

export interface Blocks<T> {
  readonly side: "source" | "destination";
  readonly addressOf: (item: T) => Address;
  readonly chainOf: (prefix: Prefix) => string;
  readonly partOf: (item: T) => Part;
}

/** Runs of one prefix; items come in the order of their addresses. */
function runsOf<T>(
  { addressOf }: Blocks<T>,
  items: readonly T[],
  length: number,
): readonly { readonly prefix: Prefix; readonly members: readonly T[] }[] {
  const runs: { readonly prefix: Prefix; readonly members: T[] }[] = [];
  let last: { readonly prefix: Prefix; readonly members: T[] } | null = null;
  for (const item of items) {
    const address = addressOf(item);
    if (last !== null && contains(last.prefix, address)) {
      last.members.push(item);
      continue;
    }
    last = { prefix: prefixOf(address, length), members: [item] };
    runs.push(last);
  }
  return runs;
}

/** The rules of the tree's root, and the chains below it. */
export function blocksPart<T>(blocks: Blocks<T>, items: readonly T[], level = 0): Part {
  const [first] = items;
  const length = first === undefined ? undefined : LEVELS[blocks.addressOf(first).family][level];
  if (length === undefined) return joined(items.map(blocks.partOf));
  return joined(
    runsOf(blocks, items, length).map(({ prefix, members }) => {
      const name = blocks.chainOf(prefix);
      const below = blocksPart(blocks, members, level + 1);
      const matches: readonly IptMatch[] = [{ kind: blocks.side, prefix }];
      return {
        rules: [{ matches, target: { kind: "chain", chain: name }, comment: null }],
        chains: [{ name, rules: below.rules }, ...below.chains],
      };
    }),
  );
}
