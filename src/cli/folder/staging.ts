/**
 * Where new folders are made before they are shown: `DIR/.netc-tmp-<process>`, with `new/` for what is ready, `old/` for what was
 * replaced, and a file that says whose it is. It is gone when a run ends; what a killed run left is tidied up by the next, which knows it by that
 * file: anything else is somebody's own, whatever it is called.
 */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isAlive } from "../alive.ts";
import type { OutputFile } from "../outputs.ts";
import { UsageError } from "../usage-error.ts";
import { MARKER, markerText } from "./marker.ts";

const PREFIX = ".netc-tmp-";
const NAME = /^\.netc-tmp-([1-9]\d{0,9})$/;
const OWN = ".netc-staging";
const OWN_TEXT = "netc makes the folders of a run here\n";

/** The process whose staging folder it is; `null`: it is not netc's. */
function ownerOf(dir: string, name: string): number | null {
  const owner = NAME.exec(name)?.[1];
  const root = join(dir, name);
  if (owner === undefined || !lstatSync(root).isDirectory()) return null;
  const own = join(root, OWN);
  // A run that was killed as it began has made nothing else.
  if (!existsSync(own)) return readdirSync(root).length === 0 ? Number(owner) : null;
  return lstatSync(own).isFile() && readFileSync(own, "utf8") === OWN_TEXT ? Number(owner) : null;
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
    const owner = ownerOf(dir, name);
    if (owner === null) continue;
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
  mkdirSync(root);
  writeFileSync(join(root, OWN), OWN_TEXT);
  mkdirSync(staging.fresh);
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
