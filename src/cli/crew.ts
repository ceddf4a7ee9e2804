/** Threads that help this one, each running the same bundle on a copy of the program's texts. */
import { availableParallelism, freemem } from "node:os";
import { OutputRefuted } from "./output-refuted.ts";
import type { Sources } from "./sources.ts";
import { UsageError } from "./usage-error.ts";

/** Below so many tasks, or so much text in all, a thread takes longer to start than it saves. */
const LEAST = { tasks: 4, characters: 400_000 };

/** What a thread needs for each character of the program: 100,000 services are 18 MB of text and 1.2 GB of work. */
const BYTES_PER_CHARACTER = 80;

/** How many threads help this one with so many tasks, each of which goes through the whole program. */
function helpersFor({ texts }: Sources, tasks: number): number {
  const characters = texts.reduce((sum, { text }) => sum + text.length, 0);
  if (tasks < LEAST.tasks || characters * tasks < LEAST.characters) return 0;
  const fit = Math.floor(freemem() / (characters * BYTES_PER_CHARACTER)) - 1;
  return Math.max(0, Math.min(availableParallelism() - 1, tasks - 1, fit));
}

/** How many tasks are taken: all threads count here, so that none waits while there is one left. */
export type Taken = Int32Array<SharedArrayBuffer>;

export const noneTaken = (): Taken => new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Calls `take` with one task after another until none is left. Once it throws, no thread takes another. */
export function takeAll<Task>(tasks: readonly Task[], taken: Taken, take: (task: Task, at: number) => void): void {
  try {
    for (let at = Atomics.add(taken, 0, 1); at < tasks.length; at = Atomics.add(taken, 0, 1)) take(tasks[at]!, at);
  } catch (error) {
    Atomics.store(taken, 0, tasks.length);
    throw error;
  }
}

/** A thread's last word. Any other end is a bug. */
export type Report<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "refuted"; readonly message: string }
  | { readonly kind: "trouble"; readonly message: string; readonly advice: string | null };

/** What `work` comes to; what ends the program is told, and thrown again where it is heard. */
export function reportOf<T>(work: () => T): Report<T> {
  try {
    return { kind: "done", value: work() };
  } catch (error) {
    if (error instanceof OutputRefuted) return { kind: "refuted", message: error.message };
    if (!(error instanceof UsageError)) throw error;
    return { kind: "trouble", message: error.message, advice: error.advice };
  }
}

/** `orders` are copied to the threads, which answer them in `work` (worker.ts). */
async function hire<T>(count: number, orders: unknown): Promise<readonly Promise<Report<T>>[]> {
  if (count === 0) return [];
  const { Worker } = await import("node:worker_threads");
  return Array.from({ length: count }, () => {
    const start = `require(${JSON.stringify(__filename)}).startThread();`;
    const worker = new Worker(start, { eval: true, workerData: orders });
    return new Promise<Report<T>>((resolve, reject) => {
      worker.on("message", resolve);
      worker.on("error", reject);
      worker.on("exit", (code) => reject(new Error(`a thread ended with ${code} and no report`)));
    });
  });
}

/**
 * What all threads answer together; `work` is this thread's share, and begins once the others have: until then it would keep them from
 * starting. Waits for all of them, whatever happens.
 */
export async function shareOut<T>(
  crew: { readonly orders: unknown; readonly sources: Sources; readonly tasks: number },
  work: () => readonly T[],
): Promise<readonly T[]> {
  const settled = Promise.allSettled(await hire<readonly T[]>(helpersFor(crew.sources, crew.tasks), crew.orders));
  let own: readonly T[];
  try {
    own = work();
  } catch (error) {
    await settled;
    throw error;
  }
  const theirs = (await settled).map((report) => {
    if (report.status === "rejected") throw report.reason;
    if (report.value.kind === "refuted") throw new OutputRefuted(report.value.message);
    if (report.value.kind === "trouble") throw new UsageError(report.value.message, report.value.advice);
    return report.value.value;
  });
  return [...own, ...theirs.flat()];
}
