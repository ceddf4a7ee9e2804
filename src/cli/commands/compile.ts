import { type Command, Option } from "commander";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { analyze, planNode } from "../../compile.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { nearest } from "../../diagnostics/suggest.ts";
import { EMITTERS } from "../../emit/emitters.ts";
import { hostName, readProgram } from "../host.ts";
import { type OutputOptions, result, say, showDiagnostics } from "../output.ts";
import { UsageError } from "../usage-error.ts";

interface CompileOptions extends OutputOptions {
  readonly node?: readonly string[];
  readonly target: string;
  readonly allowOutside?: boolean;
}

const list = (nodes: readonly ClusterNode[]): string => nodes.map(({ name }) => `--node ${name}`).join(", ");

function named(cluster: Cluster, name: string): ClusterNode {
  const node = cluster.nodes.find((each) => each.name === name);
  if (node !== undefined) return node;
  const near = nearest(
    name,
    cluster.nodes.map((each) => each.name),
  );
  throw new UsageError(
    `the program has no node named \`${name}\``,
    near === null ? `its nodes: ${list(cluster.nodes)}` : `did you mean --node ${near}?`,
  );
}

/** `--node`, else the only one, else the one that bears this host's name. */
function chooseNode(cluster: Cluster, names: readonly string[]): ClusterNode {
  const { nodes } = cluster;
  if (names.length > 1) throw new UsageError("standard output holds one node's text", "name one --node");
  if (names.length === 1) return named(cluster, names[0]!);
  if (nodes.length === 0) throw new UsageError("the program has no node", "say where things are: node NAME ADDR");
  if (nodes.length === 1) return nodes[0]!;
  const host = hostName();
  const own = nodes.find((node) => node.name === host);
  if (own === undefined) {
    throw new UsageError("the program has several nodes, and none bears this host's name", `name one: ${list(nodes)}`);
  }
  say(`netc: compiling for ${own.name}, the node that bears this host's name`);
  return own;
}

function run(file: string, options: CompileOptions): void {
  const { root, open } = readProgram(file, { allowOutside: options.allowOutside === true });
  const { value: cluster, diagnostics } = analyze(root, open);
  showDiagnostics(diagnostics, options);
  if (hasErrors(diagnostics)) {
    process.exitCode = 1;
    return;
  }
  const node = chooseNode(cluster, options.node ?? []);
  const emitter = EMITTERS.find(({ name }) => name === options.target)!;
  const text = emitter.emit(planNode(cluster, node));
  if (emitter.name === "iptables") {
    say(`netc: whole tables for ${node.name}: iptables-restore replaces everything in filter and nat with them`);
  }
  result(text);
}

export function addCompile(program: Command): void {
  program
    .command("compile")
    .description("print what one node needs: iptables rules, scripts, or the plan as JSON")
    .argument("[file]", "a program, or - for standard input", "cluster.net")
    .option("--node <name>", "the node to compile for", (name: string, names: readonly string[] = []) => [
      ...names,
      name,
    ])
    .addOption(
      new Option("--target <target>", "what to print")
        .choices(EMITTERS.map(({ name }) => name))
        .default(EMITTERS[0]!.name),
    )
    .option("--allow-outside", "let includes lie outside the program's folder")
    .action((file: string, _: unknown, command: Command) => run(file, command.optsWithGlobals<CompileOptions>()));
}
