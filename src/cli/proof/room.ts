import { getHeapStatistics } from "node:v8";

/** Of what the heap still takes, the part that a proof fills with what it compares: the rest is for what is not counted. */
const PART = 0.5;

/** In bytes: a proof that would take more says so, before V8 ends the program. */
export function roomForProof(): number {
  const { heap_size_limit: most, used_heap_size: used } = getHeapStatistics();
  return Math.max(most - used, 0) * PART;
}
