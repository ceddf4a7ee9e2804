import type { NodePlan } from "../plan/plan.ts";

/** One of a node's outputs, as one whole text. */
export interface Emitter {
  /** What `--target` names it. */
  readonly name: string;
  /** The file that holds it in a folder of outputs. */
  readonly file: string;
  readonly emit: (plan: NodePlan) => string;
}
