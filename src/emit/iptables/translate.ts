/** From the plan's facts to iptables' tables: how they are represented, never what they mean. */
import type { Family } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import {
  FILTER_HOOKS,
  type Match,
  type PacketMark,
  type PacketPlan,
  type SourceStage,
  type SourceTranslation,
  STAGES,
  type Stages,
  type Verdict,
} from "../../plan/plan.ts";
import { DEEPEST, depthsOf } from "./depth.ts";
import type { FactStep, Step } from "./dispatch.ts";
import { hairpinChains } from "./hairpins.ts";
import { alternatives } from "./match.ts";
import { chainsInOrder } from "./order.ts";
import type { IptChain, IptMatch, IptRule, IptRuleset, IptTarget } from "./ruleset.ts";
import { senderChains } from "./senders.ts";
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

function verdictStep({ match, action, log, statement }: Verdict, family: Family): FactStep {
  const target = verdictTarget(action);
  const rulesOf = (conditions: Match): readonly IptRule[] =>
    alternatives(conditions, family, statement).flatMap((matches): readonly IptRule[] => {
      const rule = { matches, target, comment: statement };
      if (log === null) return [rule];
      const logged: IptRule = {
        matches: [...matches, { kind: "limit" }],
        target: { kind: "LOG", prefix: log.prefix },
        comment: statement,
      };
      return [logged, rule];
    });
  return { match, statement, leaves: target.kind === "RETURN", rulesOf };
}

/** What asks for the state first, one time: behind it more rules than these have a chain of their own. */
const FEW = 2;

const INVALID: IptMatch = { kind: "state", states: ["INVALID"] };

const isOfInvalid = ({ match }: Verdict): boolean =>
  match.some((condition) => condition.kind === "state" && condition.state === "invalid");

const withoutState = (verdict: Verdict): Verdict => ({
  ...verdict,
  match: verdict.match.filter(({ kind }) => kind !== "state"),
});

/** A stage that another may follow from its middle has a chain of its own, and so has a long one of packets that are few. */
function hookChains(hook: string, stages: Stages, family: Family): readonly IptChain[] {
  const steps: Step[] = [];
  const own: { readonly name: string; readonly steps: readonly Step[] }[] = [];
  for (const stage of STAGES) {
    const verdicts = stages[stage];
    if (verdicts.length === 0) continue;
    const name = `${hook}-${stage.toUpperCase()}`;
    if (stage === "invalid" && verdicts.length > FEW && verdicts.every(isOfInvalid)) {
      steps.push({ rules: [{ matches: [INVALID], target: to(name), comment: null }] });
      own.push({ name, steps: verdicts.map((verdict) => verdictStep(withoutState(verdict), family)) });
      continue;
    }
    const stageSteps = verdicts.map((verdict) => verdictStep(verdict, family));
    if (!verdicts.some(({ action }) => action === "next-stage") && stage !== "policy") {
      steps.push(...stageSteps);
      continue;
    }
    if (verdicts.some(({ action }) => action === "step-aside")) throw new Bug(`${stage} both goes on and steps aside`);
    steps.push({ rules: [jump(name)] });
    own.push({ name, steps: stageSteps });
  }
  if (steps.length === 0) return [];
  // The chains of stages stand one deeper than the rule that leads to them.
  const chains = chainsInOrder(hook, steps, family, DEEPEST - 1);
  const ends = own.map(({ name }) => ({ name, rules: [] }));
  const depths = depthsOf([...chains, ...ends]);
  return [
    ...chains,
    ...own.flatMap(({ name, steps: stageSteps }) =>
      chainsInOrder(name, stageSteps, family, DEEPEST - 1 - depths.get(name)!),
    ),
  ];
}

/** A reset for TCP, ICMP port unreachable for the rest. */
function rejectChain(family: Family): IptChain {
  const answer = family === 4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
  const tcp: IptRule = {
    matches: [{ kind: "protocol", protocol: "tcp" }],
    target: { kind: "REJECT", answer: "tcp-reset" },
    comment: null,
  };
  return { name: REJECT, rules: [tcp, { matches: [], target: { kind: "REJECT", answer }, comment: null }] };
}

function filterChains({ filter, family }: PacketPlan): readonly IptChain[] {
  const chains = FILTER_HOOKS.flatMap((hook) => hookChains(`NETC-${hook.toUpperCase()}`, filter[hook], family));
  const rejects = chains.some(({ rules }) =>
    rules.some(({ target }) => target.kind === "chain" && target.chain === REJECT),
  );
  return rejects ? [...chains, rejectChain(family)] : chains;
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

function sourceRules({ match, action, statement }: SourceTranslation, family: Family): readonly IptRule[] {
  const target = sourceTarget(action);
  return alternatives(match, family, statement).map((matches) => ({ matches, target, comment: statement }));
}

function sourceStep(source: SourceTranslation, family: Family): Step {
  const { match, statement } = source;
  const leaves = source.action.kind === "keep";
  return { match, statement, leaves, rulesOf: (conditions) => sourceRules({ ...source, match: conditions }, family) };
}

const SOURCE_CHAINS: Readonly<Record<SourceStage["kind"], string>> = {
  hairpin: "NETC-HAIRPIN",
  services: "NETC-CLIENTS",
  snat: "NETC-SNAT",
  egress: "NETC-EGRESS",
};

function sourceChain({ kind, except }: SourceStage): string {
  return except === "" ? SOURCE_CHAINS[kind] : identifierFor("chain", `${SOURCE_CHAINS[kind]}-`, except);
}

function postroutingChains({ postrouting, family }: PacketPlan): readonly IptChain[] {
  const own = postrouting.map((stage) => {
    const name = sourceChain(stage);
    const steps = stage.translations.map((source) => sourceStep(source, family));
    const rulesOf = (source: SourceTranslation) => sourceRules(source, family);
    const chains = stage.kind === "hairpin" ? hairpinChains(name, stage.translations, rulesOf) : null;
    return { name, chains: chains ?? chainsInOrder(name, steps, family, DEEPEST - 2) };
  });
  if (own.length === 0) return [];
  const root: IptChain = { name: "NETC-POSTROUTING", rules: own.map(({ name }) => jump(name)) };
  return [root, ...own.flatMap(({ chains }) => chains)];
}

const hex = (bits: number): string => bits.toString(16);
const markChain = ({ value, mask }: PacketMark): string => `NETC-MARK-${hex(value)}-${hex(mask)}`;

/** MARK does not end a chain, and the first mark that matches is the only one: so it stands in a chain that is gone to, not called. */
function markChains({ marks, family }: PacketPlan): readonly IptChain[] {
  const hookChain = (name: string, list: readonly PacketMark[]): readonly IptChain[] =>
    list.length === 0
      ? []
      : [
          {
            name,
            rules: list.flatMap((mark) =>
              alternatives(mark.match, family, mark.statement).map((matches) => ({
                matches,
                target: { kind: "goto", chain: markChain(mark) } as const,
                comment: mark.statement,
              })),
            ),
          },
        ];
  const values = new Map([...marks.prerouting, ...marks.output].map((mark) => [markChain(mark), mark]));
  return [
    ...hookChain("NETC-MARKS-IN", marks.prerouting),
    ...hookChain("NETC-MARKS-OUT", marks.output),
    ...[...values]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { value, mask }]) => ({
        name,
        rules: [{ matches: [], target: { kind: "MARK", value, mask } as const, comment: null }],
      })),
  ];
}

export function translate(packets: PacketPlan): IptRuleset {
  return [
    { name: "raw", chains: senderChains(packets, (verdict) => verdictStep(verdict, packets.family)) },
    { name: "filter", chains: filterChains(packets) },
    { name: "mangle", chains: markChains(packets) },
    { name: "nat", chains: [...serviceChains(packets), ...postroutingChains(packets)] },
  ];
}
