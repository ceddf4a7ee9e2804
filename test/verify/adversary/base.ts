/** The program that the hand edits are made to, in each family, and what netc writes for its first node. */
import assert from "node:assert/strict";
import type { Cluster, ClusterNode } from "../../../src/cluster/cluster.ts";
import { analyze, planNode } from "../../../src/compile.ts";
import { printCoexist, printWhole } from "../../../src/emit/iptables/print.ts";
import { translate } from "../../../src/emit/iptables/translate.ts";
import { printNft } from "../../../src/emit/nft/emit.ts";
import { type Family, IPV4, IPV6 } from "../../kernel/family.ts";

export type Tool = "iptables" | "nft";
export type Form = "whole" | "coexist";

/** An address outside of the cluster's networks that a policy names. */
const STRANGERS = { "-4": "203.0.113.0/24", "-6": "2001:db8:1::/48" } as const;

const programOf = ({ flag, pods, node1, node2, podRanges, services, vip }: Family, range: string): string => `
cluster { pods ${range}; services ${services} }
node node1 ${node1} dev ens33 pods ${podRanges.node1}
node node2 ${node2} dev ens33 pods ${podRanges.node2}
pod a ${pods.a} on node1
pod b ${pods.b} on node1
pod c ${pods.c} on node2
hairpin all
masquerade pods
mark a -> any:443 0x1/0xff
service web ${vip(100)} { 80 -> a:8080, c:8080 }
service kept ${vip(101)} { 443 -> a, c; affinity client 3h }
deny ${STRANGERS[flag]} -> a log "netc a closed: "
allow c -> node1:22
deny any -> node1:22
deny b -> any:25
`;

export interface Base {
  readonly family: Family;
  readonly program: string;
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly textOf: (tool: Tool, form: Form) => string;
}

function baseOf(family: Family, range: string): Base {
  const program = programOf(family, range);
  const { value: cluster } = analyze({ path: "main.net", text: program }, () => assert.fail());
  const node = cluster.nodes[0]!;
  const plan = planNode(cluster, node);
  const number = family.flag === "-4" ? 4 : 6;
  const ruleset = translate(plan.packets.find((packets) => packets.family === number)!);
  const texts = { whole: printWhole(ruleset), coexist: printCoexist(ruleset) };
  const nft = printNft(plan);
  return { family, program, cluster, node, textOf: (tool, form) => (tool === "nft" ? nft : texts[form]) };
}

export const BASES: Readonly<Record<4 | 6, Base>> = {
  4: baseOf(IPV4, "10.244.0.0/16"),
  6: baseOf(IPV6, "fd00:244::/48"),
};
