/** What the kernel looks at when it loads rules: how deep chains lead, and from where a translation may be reached. */
import { unreachable } from "../../../diagnostics/bug.ts";
import type { Chain, Translation } from "./tables.ts";

/** iptables-nft takes no chain that is more jumps or gotos below a built-in one (NFT_JUMP_STACK_SIZE). */
const DEEPEST = 15;

/** xt_nat and xt_MASQUERADE: the kernel's chains that may lead to a target. */
function hooksOf(as: Translation["as"]): readonly string[] {
  switch (as) {
    case "DNAT":
      return ["PREROUTING", "OUTPUT"];
    case "SNAT":
      return ["POSTROUTING", "INPUT"];
    case "MASQUERADE":
      return ["POSTROUTING"];
    default:
      return unreachable(as);
  }
}

/** A rule that keeps the text from being loaded. */
export interface Refused {
  readonly line: number;
  readonly reason: string;
}

/** The kernel's chains that lead to a chain, and the longest way. */
interface Reach {
  depth: number;
  readonly from: Set<string>;
}

/**
 * `order` has each chain behind all that lead to it. `roots`: what the kernel's own chains lead to without a rule of the text's. Chains
 * that nothing leads to are not looked at, neither here nor by the kernel.
 */
export function refusedOf(
  order: readonly Chain[],
  roots: readonly { builtIn: string; chain: string }[],
): readonly Refused[] {
  const reaches = new Map<string, Reach>();
  const refused: Refused[] = [];
  for (const { builtIn, chain } of roots) {
    const reach = reaches.get(chain) ?? { depth: 1, from: new Set() };
    reach.from.add(builtIn);
    reaches.set(chain, reach);
  }
  for (const chain of order) {
    const own = chain.isBuiltIn ? { depth: 0, from: new Set([chain.name.slice(chain.name.indexOf(" ") + 1)]) } : null;
    const reach = own ?? reaches.get(chain.name);
    if (reach === undefined) continue;
    for (const { line, as } of chain.translations) {
      const wrong = [...reach.from].find((builtIn) => !hooksOf(as).includes(builtIn));
      if (wrong !== undefined)
        refused.push({ line, reason: `\`${as}\` is reached from ${wrong}: the kernel refuses it` });
    }
    for (const { line, chain: to } of chain.calls) {
      const depth = reach.depth + 1;
      if (depth === DEEPEST + 1)
        refused.push({ line, reason: `the rule leads more than ${DEEPEST} chains deep: iptables-nft refuses it` });
      const there = reaches.get(to) ?? { depth, from: new Set() };
      there.depth = Math.max(there.depth, depth);
      for (const builtIn of reach.from) there.from.add(builtIn);
      reaches.set(to, there);
    }
  }
  return refused;
}
