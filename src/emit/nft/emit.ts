import type { NodePlan } from "../../plan/plan.ts";
import { print } from "./print.ts";
import { translate } from "./translate.ts";

/** `ruleset.nft`: netc's one table, both families, to be loaded by `nft -f`. */
export const printNft = (plan: NodePlan): string => print(translate(plan));
