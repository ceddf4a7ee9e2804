/** What makes two sources of one length the same, for `snat` and `mark`. */
import type { Cluster, Selector } from "../cluster.ts";
import { prefixesOf } from "../sides.ts";

const ANY: readonly string[] = ["0.0.0.0/0", "::/0"];

/** A key for each prefix and each node that a source stands for; those of `snat` and `mark` with equal keys are equally long. */
export function sourceKeys(cluster: Cluster, { target }: Selector): readonly string[] {
  if (target.kind === "node") return [`node ${target.node.name}`];
  if (target.kind === "nodes") return cluster.nodes.map(({ name }) => `node ${name}`);
  return prefixesOf(cluster, target)?.map(({ text }) => text) ?? ANY;
}

export const isIpv6Key = (key: string): boolean => key.includes(":");
