/** Whose an address is, as far as the program says. */
import { type Address, present } from "../address/address.ts";
import { contains } from "../address/prefix.ts";
import type { Cluster, ClusterNode, Pod } from "./cluster.ts";
import { oncePerCluster } from "./once.ts";

type Holder = ClusterNode | Pod;

const holdersIn = oncePerCluster(({ nodes, pods }): ReadonlyMap<string, Holder> => {
  const holders = new Map<string, Holder>();
  for (const holder of [...nodes, ...pods]) for (const { text } of present(holder.addresses)) holders.set(text, holder);
  return holders;
});

/** The declared node or pod that has the address as its own. */
export const holderOf = (cluster: Cluster, { text }: Address): Holder | null => holdersIn(cluster).get(text) ?? null;

/** The node that an address is on: of the one who declares it, else the one in whose slice of the pod range it lies. */
export function nodeOf(cluster: Cluster, address: Address): ClusterNode | null {
  const holder = holderOf(cluster, address);
  if (holder !== null) return holder.kind === "pod" ? holder.node : holder;
  return cluster.nodes.find(({ pods }) => pods.some((slice) => contains(slice, address))) ?? null;
}
