/** What the kernel looks at when it loads rules: how deep chains lead, and from where a translation may be reached. */
import type { Placed } from "./draft.ts";
import type { Chain, Translation } from "./tables.ts";

/** iptables-nft takes no chain that is more jumps or gotos below a built-in one (NFT_JUMP_STACK_SIZE). */
const DEEPEST = 15;

const BUILT_INS = ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"] as const;

/** Sets of the kernel's chains: a bit for each. */
const setOf = (...names: readonly string[]): number =>
  BUILT_INS.reduce((bits, name, at) => (names.includes(name) ? bits | (1 << at) : bits), 0);

const POSTROUTING = setOf("POSTROUTING");

/** xt_nat and xt_MASQUERADE: the kernel's chains that may lead to a target. */
const MAY_LEAD: Readonly<Record<Translation["as"], number>> = {
  DNAT: setOf("PREROUTING", "OUTPUT"),
  SNAT: setOf("POSTROUTING", "INPUT"),
  MASQUERADE: POSTROUTING,
};

/** xt_devgroup and xt_rpfilter: the kernel's chains that may lead to a match of theirs; of `-i` see below. */
const MAY_ASK: Readonly<Record<Placed, number>> = {
  "-i": setOf("PREROUTING", "INPUT", "FORWARD", "OUTPUT"),
  "--src-group": setOf("PREROUTING", "INPUT", "FORWARD"),
  "--dst-group": setOf("FORWARD", "OUTPUT", "POSTROUTING"),
  "-m rpfilter": setOf("PREROUTING"),
};

/** Newer kernels show there the device that a forwarded packet came by ("netfilter: Support iif matches in POSTROUTING"), older ones none. */
const NOT_IN_POSTROUTING = "`-i` is reached from POSTROUTING, where kernels differ";

/** A rule that keeps the text from being loaded, or from meaning one thing. */
export interface Refused {
  readonly line: number;
  readonly reason: string;
}

/** What the kernel's own chains lead to without a rule of the text's. */
export interface Root {
  readonly builtIn: string;
  readonly chain: string;
}

/** The kernel's chains that lead to a chain, and the longest way. */
interface Reach {
  depth: number;
  from: number;
}

const builtIn = ({ name }: Chain): Reach => ({ depth: 0, from: setOf(name.slice(name.indexOf(" ") + 1)) });

/**
 * `order` has each chain behind all that lead to it. Chains that nothing leads to are not looked at, neither here nor by the kernel.
 */
export function refusedOf(order: readonly Chain[], roots: readonly Root[]): readonly Refused[] {
  const reaches = new Map<string, Reach>();
  const refused: Refused[] = [];
  const reached = (chain: string, depth: number, from: number): void => {
    const reach = reaches.get(chain);
    if (reach === undefined) reaches.set(chain, { depth, from });
    else {
      reach.depth = Math.max(reach.depth, depth);
      reach.from |= from;
    }
  };
  for (const root of roots) reached(root.chain, 1, setOf(root.builtIn));
  for (const chain of order) {
    const reach = chain.isBuiltIn ? builtIn(chain) : reaches.get(chain.name);
    if (reach === undefined) continue;
    refused.push(...misplaced(chain, reach.from));
    const depth = reach.depth + 1;
    for (const { line, chain: to } of chain.calls) {
      if (depth === DEEPEST + 1)
        refused.push({ line, reason: `the rule leads more than ${DEEPEST} chains deep: iptables-nft refuses it` });
      reached(to, depth, reach.from);
    }
  }
  return refused;
}

function misplaced({ translations, placed }: Chain, from: number): readonly Refused[] {
  const refused: Refused[] = [];
  for (const { line, as } of translations) {
    const wrong = BUILT_INS.find((_, at) => (from & ~MAY_LEAD[as] & (1 << at)) !== 0);
    if (wrong !== undefined)
      refused.push({ line, reason: `\`${as}\` is reached from ${wrong}: the kernel refuses it` });
  }
  for (const { line, what } of placed) {
    const wrong = BUILT_INS.find((_, at) => (from & ~MAY_ASK[what] & (1 << at)) !== 0);
    if (wrong === undefined) continue;
    const reason = what === "-i" ? NOT_IN_POSTROUTING : `\`${what}\` is reached from ${wrong}: the kernel refuses it`;
    refused.push({ line, reason });
  }
  return refused;
}
