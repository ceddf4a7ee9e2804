/** Many nodes at once: this thread and as many more as there are cores, each running the same bundle. */
import { availableParallelism, freemem } from "node:os";
import type { Cluster } from "../../cluster/cluster.ts";
import type { PassCount } from "../passes.ts";
import { OutputRefuted } from "../proof/own.ts";
import type { Sources } from "../sources.ts";
import { UsageError } from "../usage-error.ts";
import { type Job, workThrough } from "./job.ts";
import type { Orders, Report } from "./worker.ts";

/** Below so many nodes, or so much text in all, a thread takes longer to start than it saves. */
const LEAST = { nodes: 4, characters: 400_000 };

/** What a thread needs for each character of the program: 100,000 services are 18 MB of text and 1.2 GB of work. */
const BYTES_PER_CHARACTER = 80;

/** How many threads help this one. */
export function helpersFor(sources: Sources, nodes: number): number {
  const characters = sources.texts.reduce((sum, { text }) => sum + text.length, 0);
  if (nodes < LEAST.nodes || characters * nodes < LEAST.characters) return 0;
  const fit = Math.floor(freemem() / (characters * BYTES_PER_CHARACTER)) - 1;
  return Math.max(0, Math.min(availableParallelism() - 1, nodes - 1, fit));
}

async function hire(orders: Orders): Promise<Report> {
  const { Worker } = await import("node:worker_threads");
  return new Promise((resolve, reject) => {
    const start = `require(${JSON.stringify(__filename)}).startThread();`;
    const worker = new Worker(start, { eval: true, workerData: orders });
    worker.on("message", resolve);
    worker.on("error", reject);
    worker.on("exit", (code) => reject(new Error(`a thread ended with ${code} and no report`)));
  });
}

/** Makes every folder of the job, and answers what the passes did for each node. Waits for all threads, whatever happens. */
export async function runCrew(
  job: Job,
  cluster: Cluster,
  crew: { readonly sources: Sources; readonly helpers: number; readonly onTaken: () => void },
): Promise<readonly (readonly PassCount[])[]> {
  const hired = Array.from({ length: crew.helpers }, () => hire({ job, sources: crew.sources }));
  const reports = Promise.allSettled(hired);
  let own: readonly (readonly PassCount[])[];
  try {
    own = workThrough(job, cluster, crew.onTaken);
  } catch (error) {
    await reports;
    throw error;
  }
  const counts = [...own];
  for (const report of await reports) {
    if (report.status === "rejected") throw report.reason;
    if (report.value.kind === "refuted") throw new OutputRefuted(report.value.message);
    if (report.value.kind === "trouble") throw new UsageError(report.value.message, report.value.advice);
    counts.push(...report.value.counts);
  }
  return counts;
}
