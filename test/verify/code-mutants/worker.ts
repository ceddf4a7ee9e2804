/** A process that tries mutants one after another, as it is told. */
import { createBundler } from "./bundle.ts";
import { mutatedFiles } from "./files.ts";
import { goldenNodes } from "./golden.ts";
import { tried } from "./try.ts";
import type { Job, Phase, Verdict } from "./verdict.ts";

export type Told =
  | { readonly kind: "ready" }
  | { readonly kind: "phase"; readonly phase: Phase }
  | { readonly kind: "verdict"; readonly verdict: Verdict; readonly milliseconds: number };

const tell = (told: Told): void => {
  process.send!(told);
};

const files = await mutatedFiles();
const bundler = await createBundler();
const golden = await goldenNodes(bundler);
const texts = new Map(files.map(({ path, text }) => [path, text]));

process.on("message", async (job: Job) => {
  const start = performance.now();
  const verdict = await tried(job, { bundler, golden, texts, enters: (phase) => tell({ kind: "phase", phase }) });
  tell({ kind: "verdict", verdict, milliseconds: performance.now() - start });
});
process.on("disconnect", () => process.exit());
tell({ kind: "ready" });
