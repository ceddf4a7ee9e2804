/** Whether a process that left something behind may still be at work. */
import { readFileSync } from "node:fs";

/** Linux keeps what ended and was not waited for as a zombie, which still takes signals. */
function isZombie(owner: number): boolean {
  try {
    return /^\d+ \(.*\) Z /s.test(readFileSync(`/proc/${owner}/stat`, "utf8"));
  } catch {
    return false;
  }
}

export function isAlive(owner: number): boolean {
  try {
    process.kill(owner, 0);
    return !isZombie(owner);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
