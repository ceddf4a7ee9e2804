/** The nodes of one `verify`, and how a thread takes its share of them. */
import type { Cluster } from "../../cluster/cluster.ts";
import { type Taken, takeAll } from "../crew.ts";
import { filesAgainst } from "./against.ts";
import { type Form, isProvable, type Verifiable } from "./files.ts";
import { ownFiles } from "./own.ts";
import { proveFiles, type Report } from "./report.ts";

/** A plain value, for a copy to another thread. */
export interface ProofJob {
  readonly nodes: readonly string[];
  readonly targets: readonly Verifiable[];
  readonly form: Form;
  /** A folder whose files are proved; `null`: what netc itself writes. */
  readonly against: string | null;
  readonly taken: Taken;
}

/** What was found at a node, and its place among all. */
export interface Proof {
  readonly at: number;
  readonly report: Report;
}

/** Takes nodes until none is left. */
export function proveThrough(job: ProofJob, cluster: Cluster, onTaken: () => void): readonly Proof[] {
  const byName = new Map(cluster.nodes.map((node) => [node.name, node]));
  const { targets, form, against } = job;
  const proofs: Proof[] = [];
  takeAll(job.nodes, job.taken, (name, at) => {
    const node = byName.get(name)!;
    const files =
      against === null
        ? ownFiles(cluster, node, { targets: targets.filter(isProvable), form })
        : filesAgainst(against, { cluster, node }, targets);
    proofs.push({ at, report: proveFiles(cluster, node, { files, form }) });
    onTaken();
  });
  return proofs;
}
