import type { Family } from "../../address/address.ts";
import { Bug } from "../../diagnostics/bug.ts";
import type { NodePlan } from "../../plan/plan.ts";
import { coexistTables } from "../iptables/emit.ts";
import { printNft } from "../nft/emit.ts";
import { printUp } from "./up.ts";

/** Whose rules a script carries. */
export type Backend = "iptables" | "nft";

function coexist(plan: NodePlan, family: Family): string {
  const packets = plan.packets.find((each) => each.family === family);
  if (packets === undefined) throw new Bug(`the plan of ${plan.node} has nothing for IPv${family}`);
  return coexistTables(packets);
}

/** `up.sh` with rules of the backend. */
export function upWith(plan: NodePlan, backend: Backend): string {
  if (backend === "nft") return printUp(plan, { kind: "nft", ruleset: printNft(plan) });
  return printUp(plan, { kind: "iptables", v4: coexist(plan, 4), v6: coexist(plan, 6) });
}
