/** From the plan's facts to iptables' tables: how they are represented, never what they mean. */
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import {
  FILTER_HOOKS,
  type PacketPlan,
  SOURCE_STAGES,
  type SourceStage,
  type SourceTranslation,
  STAGES,
  type Stages,
  type Verdict,
} from "../../plan/plan.ts";
import { alternatives } from "./match.ts";
import type { IptChain, IptRule, IptRuleset, IptTarget } from "./ruleset.ts";
import { serviceChains } from "./services.ts";

const REJECT = "NETC-REJECT";

const to = (chain: string): IptTarget => ({ kind: "chain", chain });
const jump = (chain: string): IptRule => ({ matches: [], target: to(chain), comment: null });

/** Leaving netc is leaving its chain of the hook; the next stage is reached by leaving the stage's own chain. */
function verdictTarget(action: Verdict["action"]): IptTarget {
  switch (action) {
    case "accept":
      return { kind: "ACCEPT" };
    case "drop":
      return { kind: "DROP" };
    case "reject":
      return to(REJECT);
    case "next-stage":
    case "step-aside":
      return { kind: "RETURN" };
    default:
      return unreachable(action);
  }
}

function verdictRules(verdict: Verdict): readonly IptRule[] {
  const target = verdictTarget(verdict.action);
  return alternatives(verdict.match).map((matches) => ({ matches, target, comment: verdict.statement }));
}

/** A stage that another may follow from its middle has a chain of its own. */
function hookChains(hook: string, stages: Stages): readonly IptChain[] {
  const rules: IptRule[] = [];
  const own: IptChain[] = [];
  for (const stage of STAGES) {
    const verdicts = stages[stage];
    if (verdicts.length === 0) continue;
    const ruled = verdicts.flatMap(verdictRules);
    if (!verdicts.some(({ action }) => action === "next-stage") && stage !== "policy") {
      rules.push(...ruled);
      continue;
    }
    if (verdicts.some(({ action }) => action === "step-aside")) throw new Bug(`${stage} both goes on and steps aside`);
    const name = `${hook}-${stage.toUpperCase()}`;
    rules.push(jump(name));
    own.push({ name, rules: ruled });
  }
  return rules.length === 0 ? [] : [{ name: hook, rules }, ...own];
}

/** A reset for TCP, ICMP port unreachable for the rest. */
const REJECT_CHAIN: IptChain = {
  name: REJECT,
  rules: [
    {
      matches: [{ kind: "protocol", protocol: "tcp" }],
      target: { kind: "REJECT", answer: "tcp-reset" },
      comment: null,
    },
    { matches: [], target: { kind: "REJECT", answer: "icmp-port-unreachable" }, comment: null },
  ],
};

function filterChains(filter: PacketPlan["filter"]): readonly IptChain[] {
  const chains = FILTER_HOOKS.flatMap((hook) => hookChains(`NETC-${hook.toUpperCase()}`, filter[hook]));
  const rejects = chains.some(({ rules }) =>
    rules.some(({ target }) => target.kind === "chain" && target.chain === REJECT),
  );
  return rejects ? [...chains, REJECT_CHAIN] : chains;
}

function sourceTarget(action: SourceTranslation["action"]): IptTarget {
  switch (action.kind) {
    case "to-address":
      return { kind: "SNAT", address: action.address };
    case "to-device-address":
      return { kind: "MASQUERADE" };
    case "keep":
      return { kind: "RETURN" };
    default:
      return unreachable(action);
  }
}

function sourceRules(source: SourceTranslation): readonly IptRule[] {
  const target = sourceTarget(source.action);
  return alternatives(source.match).map((matches) => ({ matches, target, comment: source.statement }));
}

const SOURCE_CHAINS: Readonly<Record<SourceStage, string>> = {
  hairpin: "NETC-HAIRPIN",
  services: "NETC-CLIENTS",
  egress: "NETC-EGRESS",
};

function postroutingChains(postrouting: PacketPlan["postrouting"]): readonly IptChain[] {
  const own = SOURCE_STAGES.flatMap((stage) => {
    const rules = postrouting[stage].flatMap(sourceRules);
    return rules.length === 0 ? [] : [{ name: SOURCE_CHAINS[stage], rules }];
  });
  return own.length === 0 ? [] : [{ name: "NETC-POSTROUTING", rules: own.map(({ name }) => jump(name)) }, ...own];
}

export function translate(packets: PacketPlan): IptRuleset {
  return [
    { name: "filter", chains: filterChains(packets.filter) },
    { name: "nat", chains: [...serviceChains(packets.services), ...postroutingChains(packets.postrouting)] },
  ];
}
