/** In which families a list can stand for a packet's address at all. */
import type { ByFamily } from "../address/address.ts";
import type { Cluster, Selector } from "./cluster.ts";
import { prefixesOf } from "./sides.ts";

export type Families = ByFamily<boolean>;

/** The families of the addresses that the items stand for. */
export function addressFamilies(cluster: Cluster, list: readonly Selector[]): Families {
  let v4 = false;
  let v6 = false;
  for (const { target } of list) {
    const prefixes = prefixesOf(cluster, target);
    if (prefixes === null) return { v4: true, v6: true };
    for (const { address } of prefixes) {
      if (address.family === 4) v4 = true;
      else v6 = true;
    }
    if (v4 && v6) break;
  }
  return { v4, v6 };
}

/** The same for a rule: a node sends, and takes what is delivered to it, in both families, whatever addresses are declared. */
export function ruleFamilies(cluster: Cluster, list: readonly Selector[]): Families {
  const hasNode = list.some(
    ({ target }) => target.kind === "node" || (target.kind === "nodes" && cluster.nodes.length > 0),
  );
  return hasNode ? { v4: true, v6: true } : addressFamilies(cluster, list);
}
