/** The nodes of one `compile -o`, and how a thread takes its share of them. */
import { join } from "node:path";
import type { Cluster } from "../../cluster/cluster.ts";
import { planNode } from "../../compile.ts";
import { type Taken, takeAll } from "../crew.ts";
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
  readonly taken: Taken;
}

/** Takes nodes until none is left, and answers what their passes did. */
export function workThrough(job: Job, cluster: Cluster, onTaken: () => void): readonly (readonly PassCount[])[] {
  const counts: (readonly PassCount[])[] = [];
  const byName = new Map(cluster.nodes.map((node) => [node.name, node]));
  takeAll(job.nodes, job.taken, (name) => {
    const node = byName.get(name)!;
    const files = filesOf(planNode(cluster, node), job.choice);
    if (job.proof === "every file") proveOutputs(cluster, node, { outputs: files, form: job.choice.form });
    onDisk(job.dir, () => writeNode(join(job.fresh, folderOf(node.name)), node.name, files));
    if (job.counts === "passes") counts.push(countPasses(cluster, node));
    onTaken();
  });
  return counts;
}
