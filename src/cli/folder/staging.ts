/**
 * Where new folders are made before they are shown: `DIR/.netc-tmp-<process>`, with `new/` for what is ready and `old/` for what was
 * replaced. It is gone when a run ends; what a killed run left is tidied up by the next.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { OutputFile } from "../outputs.ts";
import { UsageError } from "../usage-error.ts";
import { MARKER, markerText } from "./marker.ts";

const PREFIX = ".netc-tmp-";

/** Linux keeps what ended and was not waited for as a zombie, which still takes signals. */
function isZombie(owner: number): boolean {
  try {
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${owner}/stat`, "utf8"));
  } catch {
    return false;
  }
}

function isAlive(owner: number): boolean {
  try {
    process.kill(owner, 0);
    return !isZombie(owner);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Puts back what a run that was killed had already taken away. */
function tidyUp(dir: string, leftover: string): void {
  const old = join(dir, leftover, "old");
  for (const name of existsSync(old) ? readdirSync(old) : []) {
    if (!existsSync(join(dir, name))) renameSync(join(old, name), join(dir, name));
  }
  rmSync(join(dir, leftover), { recursive: true, force: true });
}

export interface Staging {
  readonly fresh: string;
  readonly old: string;
  /** Removes it, and `dir` too where this run made it and nothing came of it. */
  readonly close: () => void;
}

export function openStaging(dir: string): Staging {
  const made = mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(dir).filter((each) => each.startsWith(PREFIX))) {
    const owner = Number(name.slice(PREFIX.length));
    if (owner !== process.pid && isAlive(owner)) {
      throw new UsageError(
        `process ${owner} is writing to ${dir}`,
        `wait for it; if it is not netc, remove ${join(dir, name)}`,
      );
    }
    tidyUp(dir, name);
  }
  const root = join(dir, `${PREFIX}${process.pid}`);
  const staging = { fresh: join(root, "new"), old: join(root, "old") };
  mkdirSync(staging.fresh, { recursive: true });
  mkdirSync(staging.old);
  return {
    ...staging,
    close: () => {
      rmSync(root, { recursive: true, force: true });
      if (made !== undefined && readdirSync(dir).length === 0) rmdirSync(dir);
    },
  };
}

/** One node's folder, whole. */
export function writeNode(folder: string, node: string, files: readonly OutputFile[]): void {
  mkdirSync(folder);
  for (const { name, text } of files) {
    writeFileSync(join(folder, name), text);
    if (name.endsWith(".sh")) chmodSync(join(folder, name), 0o755);
  }
  writeFileSync(
    join(folder, MARKER),
    markerText(
      node,
      files.map(({ name }) => name),
    ),
  );
}
