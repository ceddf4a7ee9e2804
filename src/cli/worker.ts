/** The other side of a crew: a thread that compiles the program for itself and takes its share of the work. */
import { bind } from "../cluster/bind.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { assemble } from "../compile.ts";
import { type Report, reportOf } from "./crew.ts";
import { type Job, workThrough } from "./folder/job.ts";
import { type ProofJob, proveThrough } from "./proof/job.ts";
import { reclaimTree } from "./reclaim.ts";
import { reopen, type Sources } from "./sources.ts";

export type Orders =
  | { readonly kind: "folders"; readonly job: Job; readonly sources: Sources }
  | { readonly kind: "proof"; readonly job: ProofJob; readonly sources: Sources };

function clusterOf(sources: Sources): Cluster {
  const { root, open } = reopen(sources);
  const cluster = bind(assemble(root, open).value).value;
  reclaimTree(cluster);
  return cluster;
}

const answer = (orders: Orders): Report<unknown> =>
  reportOf(() => {
    const cluster = clusterOf(orders.sources);
    return orders.kind === "folders"
      ? workThrough(orders.job, cluster, () => {})
      : proveThrough(orders.job, cluster, () => {});
  });

export async function work(): Promise<void> {
  const { parentPort, workerData } = await import("node:worker_threads");
  parentPort!.postMessage(answer(workerData));
}
