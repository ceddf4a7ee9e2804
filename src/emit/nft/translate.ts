/** From the plan's facts to nft's table: how they are represented, never what they mean. */
import type { NodePlan, PacketPlan } from "../../plan/plan.ts";
import type { Pair } from "./families.ts";
import { filterChains } from "./filter.ts";
import { markChains } from "./marks.ts";
import type { NftChain, NftRuleset, NftSet } from "./ruleset.ts";
import { mapRule, serviceMaps } from "./services.ts";
import { sourceParts } from "./sources.ts";

const TABLE = "netc";
const SERVICES = "netc-services";

function part<T>({ v4, v6 }: Pair<PacketPlan>, of: (packets: PacketPlan) => T): Pair<T> {
  return { v4: v4 === null ? null : of(v4), v6: v6 === null ? null : of(v6) };
}

/** For what arrives and for what the node sends alike. nft knows `dstnat` in prerouting only: in output it is −100. */
function serviceChains(v4: readonly NftSet[], v6: readonly NftSet[]): readonly NftChain[] {
  const rules = [...v4.map((map) => mapRule(map, 4)), ...v6.map((map) => mapRule(map, 6))];
  if (rules.length === 0) return [];
  const jump = [{ matches: [], actions: [{ kind: "jump", chain: SERVICES } as const], comment: null }];
  return [
    { name: "netc-services-in", base: { type: "nat", hook: "prerouting", priority: "dstnat" }, rules: jump },
    { name: "netc-services-out", base: { type: "nat", hook: "output", priority: "-100" }, rules: jump },
    { name: SERVICES, base: null, rules },
  ];
}

export function translate(plan: NodePlan): NftRuleset {
  const packets: Pair<PacketPlan> = {
    v4: plan.packets.find(({ family }) => family === 4) ?? null,
    v6: plan.packets.find(({ family }) => family === 6) ?? null,
  };
  const maps4 = serviceMaps(packets.v4?.services ?? [], 4);
  const maps6 = serviceMaps(packets.v6?.services ?? [], 6);
  const sources = sourceParts(part(packets, ({ postrouting }) => postrouting));
  return {
    table: TABLE,
    sets: [...maps4, ...maps6, ...sources.sets],
    chains: [
      ...filterChains(part(packets, ({ filter }) => filter)),
      ...markChains(part(packets, ({ marks }) => marks)),
      ...serviceChains(maps4, maps6),
      ...sources.chains,
    ],
  };
}
