import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CLI = resolve("dist/cli.js");

/** Runs the bundle as a user would; `input` is standard input. */
export function netc(args: readonly string[], input: string | Buffer = "", cwd = process.cwd()): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { input, cwd, maxBuffer: 1 << 28 });
  return { status, stdout: stdout.toString("utf8"), stderr: stderr.toString("utf8") };
}

/** A folder with these files in it, removed behind `work`. */
export function inFolder<T>(files: Readonly<Record<string, string>>, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "netc-test-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every file below a folder by its path there, with its text. */
export function filesBelow(folder: string): ReadonlyMap<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name)).sort();
  return new Map(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, "utf8")]));
}
