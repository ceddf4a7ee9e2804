/** From the plan's facts to nft's table: how they are represented, never what they mean. */
import type { NodePlan, PacketPlan } from "../../plan/plan.ts";
import type { Pair } from "./families.ts";
import { filterParts, senderChains } from "./filter.ts";
import { markChains } from "./marks.ts";
import type { NftRuleset } from "./ruleset.ts";
import { serviceParts } from "./services.ts";
import { sourceParts } from "./sources.ts";

const TABLE = "netc";

function part<T>({ v4, v6 }: Pair<PacketPlan>, of: (packets: PacketPlan) => T): Pair<T> {
  return { v4: v4 === null ? null : of(v4), v6: v6 === null ? null : of(v6) };
}

export function translate(plan: NodePlan): NftRuleset {
  const packets: Pair<PacketPlan> = {
    v4: plan.packets.find(({ family }) => family === 4) ?? null,
    v6: plan.packets.find(({ family }) => family === 6) ?? null,
  };
  const filter = filterParts(part(packets, (each) => each.filter));
  const services = serviceParts(packets);
  const sources = sourceParts(part(packets, ({ postrouting }) => postrouting));
  return {
    table: TABLE,
    sets: [...filter.sets, ...services.sets, ...sources.sets],
    chains: [
      ...senderChains(part(packets, ({ senders }) => senders)),
      ...filter.chains,
      ...markChains(part(packets, ({ marks }) => marks)),
      ...services.chains,
      ...sources.chains,
    ],
  };
}
