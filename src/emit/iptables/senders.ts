/**
 * Who may send, before conntrack. Every packet passes here, so that few rules are asked: what comes by a pod's device has a chain of its
 * own, which is gone to, and so have sources of which nothing is left behind.
 */
import type { Family } from "../../address/address.ts";
import { matchKey } from "../../plan/passes/match-key.ts";
import { type PacketPlan, POD_GROUP, type Verdict } from "../../plan/plan.ts";
import { DEEPEST } from "./depth.ts";
import type { FactStep, Step } from "./dispatch.ts";
import { alternatives } from "./match.ts";
import { chainsInOrder } from "./order.ts";
import type { IptChain, IptRule } from "./ruleset.ts";

const SENDERS = "NETC-RAW-IN";
const PODS = "NETC-RAW-PODS";
const UNROUTED = "NETC-RAW-UNROUTED";

/** Neighbours that begin with one list of sources, of which the last ends all that is left of it. */
interface Run {
  readonly from: number;
  readonly end: number;
}

function runIn(verdicts: readonly Verdict[]): Run | null {
  const keyAt = (at: number): string | null => {
    const [first] = verdicts[at]?.match ?? [];
    return first?.kind === "source" ? matchKey([first]) : null;
  };
  const isWhole = (at: number): boolean => verdicts[at]?.match.length === 1;
  for (let from = 0; from < verdicts.length; from += 1) {
    const key = keyAt(from);
    if (key === null) continue;
    let end = from + 1;
    while (!isWhole(end - 1) && keyAt(end) === key) end += 1;
    if (end > from + 1 && isWhole(end - 1)) return { from, end };
  }
  return null;
}

type StepOf = (verdict: Verdict) => FactStep;

function podChains(verdicts: readonly Verdict[], family: Family, stepOf: StepOf): readonly IptChain[] {
  const room = DEEPEST - 2;
  const run = runIn(verdicts);
  if (run === null) return chainsInOrder(PODS, verdicts.map(stepOf), family, room);
  const { from, end } = run;
  const [source] = verdicts[from]!.match;
  const inside = verdicts.slice(from, end).map((verdict) => ({ ...verdict, match: verdict.match.slice(1) }));
  const ways = alternatives([source!], family, "sources").map(
    (matches): IptRule => ({ matches, target: { kind: "goto", chain: UNROUTED }, comment: null }),
  );
  const steps: readonly Step[] = [
    ...verdicts.slice(0, from).map(stepOf),
    { rules: ways },
    ...verdicts.slice(end).map(stepOf),
  ];
  // What stands before the run may have gone on in deeper chains.
  return [...chainsInOrder(PODS, steps, family, room - 1), ...chainsInOrder(UNROUTED, inside.map(stepOf), family, 0)];
}

export function senderChains({ senders, family }: PacketPlan, stepOf: StepOf): readonly IptChain[] {
  const { pods, others } = senders;
  if (pods.length + others.length === 0) return [];
  const toPods: IptRule = {
    matches: [{ kind: "in-group", group: POD_GROUP }],
    target: pods.length === 0 ? { kind: "RETURN" } : { kind: "goto", chain: PODS },
    comment: null,
  };
  const steps: readonly Step[] = [{ rules: [toPods] }, ...others.map(stepOf)];
  return [
    ...chainsInOrder(SENDERS, steps, family, DEEPEST - 1),
    ...(pods.length === 0 ? [] : podChains(pods, family, stepOf)),
  ];
}
