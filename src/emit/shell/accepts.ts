/**
 * What netc accepts, in the words of a keeper of iptables that does not hold its rules: a foreign FORWARD chain that drops overrules an
 * accept of any other, so that it needs one of its own. A drop of netc's holds all the same: every base chain must let a packet pass.
 */
import type { Family } from "../../address/address.ts";
import type { PacketPlan } from "../../plan/plan.ts";
import { alternatives } from "../iptables/match.ts";
import { printCoexist } from "../iptables/print.ts";
import type { IptRule } from "../iptables/ruleset.ts";

export const ACCEPTS = "NETC-FORWARD-ACCEPT";

const rulesOf = ({ filter, family }: PacketPlan): readonly IptRule[] =>
  [...filter.forward.established, ...filter.forward.acceptance]
    .filter(({ action }) => action === "accept")
    .flatMap(({ match }) => alternatives(match, family))
    .map((matches): IptRule => ({ matches, target: { kind: "ACCEPT" }, comment: "netc" }));

/** An `iptables-restore --noflush` document; empty where nothing is accepted. */
export function acceptsText(packets: readonly PacketPlan[], family: Family): string {
  const rules = packets.filter((each) => each.family === family).flatMap(rulesOf);
  return rules.length === 0 ? "" : printCoexist([{ name: "filter", chains: [{ name: ACCEPTS, rules }] }]);
}
