import {
  type Match,
  type NodePlan,
  type PacketMark,
  type PacketPlan,
  type Senders,
  type SourceStage,
  type SourceTranslation,
  STAGES,
  type Stages,
  type Verdict,
} from "../plan.ts";

/** What a pass does to each list of facts that has an order; a fact that is left out of the answer is dropped. */
export interface PacketSteps {
  readonly verdicts?: (verdicts: readonly Verdict[]) => readonly Verdict[];
  readonly sources?: (sources: readonly SourceTranslation[], stage: SourceStage) => readonly SourceTranslation[];
  readonly marks?: (marks: readonly PacketMark[]) => readonly PacketMark[];
}

function mapStages(stages: Stages, { verdicts }: PacketSteps): Stages {
  if (verdicts === undefined) return stages;
  return Object.fromEntries(STAGES.map((stage) => [stage, verdicts(stages[stage])])) as Stages;
}

function mapSenders(senders: Senders, { verdicts }: PacketSteps): Senders {
  return verdicts === undefined ? senders : { pods: verdicts(senders.pods), others: verdicts(senders.others) };
}

function mapPacket(packets: PacketPlan, steps: PacketSteps): PacketPlan {
  const { filter, postrouting, marks, senders } = packets;
  const { sources } = steps;
  return {
    ...packets,
    senders: mapSenders(senders, steps),
    marks:
      steps.marks === undefined
        ? marks
        : { prerouting: steps.marks(marks.prerouting), output: steps.marks(marks.output) },
    filter: {
      input: mapStages(filter.input, steps),
      forward: mapStages(filter.forward, steps),
      output: mapStages(filter.output, steps),
    },
    postrouting:
      sources === undefined
        ? postrouting
        : postrouting.map((stage) => ({ ...stage, translations: sources(stage.translations, stage) })),
  };
}

export function mapPackets(plan: NodePlan, steps: PacketSteps): NodePlan {
  return { ...plan, packets: plan.packets.map((packets) => mapPacket(packets, steps)) };
}

/** Like `map`, but a list in which nothing changed is itself: most facts of a large plan are as they should be. */
export function mapChanged<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | null = null;
  for (let at = 0; at < list.length; at += 1) {
    const item = list[at]!;
    const now = change(item);
    if (now !== item) changed ??= list.slice(0, at);
    changed?.push(now);
  }
  return changed ?? list;
}

/** Changes every match of a plan. */
export function mapMatches(plan: NodePlan, change: (match: Match) => Match): NodePlan {
  const changeFact = <T extends Verdict | SourceTranslation | PacketMark>(fact: T): T => {
    const match = change(fact.match);
    return match === fact.match ? fact : { ...fact, match };
  };
  return mapPackets(plan, {
    verdicts: (verdicts) => mapChanged(verdicts, changeFact),
    sources: (sources) => mapChanged(sources, changeFact),
    marks: (marks) => mapChanged(marks, changeFact),
  });
}
