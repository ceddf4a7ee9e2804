/** The nodes of one `compile -o`, and how a thread takes its share of them. */
import { join } from "node:path";
import type { Cluster } from "../../cluster/cluster.ts";
import { planNode } from "../../compile.ts";
import { type Choice, filesOf } from "../outputs.ts";
import { countPasses, type PassCount } from "../passes.ts";
import { proveOutputs } from "../proof/own.ts";
import { folderOf } from "./name.ts";
import { writeNode } from "./staging.ts";
import { onDisk } from "./trouble.ts";

/** A plain value, for a copy to another thread. */
export interface Job {
  readonly dir: string;
  /** Where the nodes' folders are made. */
  readonly fresh: string;
  readonly nodes: readonly string[];
  readonly choice: Choice;
  readonly counts: "passes" | "nothing";
  /** What is proved before it is written. */
  readonly proof: "every file" | "nothing";
  /** How many nodes are taken: all threads count here, so that none waits while there is one left. */
  readonly taken: Int32Array<SharedArrayBuffer>;
}

export const noneTaken = (): Job["taken"] => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Takes nodes until none is left, and answers what their passes did. Once it throws, no thread takes another. */
export function workThrough(job: Job, cluster: Cluster, onTaken: () => void): readonly (readonly PassCount[])[] {
  const counts: (readonly PassCount[])[] = [];
  const byName = new Map(cluster.nodes.map((node) => [node.name, node]));
  try {
    for (let at = Atomics.add(job.taken, 0, 1); at < job.nodes.length; at = Atomics.add(job.taken, 0, 1)) {
      const node = byName.get(job.nodes[at]!)!;
      const files = filesOf(planNode(cluster, node), job.choice);
      if (job.proof === "every file") proveOutputs(cluster, node, files);
      onDisk(job.dir, () => writeNode(join(job.fresh, folderOf(node.name)), node.name, files));
      if (job.counts === "passes") counts.push(countPasses(cluster, node));
      onTaken();
    }
  } catch (error) {
    Atomics.store(job.taken, 0, job.nodes.length);
    throw error;
  }
  return counts;
}
