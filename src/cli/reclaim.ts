import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Cluster } from "../cluster/cluster.ts";

/** Trees of smaller programs are not worth the look: this many pods and services are some 10 MB of text. */
const LARGE = 200_000;

/**
 * Gives back what a large program's tree holds, now that the cluster stands for it. V8 lets a heap grow by a factor of what lived when it
 * last looked, and the tree lived then: 100,000 services took 1.66 GB, and 1.19 GB with one look here, in the same time. Node offers it
 * behind a flag, which may be set while it runs.
 */
export function reclaimTree({ pods, services }: Cluster): void {
  if (pods.length + services.length < LARGE) return;
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") collect();
}
