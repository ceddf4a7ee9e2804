/** Starts the shares of a run, each as a process in a network namespace of its own: nothing is left behind when they end. */
import { fileURLToPath } from "node:url";
import { attempt, report } from "../../kernel/command.ts";
import type { ReaderName } from "./planted.ts";
import type { Tally } from "./run.ts";
import { sumOf } from "./tell.ts";

/** Half of what a tool takes is waiting for the kernel. */
const SHARES = 2;

/** The bundle of `worker.ts`, beside that of whoever asks. */
const WORKER = fileURLToPath(new URL("differential.mjs", import.meta.url));

export interface Asking {
  readonly seed: number;
  readonly texts: number;
  /** One text alone, by its number. */
  readonly only: number | null;
  readonly reader: ReaderName;
}

async function share({ seed, texts, only, reader }: Asking, number: number, of: number): Promise<Tally> {
  const asked = [seed, texts, number, of, reader, ...(only === null ? [] : [only])].map(String);
  const argv = ["unshare", "-n", process.execPath, "--enable-source-maps", WORKER, ...asked];
  const finished = await attempt(argv, { timeoutMs: 3_600_000 });
  if (finished.status !== 0) throw new Error(`a share of the texts was not judged: ${report(finished)}`);
  return JSON.parse(finished.stdout);
}

export async function judgeTexts(asking: Asking): Promise<Tally> {
  const shares = asking.only === null ? SHARES : 1;
  return sumOf(await Promise.all(Array.from({ length: shares }, (_, number) => share(asking, number, shares))));
}
