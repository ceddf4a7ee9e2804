/** `compile -o DIR`: the folders of many nodes, all of them or none. */
import { join } from "node:path";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { noneTaken, shareOut } from "../crew.ts";
import { say } from "../output.ts";
import type { Choice } from "../outputs.ts";
import type { PassCount } from "../passes.ts";
import { startProgress } from "../progress.ts";
import type { Sources } from "../sources.ts";
import type { Orders } from "../worker.ts";
import { type Job, workThrough } from "./job.ts";
import { folderOf } from "./name.ts";
import { findStale, publish, refuseForeign } from "./publish.ts";
import { openStaging } from "./staging.ts";
import { onDisk } from "./trouble.ts";

export interface Wanted {
  readonly dir: string;
  readonly nodes: readonly ClusterNode[];
  readonly choice: Choice;
  readonly counts: Job["counts"];
  readonly proof: Job["proof"];
}

/** Writes the folders of the wanted nodes and removes those of nodes that are gone. */
export async function compileInto(
  wanted: Wanted,
  cluster: Cluster,
  sources: Sources,
): Promise<readonly (readonly PassCount[])[]> {
  const { dir, choice, counts, proof } = wanted;
  const nodes = wanted.nodes.map(({ name }) => name);
  const staging = onDisk(dir, () => openStaging(dir));
  const progress = startProgress();
  try {
    onDisk(dir, () => refuseForeign(dir, nodes.map(folderOf)));
    const job: Job = { dir, fresh: staging.fresh, nodes, choice, counts, proof, taken: noneTaken() };
    const onTaken = (): void =>
      progress.show(`netc: ${Math.min(Atomics.load(job.taken, 0), nodes.length)} of ${nodes.length} nodes`);
    const orders: Orders = { kind: "folders", job, sources };
    const passes = await shareOut({ orders, sources, tasks: nodes.length }, () => workThrough(job, cluster, onTaken));
    progress.end();
    onDisk(dir, () => {
      const stale = findStale(dir, new Set(cluster.nodes.map(({ name }) => folderOf(name))));
      publish(dir, staging, stale.removed);
      for (const folder of stale.removed) say(`netc: removed ${join(dir, folder)}: the program has no such node`);
      for (const { folder, holds } of stale.kept)
        say(`netc: left ${join(dir, folder)}, of no node now: it holds ${holds}, which netc did not write`);
    });
    return passes;
  } finally {
    progress.end();
    staging.close();
  }
}
