/** The proof of many nodes, by as many threads as help. */
import type { Cluster } from "../../cluster/cluster.ts";
import { shareOut } from "../crew.ts";
import { startProgress } from "../progress.ts";
import type { Sources } from "../sources.ts";
import type { Orders } from "../worker.ts";
import { type Proof, type ProofJob, proveThrough } from "./job.ts";
import { type Report, reportOf } from "./report.ts";

export async function proveAll(job: ProofJob, cluster: Cluster, sources: Sources): Promise<Report> {
  const progress = startProgress();
  const count = job.nodes.length;
  const onTaken = (): void => progress.show(`netc: ${Math.min(Atomics.load(job.taken, 0), count)} of ${count} nodes`);
  const orders: Orders = { kind: "proof", job, sources };
  try {
    const proofs = await shareOut<Proof>({ orders, sources, tasks: count }, () => proveThrough(job, cluster, onTaken));
    return reportOf(proofs.toSorted((a, b) => a.at - b.at).map(({ report }) => report));
  } finally {
    progress.end();
  }
}
