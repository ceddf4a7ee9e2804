/** How deep chains lead into one another. */
import type { IptChain } from "./ruleset.ts";

/**
 * So many jumps and gotos may lead from a built-in chain to the last one: nf_tables, which iptables-nft writes to, refuses more with
 * "Too many links" (NFT_JUMP_STACK_SIZE, 16, in nf_tables_api.c; a goto counts too). iptables-legacy has no such limit.
 */
export const DEEPEST = 15;

/** A chain of its own that a verdict may end in: where `reject` is answered. */
export const VERDICT_DEPTH = 1;

/** How many jumps lead from the first of the chains to each; those that it does not lead to are left out. */
export function depthsOf(chains: readonly IptChain[]): ReadonlyMap<string, number> {
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  const depths = new Map<string, number>();
  const visit = (chain: IptChain, depth: number): void => {
    if ((depths.get(chain.name) ?? -1) >= depth) return;
    depths.set(chain.name, depth);
    for (const { target } of chain.rules) {
      const next = target.kind === "chain" || target.kind === "goto" ? byName.get(target.chain) : undefined;
      if (next !== undefined) visit(next, depth + 1);
    }
  };
  const [first] = chains;
  if (first !== undefined) visit(first, 0);
  return depths;
}

/** How many jumps lead from the first of the chains to the deepest. */
export const heightOf = (chains: readonly IptChain[]): number =>
  [...depthsOf(chains).values()].reduce((deepest, depth) => Math.max(deepest, depth), 0);
