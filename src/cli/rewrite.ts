/** A file's text exchanged for another: whole or not at all, its permissions kept. */
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { isAlive } from "./alive.ts";
import { diskReason } from "./folder/trouble.ts";
import { writeWhole } from "./output.ts";
import { UsageError } from "./usage-error.ts";

/** Short, so that it fits beside a name of any length. */
const BESIDE = /^\.netc-fmt-([1-9]\d{0,9})$/;

/** Removes what runs of `fmt` that were killed have left in a folder; of a living process it may still be in use. */
function tidyUp(folder: string): void {
  for (const name of readdirSync(folder)) {
    const owner = BESIDE.exec(name)?.[1];
    if (owner === undefined || (Number(owner) !== process.pid && isAlive(Number(owner)))) continue;
    const path = join(folder, name);
    if (lstatSync(path).isFile()) rmSync(path, { force: true });
  }
}

function writeBeside(path: string, beside: string, text: string): void {
  // A rename asks for no right to the file itself.
  accessSync(path, constants.W_OK);
  const { mode, uid, gid, nlink } = statSync(path);
  if (nlink > 1) {
    const advice = `its other names would keep the old text: write it through standard input, netc fmt - <${path}`;
    throw new UsageError(`cannot write ${path}: it has ${nlink} names (hard links)`, advice);
  }
  const file = openSync(beside, "wx", 0o600);
  try {
    writeWhole(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (process.getuid?.() === 0) chownSync(beside, uid, gid);
  chmodSync(beside, mode & 0o7777);
}

/** Writes beside the file and renames; a symbolic link stays one. Throws a UsageError where that cannot be done, and leaves the file as it was. */
export function rewrite(path: string, text: string): void {
  const real = realpathSync(path);
  const beside = join(dirname(real), `.netc-fmt-${process.pid}`);
  try {
    tidyUp(dirname(real));
    writeBeside(real, beside, text);
    renameSync(beside, real);
  } catch (error) {
    rmSync(beside, { force: true });
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write ${path}: ${diskReason(error)}`, "the file is as it was");
  }
}
