/** Files to verify that lie in a folder, laid out as `compile -o` does: a folder for each node, and in it a file for each target. */
import { isUtf8 } from "node:buffer";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { planNode } from "../../compile.ts";
import { folderOf } from "../folder/name.ts";
import { reasonOf } from "../host.ts";
import { emitterOf } from "../outputs.ts";
import { UsageError } from "../usage-error.ts";
import { VERIFIABLE, type Verifiable, type VerifiedFile } from "./files.ts";
import { ownScripts } from "./own.ts";

const fileOf = (target: Verifiable): string => emitterOf(target).file;

/** Rules of a million services have less. */
const LARGEST = 256 * 2 ** 20;

function read(path: string): string {
  let bytes: Buffer;
  try {
    // A pipe might never end.
    const found = statSync(path);
    if (found.size > LARGEST)
      throw new UsageError(`${path} is larger than ${LARGEST >> 20} MB`, "netc writes no such file");
    if (!found.isFile()) throw new UsageError(`${path} is no file`, "name a folder that compile -o wrote");
    bytes = readFileSync(path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read ${path}: ${reasonOf(error)}`, "name what to prove with --target");
  }
  if (isUtf8(bytes)) return bytes.toString("utf8");
  throw new UsageError(`${path} is not UTF-8 text`, "netc writes UTF-8: is it the file that you meant?");
}

function foldersIn(dir: string): readonly string[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile() && !entry.name.startsWith(".")).map(({ name }) => name);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === "ENOENT" ? "there is no such folder" : code === "ENOTDIR" ? "it is no folder" : reasonOf(error);
    throw new UsageError(`cannot read ${dir}: ${reason}`, "name a folder that is laid out as compile -o does");
  }
}

/** Refuses a folder that lacks one of the nodes. */
export function refuseMissing(dir: string, nodes: readonly ClusterNode[]): void {
  const folders = foldersIn(dir);
  const missing = nodes.find(({ name }) => !folders.includes(folderOf(name)));
  if (missing !== undefined)
    throw new UsageError(
      `${dir} holds nothing for ${missing.name}: there is no folder ${folderOf(missing.name)} in it`,
      "name the nodes to prove with --node",
    );
}

/** Refuses a folder that holds rules of a node that the program does not have: nothing could be said of them. */
export function refuseStrangers(dir: string, cluster: Cluster): void {
  const folders = foldersIn(dir);
  const known = new Set(cluster.nodes.map(({ name }) => folderOf(name)));
  for (const folder of folders.filter((each) => !known.has(each))) {
    const target = VERIFIABLE.find((each) => existsSync(join(dir, folder, fileOf(each))));
    if (target === undefined) continue;
    throw new UsageError(
      `${join(dir, folder)} holds ${target === "down" ? "a script" : "rules"} of a node that the program does not have`,
      "take it away, or name the nodes to prove with --node",
    );
  }
}

const isScript = (target: Verifiable): target is "sh" | "down" => target === "sh" || target === "down";

export function filesAgainst(
  dir: string,
  { cluster, node }: { readonly cluster: Cluster; readonly node: ClusterNode },
  targets: readonly Verifiable[],
): readonly VerifiedFile[] {
  const plan = targets.some(isScript) ? planNode(cluster, node) : null;
  return targets.map((target) => {
    const path = join(dir, folderOf(node.name), fileOf(target));
    const text = read(path);
    const own = plan !== null && isScript(target) ? ownScripts(plan, target, text) : [];
    return { target, path, text, own };
  });
}
