/** The filter's stages as chains. */
import { unreachable } from "../../diagnostics/bug.ts";
import { matchKey } from "../../plan/passes/match-key.ts";
import { FILTER_HOOKS, type FilterHook, STAGES, type Stage, type Stages, type Verdict } from "../../plan/plan.ts";
import { type Pair, type Placed, place } from "./families.ts";
import { alternativesOf, isCommon } from "./match.ts";
import type { NftAction, NftChain, NftRule } from "./ruleset.ts";

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

const goesOn = ({ rules }: { readonly rules: readonly NftRule[] }): boolean =>
  rules.some(({ actions }) => actions.some(({ kind }) => kind === "return"));

/** A stage that another may follow from its middle has a chain of its own. */
function hookChains(hook: FilterHook, stages: Pair<Stages>): readonly NftChain[] {
  const rules: NftRule[] = [];
  const own: NftChain[] = [];
  for (const stage of STAGES) {
    const chain: NftChain = { name: `netc-${hook}-${stage}`, base: null, rules: stageRules(stages, stage) };
    if (chain.rules.length === 0) continue;
    if (stage !== "policy" && !goesOn(chain)) {
      rules.push(...chain.rules);
      continue;
    }
    rules.push({ matches: [], actions: [{ kind: "jump", chain: chain.name }], comment: null });
    own.push(chain);
  }
  if (rules.length === 0) return [];
  return [{ name: `netc-${hook}`, base: { type: "filter", hook, priority: "filter" }, rules }, ...own];
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

export function filterChains({ v4, v6 }: Pair<Hooks>): readonly NftChain[] {
  const chains = FILTER_HOOKS.flatMap((hook) => hookChains(hook, { v4: v4?.[hook] ?? null, v6: v6?.[hook] ?? null }));
  return chains.some(rejects) ? [...chains, REJECTION] : chains;
}
