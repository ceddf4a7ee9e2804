/** What makes two sources of one length the same, for `snat` and `mark`. */
import type { Cluster, ClusterNode, Selector } from "../cluster.ts";
import { prefixesOf } from "../sides.ts";

const ANY: readonly string[] = ["0.0.0.0/0", "::/0"];

/** A key for each prefix and each node that a source stands for; those of `snat` and `mark` with equal keys are equally long. */
export function sourceKeys(cluster: Cluster, { target }: Selector): readonly string[] {
  const prefixes = prefixesOf(cluster, target)?.map(({ text }) => text) ?? ANY;
  if (target.kind === "node") return [nodeKey(target.node), ...prefixes];
  return target.kind === "nodes" ? [...cluster.nodes.map(nodeKey), ...prefixes] : prefixes;
}

/** On the node itself it is all that it sends, whatever the address. */
const nodeKey = ({ name }: ClusterNode): string => `node ${name}`;

export const isIpv6Key = (key: string): boolean => key.includes(":");
