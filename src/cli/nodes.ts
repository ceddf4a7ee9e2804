/** Which nodes a command is about. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import { nearest } from "../diagnostics/suggest.ts";
import { hostName } from "./host.ts";
import { say } from "./output.ts";
import { UsageError } from "./usage-error.ts";

const list = (nodes: readonly ClusterNode[]): string => nodes.map(({ name }) => `--node ${name}`).join(", ");

/** The nodes of the program; one without any is of no use to a command that asks. */
function nodesOf({ nodes }: Cluster): readonly ClusterNode[] {
  if (nodes.length === 0) throw new UsageError("the program has no node", "say where things are: node NAME ADDR");
  return nodes;
}

function named(nodes: readonly ClusterNode[], name: string): ClusterNode {
  const node = nodes.find((each) => each.name === name);
  if (node !== undefined) return node;
  const near = nearest(
    name,
    nodes.map((each) => each.name),
  );
  throw new UsageError(
    `the program has no node named \`${name}\``,
    near === null ? `its nodes: ${list(nodes)}` : `did you mean --node ${near}?`,
  );
}

/** `--node`, else the only one, else the one that bears this host's name. */
export function chooseNode(cluster: Cluster, names: readonly string[]): ClusterNode {
  if (names.length > 1)
    throw new UsageError("standard output holds one node's text", "name one --node, or a folder with -o");
  const nodes = nodesOf(cluster);
  if (names.length === 1) return named(nodes, names[0]!);
  if (nodes.length === 1) return nodes[0]!;
  const host = hostName();
  const own = nodes.find((node) => node.name === host);
  if (own === undefined) {
    throw new UsageError("the program has several nodes, and none bears this host's name", `name one: ${list(nodes)}`);
  }
  say(`netc: compiling for ${own.name}, the node that bears this host's name`);
  return own;
}

/** Each `--node` once, all nodes when none is named; in the order of their names. */
export function chooseNodes(cluster: Cluster, names: readonly string[]): readonly ClusterNode[] {
  const nodes = nodesOf(cluster);
  const chosen = new Set(names.length === 0 ? nodes : names.map((name) => named(nodes, name)));
  return [...chosen].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** For commander: gathers what a repeated option names. */
export const gather = (value: string, values: readonly string[] = []): readonly string[] => [...values, value];
