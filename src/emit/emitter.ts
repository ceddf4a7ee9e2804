import type { Family } from "../address/address.ts";
import { Bug } from "../diagnostics/bug.ts";
import type { NodePlan, PacketPlan } from "../plan/plan.ts";

/** One of a node's outputs, as one whole text. */
export interface Emitter {
  /** What `--target` names it. */
  readonly name: string;
  /** The file that holds it in a folder of outputs. */
  readonly file: string;
  readonly emit: (plan: NodePlan) => string;
}

export function packetsOf(plan: NodePlan, family: Family): PacketPlan {
  const packets = plan.packets.find((each) => each.family === family);
  if (packets === undefined) throw new Bug(`the plan of ${plan.node} has nothing for IPv${family}`);
  return packets;
}
