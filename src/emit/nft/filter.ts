/** The filter's stages as chains. */
import { unreachable } from "../../diagnostics/bug.ts";
import { matchKey } from "../../plan/passes/match-key.ts";
import {
  FILTER_HOOKS,
  type FilterHook,
  POD_GROUP,
  type Senders,
  STAGES,
  type Stage,
  type Stages,
  type Verdict,
} from "../../plan/plan.ts";
import { type Pair, type Placed, place } from "./families.ts";
import { INVALID, invalidLookups, isAsked, isOfInvalid, withoutState } from "./invalid.ts";
import { alternativesOf, isCommon } from "./match.ts";
import type { NftAction, NftBase, NftChain, NftRule, NftSet } from "./ruleset.ts";

const REJECT = "netc-reject";

/**
 * An `accept` ends netc's own chain of the hook and no other table's: so it is also what stepping aside is. The next stage is reached by
 * leaving the stage's own chain.
 */
function verdictAction(action: Verdict["action"]): NftAction {
  switch (action) {
    case "accept":
    case "step-aside":
      return { kind: "accept" };
    case "drop":
      return { kind: "drop" };
    case "reject":
      return { kind: "jump", chain: REJECT };
    case "next-stage":
      return { kind: "return" };
    default:
      return unreachable(action);
  }
}

function verdictRules({ fact, family }: Placed<Verdict>): readonly NftRule[] {
  const { log, statement: comment } = fact;
  return alternativesOf(fact.match, family).flatMap((matches): readonly NftRule[] => {
    const rule: NftRule = { matches, actions: [verdictAction(fact.action)], comment };
    if (log === null) return [rule];
    const logged: NftRule = {
      matches: [...matches, { kind: "limit" }],
      actions: [{ kind: "log", prefix: log.prefix }],
      comment,
    };
    return [logged, rule];
  });
}

const verdictKey = ({ match, action, log }: Verdict): string | null =>
  isCommon(match) ? `${action} ${log?.prefix ?? ""} ${matchKey(match)}` : null;

function stageRules({ v4, v6 }: Pair<Stages>, stage: Stage): readonly NftRule[] {
  return place(v4?.[stage] ?? [], v6?.[stage] ?? [], verdictKey).flatMap(verdictRules);
}

export interface FilterParts {
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
}

/** What stands behind one question for the state, where any of it is looked up; `null` where none is. */
function invalidParts({
  v4,
  v6,
}: Pair<Stages>): { readonly rules: readonly NftRule[]; readonly sets: readonly NftSet[] } | null {
  const [in4, in6] = [v4?.invalid ?? [], v6?.invalid ?? []];
  const all = [...in4, ...in6];
  if (!all.some(isAsked) || !all.every(isOfInvalid)) return null;
  const others = (verdicts: readonly Verdict[]) => verdicts.filter((verdict) => !isAsked(verdict)).map(withoutState);
  const lookups = [invalidLookups(in4.filter(isAsked), 4), invalidLookups(in6.filter(isAsked), 6)];
  return {
    rules: [
      ...place(others(in4), others(in6), verdictKey).flatMap(verdictRules),
      ...lookups.flatMap(({ rules }) => rules),
    ],
    sets: lookups.flatMap(({ sets }) => sets),
  };
}

const goesOn = ({ rules }: { readonly rules: readonly NftRule[] }): boolean =>
  rules.some(({ actions }) => actions.some(({ kind }) => kind === "return"));

/** A stage that another may follow from its middle has a chain of its own, and so has one that looks into sets. */
function hookParts(hook: FilterHook, stages: Pair<Stages>): FilterParts {
  const rules: NftRule[] = [];
  const own: NftChain[] = [];
  const sets: NftSet[] = [];
  for (const stage of STAGES) {
    // Frontends of the node are asked for in INPUT alone.
    const invalid = stage === "invalid" && hook === "input" ? invalidParts(stages) : null;
    if (invalid !== null) {
      const name = `netc-${hook}-${stage}`;
      rules.push({ matches: [INVALID], actions: [{ kind: "jump", chain: name }], comment: null });
      own.push({ name, base: null, rules: invalid.rules });
      sets.push(...invalid.sets);
      continue;
    }
    const chain: NftChain = { name: `netc-${hook}-${stage}`, base: null, rules: stageRules(stages, stage) };
    if (chain.rules.length === 0) continue;
    if (stage !== "policy" && !goesOn(chain)) {
      rules.push(...chain.rules);
      continue;
    }
    rules.push({ matches: [], actions: [{ kind: "jump", chain: chain.name }], comment: null });
    own.push(chain);
  }
  if (rules.length === 0) return { chains: [], sets };
  return {
    chains: [{ name: `netc-${hook}`, base: { type: "filter", hook, priority: "filter" }, rules }, ...own],
    sets,
  };
}

/** A reset for TCP, ICMP port unreachable for the rest. */
const REJECTION: NftChain = {
  name: REJECT,
  base: null,
  rules: [
    {
      matches: [{ kind: "l4proto", protocol: "tcp" }],
      actions: [{ kind: "reject", answer: "tcp reset" }],
      comment: null,
    },
    { matches: [], actions: [{ kind: "reject", answer: "icmpx port-unreachable" }], comment: null },
  ],
};

const rejects = ({ rules }: NftChain): boolean =>
  rules.some(({ actions }) => actions.some((action) => action.kind === "jump" && action.chain === REJECT));

type Hooks = { readonly [H in FilterHook]: Stages };

export function filterParts({ v4, v6 }: Pair<Hooks>): FilterParts {
  const parts = FILTER_HOOKS.map((hook) => hookParts(hook, { v4: v4?.[hook] ?? null, v6: v6?.[hook] ?? null }));
  const chains = parts.flatMap((part) => part.chains);
  return {
    chains: chains.some(rejects) ? [...chains, REJECTION] : chains,
    sets: parts.flatMap(({ sets }) => sets),
  };
}

const SENDERS = "netc-senders";
const PODS = "netc-senders-pods";

/** What comes by a pod's device asks its own chain alone, which ends in an `accept`. */
export function senderChains({ v4, v6 }: Pair<Senders>): readonly NftChain[] {
  const rulesOf = (whose: keyof Senders): readonly NftRule[] =>
    place(v4?.[whose] ?? [], v6?.[whose] ?? [], verdictKey).flatMap(verdictRules);
  const pods = rulesOf("pods");
  const others = rulesOf("others");
  if (pods.length + others.length === 0) return [];
  const base: NftBase = { type: "filter", hook: "prerouting", priority: "raw" };
  const toPods: NftRule = {
    matches: [{ kind: "group", field: "iifgroup", group: POD_GROUP }],
    actions: [pods.length === 0 ? { kind: "accept" } : { kind: "jump", chain: PODS }],
    comment: null,
  };
  const passing: NftRule = { matches: [], actions: [{ kind: "accept" }], comment: null };
  return [
    { name: SENDERS, base, rules: [toPods, ...others] },
    ...(pods.length === 0 ? [] : [{ name: PODS, base: null, rules: [...pods, passing] }]),
  ];
}
