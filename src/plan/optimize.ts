import { canonicalOrder } from "./passes/canonical-order.ts";
import { dropIdleStages } from "./passes/drop-idle-stages.ts";
import { dropRepeated } from "./passes/drop-repeated.ts";
import { mergePrefixLists } from "./passes/merge-prefixes.ts";
import { orderMatch } from "./passes/order-match.ts";
import type { NodePlan, Pass } from "./plan.ts";

/**
 * The optimizer. Merged and ordered matches come first, since only then do equal ones look equal; what a dropped match leaves idle goes
 * after that; the canonical order ends the list.
 */
export const PASSES: readonly Pass[] = [mergePrefixLists, orderMatch, dropRepeated, dropIdleStages, canonicalOrder];

export function optimize(plan: NodePlan): NodePlan {
  return PASSES.reduce((done, pass) => pass.run(done), plan);
}
