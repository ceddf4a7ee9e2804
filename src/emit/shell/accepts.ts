/**
 * What netc accepts, in the words of a keeper of iptables that does not hold its rules: a foreign FORWARD chain that drops overrules an
 * accept of any other, so that it needs one of its own. A drop of netc's holds all the same: every base chain must let a packet pass.
 */
import type { Family } from "../../address/address.ts";
import type { PacketPlan } from "../../plan/plan.ts";
import { DEEPEST } from "../iptables/depth.ts";
import type { Step } from "../iptables/dispatch.ts";
import { alternatives } from "../iptables/match.ts";
import { chainsInOrder } from "../iptables/order.ts";
import { printCoexist } from "../iptables/print.ts";
import type { IptRule } from "../iptables/ruleset.ts";

export const ACCEPTS = "NETC-FORWARD-ACCEPT";

const stepsOf = ({ filter, family }: PacketPlan): readonly Step[] =>
  [...filter.forward.established, ...filter.forward.acceptance]
    .filter(({ action }) => action === "accept")
    .map(({ match, statement }) => ({
      match,
      statement,
      leaves: false,
      rulesOf: (conditions) =>
        alternatives(conditions, family, "what others must accept").map(
          (matches): IptRule => ({ matches, target: { kind: "ACCEPT" }, comment: "netc" }),
        ),
    }));

/** An `iptables-restore --noflush` document; empty where nothing is accepted. */
export function acceptsText(packets: readonly PacketPlan[], family: Family): string {
  const steps = packets.filter((each) => each.family === family).flatMap(stepsOf);
  return steps.length === 0
    ? ""
    : printCoexist([{ name: "filter", chains: chainsInOrder(ACCEPTS, steps, family, DEEPEST - 1) }]);
}
