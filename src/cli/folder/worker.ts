/** The other side of a crew: a thread that compiles the program for itself and takes its share of the nodes. */
import { bind } from "../../cluster/bind.ts";
import { assemble } from "../../compile.ts";
import type { PassCount } from "../passes.ts";
import { OutputRefuted } from "../proof/own.ts";
import { reopen, type Sources } from "../sources.ts";
import { UsageError } from "../usage-error.ts";
import { type Job, workThrough } from "./job.ts";

export interface Orders {
  readonly job: Job;
  readonly sources: Sources;
}

/** A thread's last word. Any other end is a bug. */
export type Report =
  | { readonly kind: "done"; readonly counts: readonly (readonly PassCount[])[] }
  | { readonly kind: "refuted"; readonly message: string }
  | { readonly kind: "trouble"; readonly message: string; readonly advice: string | null };

function reportOf({ job, sources }: Orders): Report {
  const { root, open } = reopen(sources);
  try {
    return { kind: "done", counts: workThrough(job, bind(assemble(root, open).value).value, () => {}) };
  } catch (error) {
    if (error instanceof OutputRefuted) return { kind: "refuted", message: error.message };
    if (!(error instanceof UsageError)) throw error;
    return { kind: "trouble", message: error.message, advice: error.advice };
  }
}

export async function work(): Promise<void> {
  const { parentPort, workerData } = await import("node:worker_threads");
  parentPort!.postMessage(reportOf(workerData));
}
