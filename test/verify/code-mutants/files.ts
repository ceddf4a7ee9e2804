/** The source files that are mutated: all that planning and emitting run, but for a short list. */
import { readFileSync } from "node:fs";
import { build } from "esbuild";

/** Files, or folders with a slash at their end, that decide no rule. */
const LEFT_OUT: readonly { readonly path: string; readonly reason: string }[] = [
  { path: "src/diagnostics/", reason: "what a broken invariant says" },
  { path: "src/plan/json.ts", reason: "the plan as JSON: no rule" },
  { path: "src/emit/shell/", reason: "the frame of scripts: compared byte for byte, and tested in the kernel" },
];

/** Of a folder above: what puts rules into scripts. */
const KEPT = ["src/emit/shell/rules-of.ts", "src/emit/shell/up.ts"];

const isMutated = (path: string): boolean =>
  KEPT.includes(path) ||
  !LEFT_OUT.some((left) => (left.path.endsWith("/") ? path.startsWith(left.path) : path === left.path));

const ENTRY = `
import "./src/plan/build.ts";
import "./src/plan/optimize.ts";
import "./src/emit/emitters.ts";
export { buildPlan } from "./src/plan/build.ts";
export { optimize } from "./src/plan/optimize.ts";
export { EMITTERS } from "./src/emit/emitters.ts";
`;

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** By path. Files of types alone run nothing, and are not among them. */
export async function mutatedFiles(): Promise<readonly SourceFile[]> {
  const { metafile } = await build({
    stdin: { contents: ENTRY, resolveDir: ".", loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    metafile: true,
    logLevel: "warning",
  });
  const [output] = Object.values(metafile.outputs);
  return Object.entries(output!.inputs)
    .filter(([path, { bytesInOutput }]) => path.startsWith("src/") && bytesInOutput > 0 && isMutated(path))
    .map(([path]) => ({ path, text: readFileSync(path, "utf8") }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
