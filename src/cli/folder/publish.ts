/** From the staging folder into sight: every folder by rename, all of them or none. */
import { existsSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../usage-error.ts";
import { ownershipOf } from "./marker.ts";
import type { Staging } from "./staging.ts";

/** Refuses where the folder of a node is not netc's to replace. */
export function refuseForeign(dir: string, folders: readonly string[]): void {
  for (const name of folders) {
    const path = join(dir, name);
    const ownership = ownershipOf(path);
    if (ownership.kind !== "foreign") continue;
    throw ownership.holds === null
      ? new UsageError(`${path} is not netc's, so it is not replaced`, "move it away, or choose another folder with -o")
      : new UsageError(
          `${path} holds ${ownership.holds}, which netc did not write`,
          "move that file away; nothing was changed",
        );
  }
}

export interface Stale {
  /** Folders that netc wrote, of nodes that the program no longer has. */
  readonly removed: readonly string[];
  /** Such folders that hold something of somebody else's, which is named. */
  readonly kept: readonly { readonly folder: string; readonly holds: string }[];
}

/** What to do with the folders of nodes that are gone; `folders` are those of all nodes of the program. */
export function findStale(dir: string, folders: ReadonlySet<string>): Stale {
  const removed: string[] = [];
  const kept: { folder: string; holds: string }[] = [];
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    if (!entry.isDirectory() || folders.has(entry.name)) continue;
    const ownership = ownershipOf(join(dir, entry.name));
    if (ownership.kind === "ours") removed.push(entry.name);
    else if (ownership.kind === "foreign" && ownership.holds !== null)
      kept.push({ folder: entry.name, holds: ownership.holds });
  }
  return { removed: removed.sort(), kept: kept.sort((a, b) => (a.folder < b.folder ? -1 : 1)) };
}

/** Puts every staged folder in its place and takes the stale ones away. Where one rename fails, those before it are undone. */
export function publish(dir: string, staging: Staging, stale: readonly string[]): void {
  const undo: (() => void)[] = [];
  const move = (from: string, to: string): void => {
    renameSync(from, to);
    undo.push(() => renameSync(to, from));
  };
  try {
    for (const name of readdirSync(staging.fresh)) {
      const place = join(dir, name);
      if (existsSync(place)) move(place, join(staging.old, name));
      move(join(staging.fresh, name), place);
    }
    for (const name of stale) move(join(dir, name), join(staging.old, name));
  } catch (error) {
    for (const back of undo.reverse()) back();
    throw error;
  }
}
