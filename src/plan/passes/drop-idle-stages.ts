import { type NodePlan, type Pass, STAGES, type Stages, type Verdict } from "../plan.ts";

const EMPTY: readonly Verdict[] = [];
const IDLE = Object.fromEntries(STAGES.map((stage) => [stage, EMPTY])) as unknown as Stages;

const ends = (verdict: Verdict): boolean => verdict.action !== "step-aside" && verdict.action !== "next-stage";

/** Of what comes to it something is seen. */
const acts = (verdict: Verdict): boolean => ends(verdict) || verdict.log !== null;

/** A stage that only steps aside or goes on, with nothing behind it that does more, decides nothing. */
function busyPart(stages: Stages): Stages {
  const last = STAGES.findLastIndex((stage) => stages[stage].some(acts));
  const kept = STAGES.map((stage, at) => [stage, at > last && stage !== "policy" ? EMPTY : stages[stage]] as const);
  return Object.fromEntries(kept) as unknown as Stages;
}

const isSilent = (stages: Stages): boolean =>
  !STAGES.some((stage) => (stage === "policy" ? stages.policy.length > 0 : stages[stage].some(ends)));

/** Stages that decide nothing go; an `allow` stays, since it is what the program said. */
export const dropIdleStages: Pass = {
  name: "drop-idle-stages",
  run: (plan: NodePlan): NodePlan => ({
    ...plan,
    packets: plan.packets.map((packets) => ({
      ...packets,
      filter: {
        input: isSilent(packets.filter.input) ? IDLE : busyPart(packets.filter.input),
        forward: isSilent(packets.filter.forward) ? IDLE : busyPart(packets.filter.forward),
        output: isSilent(packets.filter.output) ? IDLE : busyPart(packets.filter.output),
      },
    })),
  }),
};
