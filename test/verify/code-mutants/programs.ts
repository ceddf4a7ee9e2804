/** Golden programs as the mutated program takes them: bound by unmutated code, since grammar and binder are not what is proved. */
import { basename, join } from "node:path";
import { readProgram } from "../../../src/cli/host.ts";
import type { Cluster, ClusterNode } from "../../../src/cluster/cluster.ts";
import { analyze } from "../../../src/compile.ts";
import { programs } from "../../golden/golden.ts";

export interface NodeOfProgram {
  readonly title: string;
  readonly program: string;
  readonly cluster: Cluster;
  readonly node: ClusterNode;
}

/** A mutant that writes into a cluster throws, and changes nothing for the next one. */
function frozen<T>(value: T): T {
  const left: unknown[] = [value];
  for (let each = left.pop(); left.length > 0 || each !== undefined; each = left.pop()) {
    if (typeof each !== "object" || each === null || Object.isFrozen(each)) continue;
    left.push(...Object.values(Object.freeze(each)));
  }
  return value;
}

export const programNodes = (): readonly NodeOfProgram[] =>
  programs().flatMap((folder) => {
    const { root, open } = readProgram(join(folder, "main.net"), { allowOutside: false });
    const cluster = frozen(analyze(root, open).value);
    const program = basename(folder);
    return cluster.nodes.map((node) => ({ title: `${program} ${node.name}`, program, cluster, node }));
  });
