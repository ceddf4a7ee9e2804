import { matchKey } from "../../plan/passes/match-key.ts";
import type { PacketMark, PacketPlan } from "../../plan/plan.ts";
import { type Pair, place } from "./families.ts";
import { isCommon, matchesOf } from "./match.ts";
import type { NftBase, NftChain } from "./ruleset.ts";

type Marks = PacketPlan["marks"];

/** A chain of type `route` looks for the route again when the mark has changed. */
const BASES: Readonly<Record<keyof Marks, { readonly name: string; readonly base: NftBase }>> = {
  prerouting: { name: "netc-marks-in", base: { type: "filter", hook: "prerouting", priority: "mangle" } },
  output: { name: "netc-marks-out", base: { type: "route", hook: "output", priority: "mangle" } },
};

const markKey = ({ match, value, mask }: PacketMark): string | null =>
  isCommon(match) ? `${value}/${mask} ${matchKey(match)}` : null;

/** The first mark that matches is the only one: each ends the chain. */
function markChain({ v4, v6 }: Pair<Marks>, hook: keyof Marks): readonly NftChain[] {
  const rules = place(v4?.[hook] ?? [], v6?.[hook] ?? [], markKey).map(({ fact, family }) => ({
    matches: matchesOf(fact.match, family),
    actions: [{ kind: "mark", value: fact.value, mask: fact.mask } as const, { kind: "accept" } as const],
    comment: fact.statement,
  }));
  return rules.length === 0 ? [] : [{ ...BASES[hook], rules }];
}

export function markChains(marks: Pair<Marks>): readonly NftChain[] {
  return [...markChain(marks, "prerouting"), ...markChain(marks, "output")];
}
