/** Mutants tried in parallel. A process that dies or hangs has a successor: what it was at is stopped, or not judged. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import type { Mutation } from "./mutation.ts";
import type { Job, Phase, Verdict } from "./verdict.ts";
import type { Told } from "./worker.ts";

const WORKER = "dist/test/code-mutants.mjs";
/** Milliseconds that a mutant may take in all. */
const LONGEST = 120_000;
const MEGABYTES = 1500;

export interface Tried {
  readonly mutation: Mutation;
  readonly verdict: Verdict;
  readonly milliseconds: number;
}

function lost(phase: Phase, how: string): Verdict {
  if (phase !== "judge") return { kind: "stopped", reason: `${phase}: ${how}` };
  const reason = `the judge ${how}`;
  return { kind: "survived", survival: { where: "", reason, change: "", alone: "proved", refuted: 0 } };
}

const start = (): ChildProcess =>
  fork(WORKER, [], { execArgv: [`--max-old-space-size=${MEGABYTES}`], stdio: ["ignore", "ignore", "ignore", "ipc"] });

/** One process until nothing is left, or until it is lost. */
function lane(take: () => number | null, jobs: readonly Job[], done: (at: number, tried: Tried) => void) {
  return new Promise<void>((resolve, reject) => {
    const child = start();
    let at: number | null = null;
    let phase: Phase = "compile";
    let isReady = false;
    let isHanging = false;
    let timer: NodeJS.Timeout | undefined;
    const next = (): void => {
      clearTimeout(timer);
      at = take();
      if (at === null) {
        child.disconnect();
        return;
      }
      timer = setTimeout(() => {
        isHanging = true;
        child.kill("SIGKILL");
      }, LONGEST);
      child.send(jobs[at]!);
    };
    child.on("message", (told: Told) => {
      if (told.kind === "phase") phase = told.phase;
      if (told.kind === "verdict")
        done(at!, { mutation: jobs[at!]!.mutation, verdict: told.verdict, milliseconds: told.milliseconds });
      if (told.kind === "ready") isReady = true;
      if (told.kind !== "phase") next();
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      if (!isReady) return reject(new Error(`a process ended with ${code} before it began`));
      if (at === null) return resolve();
      const verdict = lost(phase, isHanging ? "does not end" : "ends the process");
      done(at, { mutation: jobs[at]!.mutation, verdict, milliseconds: LONGEST });
      lane(take, jobs, done).then(resolve, reject);
    });
  });
}

/** In the order of the jobs. */
export async function triedAll(
  jobs: readonly Job[],
  told: (tried: Tried, many: number) => void = () => {},
): Promise<readonly Tried[]> {
  const found: Tried[] = [];
  let next = 0;
  let many = 0;
  const take = (): number | null => (next < jobs.length ? next++ : null);
  const done = (at: number, tried: Tried): void => {
    found[at] = tried;
    many += 1;
    told(tried, many);
  };
  const lanes = Math.min(availableParallelism(), jobs.length);
  await Promise.all(Array.from({ length: lanes }, () => lane(take, jobs, done)));
  return found;
}
