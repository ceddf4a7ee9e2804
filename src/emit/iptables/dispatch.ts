/**
 * What is said of many addresses is found by descending prefixes, not by a rule for each. What is found and has its verdict for good
 * never comes back, so such a tree is called, and what it does not find returns. iptables leaves one chain at a time, though: a verdict
 * that ends the policy must leave it whole from inside the tree. There every step is a goto, and what does not match goes to the chain
 * that holds the rest of the stage, which is deeper by as much. Where the kernel would refuse that depth the tree is flat.
 */
import type { Family } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import { type Prefix, prefixOf } from "../../address/prefix.ts";
import type { Condition, Match } from "../../plan/plan.ts";
import type { IptChain, IptMatch, IptRule } from "./ruleset.ts";

/** Up to this many combinations of addresses stand as plain rules, and up to this many prefixes on a level of the tree. */
export const PLAIN = 16;

/** The lengths by which blocks of addresses are parted. */
export const LENGTHS: Readonly<Record<Family, readonly number[]>> = {
  4: [8, 12, 16, 20, 24, 28],
  6: [16, 32, 48, 56, 64, 80, 96, 112, 116, 120, 124],
};

type Axis = Extract<Condition, { prefixes: unknown }> & { readonly prefixes: readonly Prefix[] };

const isAxis = (condition: Condition): condition is Axis => "prefixes" in condition && condition.prefixes !== null;

/** The lists that are looked up by a tree; none where plain rules are few enough. */
function axesOf(match: Match): readonly Axis[] {
  const lists = match.filter(isAxis).filter(({ prefixes }) => prefixes.length > 1);
  const combinations = lists.reduce((product, { prefixes }) => product * prefixes.length, 1);
  return combinations > PLAIN ? lists : [];
}

/** The match without the lists that the way to it has looked up. */
function withoutAxes(match: Match, axes: readonly Axis[]): Match {
  return match.flatMap((condition): readonly Condition[] => {
    if (!axes.some((axis) => axis === condition)) return [condition];
    return condition.kind === "asked" && condition.ports !== null ? [{ ...condition, prefixes: null }] : [];
  });
}

/** The match with what every list that is looked up has in common with others of its kind. */
export function withoutLists(match: Match): Match {
  const axes = axesOf(match);
  return match.map((condition) =>
    axes.some((axis) => axis === condition) ? { ...condition, prefixes: [] } : condition,
  );
}

export const goTo = (chain: string, matches: readonly IptMatch[] = []): IptRule => ({
  matches,
  target: { kind: "goto", chain },
  comment: null,
});

export const restRules = (rest: string | null): readonly IptRule[] => (rest === null ? [] : [goTo(rest)]);

const matchOf = (axis: Axis, prefix: Prefix): IptMatch =>
  axis.kind === "asked" ? { kind: "original", prefix, ports: null } : { kind: axis.kind, prefix };

export const chainName = (key: string): string => identifierFor("chain", "NETC-SET-", key);

interface Tree {
  readonly axis: Axis;
  readonly key: string;
  /** Where what is found goes. */
  readonly found: string;
  /** Where what is not found goes; `null`: it falls off. */
  readonly rest: string | null;
  readonly levels: readonly number[];
}

/** Prefixes of one block of the next level; those that are no longer than it stand for themselves. */
function blocksOf(prefixes: readonly Prefix[], length: number): ReadonlyMap<string, readonly Prefix[]> {
  const blocks = new Map<string, Prefix[]>();
  for (const prefix of prefixes) {
    const block = prefix.length <= length ? prefix : prefixOf(prefix.address, length);
    const members = blocks.get(block.text);
    if (members === undefined) blocks.set(block.text, [prefix]);
    else members.push(prefix);
  }
  return blocks;
}

function treeChains(tree: Tree, name: string, prefixes: readonly Prefix[], level: number): readonly IptChain[] {
  const length = tree.levels[level];
  const rest = restRules(tree.rest);
  const toFound = (prefix: Prefix) => goTo(tree.found, [matchOf(tree.axis, prefix)]);
  if (prefixes.length <= PLAIN || length === undefined) return [{ name, rules: [...prefixes.map(toFound), ...rest] }];
  const blocks = blocksOf(prefixes, length);
  if (blocks.size === 1) return treeChains(tree, name, prefixes, level + 1);
  const rules: IptRule[] = [];
  const below: IptChain[] = [];
  for (const [text, members] of blocks) {
    const [first] = members;
    if (members.length === 1) rules.push(toFound(first!));
    else {
      const child = chainName(`${tree.key} ${text}`);
      rules.push(goTo(child, [matchOf(tree.axis, prefixOf(first!.address, length))]));
      below.push(...treeChains(tree, child, members, level + 1));
    }
  }
  return [{ name, rules: [...rules, ...rest] }, ...below];
}

/** A fact, whose lists may be long. */
export interface FactStep {
  readonly match: Match;
  /** The statement behind it. */
  readonly statement: string;
  /** What it finds leaves the chain alone, by RETURN, and not netfilter's hook. */
  readonly leaves: boolean;
  /** Plain rules, one for each combination of what the lists hold. */
  readonly rulesOf: (match: Match) => readonly IptRule[];
}

/**
 * The chains that look a fact up, first the one to begin with; `null` where plain rules are few enough. The last holds the fact's own
 * rules; what is not found goes to `rest`, or falls off.
 */
export function lookupOf(
  step: FactStep,
  key: string,
  family: Family,
  rest: string | null,
  shape: "tree" | "flat",
): readonly IptChain[] | null {
  const axes = axesOf(step.match);
  if (axes.length === 0) return null;
  const levels = shape === "tree" ? LENGTHS[family] : [];
  const leaf: IptChain = {
    name: chainName(`${key} verdict`),
    rules: [...step.rulesOf(withoutAxes(step.match, axes)), ...restRules(rest)],
  };
  const trees: IptChain[][] = [];
  let found = leaf.name;
  for (const axis of axes.toReversed()) {
    const axisKey = `${key} ${axis.kind}`;
    const root = chainName(axisKey);
    trees.unshift([...treeChains({ axis, key: axisKey, found, rest, levels }, root, axis.prefixes, 0)]);
    found = root;
  }
  return [...trees.flat(), leaf];
}

/** A part of a chain: rules as they are, or those of a fact. */
export type Step = { readonly rules: readonly IptRule[] } | FactStep;
