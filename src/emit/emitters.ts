import { Bug } from "../diagnostics/bug.ts";
import { planJson } from "../plan/json.ts";
import type { NodePlan, PacketPlan } from "../plan/plan.ts";
import type { Emitter } from "./emitter.ts";
import { wholeTables } from "./iptables/emit.ts";
import { printNft } from "./nft/emit.ts";
import { printDown } from "./shell/down.ts";
import { upWith } from "./shell/rules-of.ts";

function packetsOf(plan: NodePlan, family: 4 | 6): PacketPlan {
  const packets = plan.packets.find((each) => each.family === family);
  if (packets === undefined) throw new Bug(`the plan of ${plan.node} has nothing for IPv${family}`);
  return packets;
}

/** Every target; the first is the one that is meant when none is named. */
export const EMITTERS: readonly Emitter[] = [
  { name: "iptables", file: "rules.v4", emit: (plan) => wholeTables(packetsOf(plan, 4)) },
  { name: "ip6tables", file: "rules.v6", emit: (plan) => wholeTables(packetsOf(plan, 6)) },
  { name: "nft", file: "ruleset.nft", emit: printNft },
  { name: "sh", file: "up.sh", emit: (plan) => upWith(plan, "iptables") },
  { name: "down", file: "down.sh", emit: printDown },
  { name: "json", file: "plan.json", emit: planJson },
];
