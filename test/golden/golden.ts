/** The golden folders: what each program compiles to now, beside what was accepted. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { analyze, planNode } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { renderText } from "../../src/diagnostics/render/text.ts";
import { EMITTERS } from "../../src/emit/emitters.ts";
import { readProgram } from "../../src/cli/host.ts";

export const GOLDEN = "golden";
const ERRORS = join(GOLDEN, "errors");

const foldersOf = (path: string): readonly string[] =>
  existsSync(path)
    ? readdirSync(path, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
        .sort()
    : [];

/** Programs that compile: `golden/NN-topic`. */
export const programs = (): readonly string[] =>
  foldersOf(GOLDEN)
    .filter((name) => name !== "errors")
    .map((name) => join(GOLDEN, name));

/** Programs that are wrong: `golden/errors/<code>`, with an optional `-<variant>` behind the code. */
export const errorPrograms = (): readonly string[] => foldersOf(ERRORS).map((name) => join(ERRORS, name));

/** Files by their path below the golden folder. */
export type Files = ReadonlyMap<string, string>;

function analyzeFolder(folder: string) {
  const { root, open } = readProgram(join(folder, "main.net"), { allowOutside: false });
  return analyze(root, open);
}

/** What diagnostics say, with paths as seen from the golden folder. */
function shown(folder: string, text: string): string {
  return text.replaceAll(`${folder}/`, "");
}

export function outputsOf(folder: string): Files {
  const { value: cluster, diagnostics } = analyzeFolder(folder);
  const files = new Map<string, string>();
  if (diagnostics.length > 0) files.set("stderr.txt", shown(folder, renderText(diagnostics, { color: "never" })));
  if (hasErrors(diagnostics)) return files;
  for (const node of cluster.nodes) {
    const plan = planNode(cluster, node);
    for (const emitter of EMITTERS) files.set(join("out", node.name, emitter.file), emitter.emit(plan));
  }
  return files;
}

/** Everything in the folder but the program's own texts. */
export function acceptedOf(folder: string): Files {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!name.isFile() || name.name.endsWith(".net")) continue;
    const path = join(name.parentPath, name.name);
    files.set(path.slice(folder.length + 1), readFileSync(path, "utf8"));
  }
  return files;
}

/** Rewrites what is accepted; answers the paths that changed. */
export function accept(folder: string): readonly string[] {
  const now = outputsOf(folder);
  const before = acceptedOf(folder);
  const changed: string[] = [];
  for (const path of before.keys()) {
    if (now.has(path)) continue;
    rmSync(join(folder, path));
    changed.push(path);
  }
  for (const [path, text] of now) {
    if (before.get(path) === text) continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
    changed.push(path);
  }
  return changed;
}
