import type { NodePlan } from "../../plan/plan.ts";
import { packetsOf } from "../emitter.ts";
import { coexistTables } from "../iptables/emit.ts";
import { printNft } from "../nft/emit.ts";
import { printUp } from "./up.ts";

/** Whose rules a script carries. */
export type Backend = "iptables" | "nft";

/** `up.sh` with rules of the backend. */
export function upWith(plan: NodePlan, backend: Backend): string {
  if (backend === "nft") return printUp(plan, { kind: "nft", ruleset: printNft(plan) });
  return printUp(plan, {
    kind: "iptables",
    v4: coexistTables(packetsOf(plan, 4)),
    v6: coexistTables(packetsOf(plan, 6)),
  });
}
