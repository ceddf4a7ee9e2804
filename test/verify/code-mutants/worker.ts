/** A process that tries mutants one after another, as it is told. */
import { createBundler } from "./bundle.ts";
import { mutatedFiles } from "./files.ts";
import { goldenNodes } from "./golden.ts";
import type { Mutation } from "./mutation.ts";
import { tried } from "./try.ts";
import type { Phase, Verdict } from "./verdict.ts";

export type Told =
  | { readonly kind: "ready" }
  | { readonly kind: "phase"; readonly phase: Phase }
  | { readonly kind: "verdict"; readonly verdict: Verdict; readonly milliseconds: number };

const tell = (told: Told): void => {
  process.send!(told);
};

const files = await mutatedFiles();
const bundler = await createBundler();
const golden = await goldenNodes(bundler, files);
const texts = new Map(files.map(({ path, text }) => [path, text]));

process.on("message", async (mutation: Mutation) => {
  const start = performance.now();
  const verdict = await tried(mutation, { bundler, golden, texts, enters: (phase) => tell({ kind: "phase", phase }) });
  tell({ kind: "verdict", verdict, milliseconds: performance.now() - start });
});
process.on("disconnect", () => process.exit());
tell({ kind: "ready" });
