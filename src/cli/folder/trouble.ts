import { UsageError } from "../usage-error.ts";

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full: free some space",
  EDQUOT: "the quota is used up: free some space",
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
