/** The texts that golden programs compile to, as the proof takes them. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readProgram } from "../../src/cli/host.ts";
import type { Cluster, ClusterNode } from "../../src/cluster/cluster.ts";
import { analyze, planNode } from "../../src/compile.ts";
import { printCoexist } from "../../src/emit/iptables/print.ts";
import { translate } from "../../src/emit/iptables/translate.ts";
import type { ProvedText } from "../../src/verify/prove.ts";
import { programs } from "../golden/golden.ts";

export interface Sample extends ProvedText {
  readonly program: string;
  readonly cluster: Cluster;
  readonly node: ClusterNode;
}

export const titleOf = ({ program, node, target, form }: Sample): string =>
  `${program} ${node.name} ${target}${form === "coexist" ? " beside others" : ""}`;

const FILES = [
  { target: "iptables", file: "rules.v4" },
  { target: "ip6tables", file: "rules.v6" },
  { target: "nft", file: "ruleset.nft" },
] as const;

/** Whole forms as they were accepted; beside others' rules as they are emitted now, since no golden file holds them alone. */
function samplesOf(folder: string): readonly Sample[] {
  const { root, open } = readProgram(join(folder, "main.net"), { allowOutside: false });
  const cluster = analyze(root, open).value;
  return cluster.nodes.flatMap((node) => {
    const of = { program: basename(folder), cluster, node };
    const accepted = FILES.map(({ target, file }): Sample => {
      const text = readFileSync(join(folder, "out", node.name, file), "utf8");
      return { ...of, target, form: "whole", text };
    });
    const beside = planNode(cluster, node).packets.map((packets): Sample => {
      const target = packets.family === 4 ? "iptables" : "ip6tables";
      return { ...of, target, form: "coexist", text: printCoexist(translate(packets)) };
    });
    return [...accepted, ...beside];
  });
}

/** Every node of every golden program that compiles, in every form. */
export const goldenSamples = (): readonly Sample[] => programs().flatMap(samplesOf);
