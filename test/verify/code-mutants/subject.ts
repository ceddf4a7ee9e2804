/** The program that is mutated: from a bound cluster to texts, and the proof of these. All of it sees the same mutated function. */

import type { Cluster, ClusterNode } from "../../../src/cluster/cluster.ts";
import { packetsOf } from "../../../src/emit/emitter.ts";
import { EMITTERS } from "../../../src/emit/emitters.ts";
import { coexistTables } from "../../../src/emit/iptables/emit.ts";
import { upWith } from "../../../src/emit/shell/rules-of.ts";
import { buildPlan } from "../../../src/plan/build.ts";
import { optimize } from "../../../src/plan/optimize.ts";

export { prove } from "../../../src/verify/prove.ts";

/** Every output of a node by its name, and own chains beside others' rules. */
export function textsOf(cluster: Cluster, node: ClusterNode): Readonly<Record<string, string>> {
  const plan = optimize(buildPlan(cluster, node));
  return {
    ...Object.fromEntries(EMITTERS.map(({ name, emit }) => [name, emit(plan)])),
    "sh of nft": upWith(plan, "nft"),
    "coexist 4": coexistTables(packetsOf(plan, 4)),
    "coexist 6": coexistTables(packetsOf(plan, 6)),
  };
}
