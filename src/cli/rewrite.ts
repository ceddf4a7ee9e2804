/** A file's text exchanged for another: whole or not at all, its permissions kept. */
import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "./usage-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to write it, or into its folder",
  EPERM: "there is no permission to write it, or into its folder",
  EROFS: "it is on a read-only file system",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return REASONS[error.code ?? ""] ?? error.message;
}

function writeBeside(path: string, beside: string, text: string): void {
  // A rename asks for no right to the file itself.
  accessSync(path, constants.W_OK);
  const { mode, uid, gid } = statSync(path);
  const bytes = Buffer.from(text);
  const file = openSync(beside, "wx", 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
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
  const beside = join(dirname(real), `.${basename(real)}.netc-${process.pid}`);
  try {
    writeBeside(real, beside, text);
    renameSync(beside, real);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new UsageError(`cannot write ${path}: ${reasonOf(error as NodeJS.ErrnoException)}`, "the file is as it was");
  }
}
