import { UsageError } from "../usage-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "there is no permission to write it, or into its folder",
  EPERM: "there is no permission to write it, or into its folder",
  EROFS: "it is on a read-only file system",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EFBIG: "it would be larger than files may be (ulimit -f)",
};

/** Why the disk does not take a text. */
export function diskReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (error instanceof Error ? error.message : String(error));
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space",
  EDQUOT: "the quota is used up: free some space",
  EFBIG: "a file would be larger than files may be: raise the limit (ulimit -f)",
  EACCES: "there is no permission: choose a folder that you may write to",
  EPERM: "there is no permission: choose a folder that you may write to",
  EROFS: "it is on a read-only file system: choose another folder",
  ENOTDIR: "a part of the path is no folder: choose another one",
  EEXIST: "it is no folder: choose another one",
  ENAMETOOLONG: "the path is too long: choose a shorter one",
  EMFILE: "too many files are open: raise the limit (ulimit -n)",
};

/** Runs `work`, for which the disk may be at fault: what the user can mend becomes a UsageError that says how. */
export function onDisk<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message, path: at } = error as NodeJS.ErrnoException;
    if (error instanceof UsageError || code === undefined) throw error;
    const advice = ADVICE[code] ?? message;
    throw new UsageError(`cannot write ${at ?? path}`, `${advice}; the outputs in ${path} are as they were`);
  }
}
