import { type Command, Option } from "commander";
import type { Cluster } from "../../cluster/cluster.ts";
import { planNode } from "../../compile.ts";
import { EMITTERS } from "../../emit/emitters.ts";
import type { NodePlan } from "../../plan/plan.ts";
import { analyzed } from "../analyzed.ts";
import { compileInto } from "../folder/compile-into.ts";
import { chooseNode, chooseNodes, gather } from "../nodes.ts";
import { type OutputOptions, result, say } from "../output.ts";
import {
  type Choice,
  emitterOf,
  hasCoexist,
  judgesSenders,
  RULES,
  speaks,
  tablesReplacedBy,
  textOf,
} from "../outputs.ts";
import { countPasses, type PassCount, passLines } from "../passes.ts";
import { isProvable, PROVABLE } from "../proof/files.ts";
import { proveOutputs } from "../proof/own.ts";
import { reclaimTree } from "../reclaim.ts";
import type { Sources } from "../sources.ts";
import { UsageError } from "../usage-error.ts";

interface CompileOptions extends OutputOptions {
  readonly node?: readonly string[];
  readonly target?: string;
  readonly rules: Choice["rules"];
  readonly coexist?: boolean;
  readonly output?: string;
  readonly verify?: boolean;
  readonly explainPasses?: boolean;
  readonly allowOutside?: boolean;
}

const DEFAULT_TARGET = EMITTERS[0]!.name;

function refuseConflicts({ target, output, coexist, verify }: CompileOptions): void {
  if (output !== undefined && target !== undefined)
    throw new UsageError("a folder holds every target", "leave out --target, or -o");
  if (coexist === true && output === undefined && !hasCoexist(target ?? DEFAULT_TARGET))
    throw new UsageError(
      `--coexist means nothing for --target ${target}`,
      "it is for iptables and ip6tables; up.sh always stands beside others' rules",
    );
  if (verify === true && output === undefined && !isProvable(target ?? DEFAULT_TARGET))
    throw new UsageError(
      `--verify means nothing for --target ${target}`,
      `it holds no rules to prove; ${PROVABLE.join(", ")} do`,
    );
}

/** What has to be known about a text before it is loaded. */
function sayAbout(target: string, form: Choice["form"], plan: NodePlan): void {
  if (target === "iptables" && speaks(plan, 6))
    say(`netc: the program also speaks of IPv6 for ${plan.node}: that is in --target ip6tables`);
  else if (target === "iptables" && judgesSenders(plan, 6))
    say(`netc: what the pods of ${plan.node} may send in IPv6 is in --target ip6tables`);
  if (!hasCoexist(target) || form === "coexist") return;
  const tables = tablesReplacedBy(target, plan);
  say(
    `netc: whole tables for ${plan.node}: ${target.replace("tables", "tables-restore")} replaces everything in ${tables.join(", ")}`,
  );
}

function explain(options: CompileOptions, counts: readonly (readonly PassCount[])[]): void {
  if (options.explainPasses === true && counts.length > 0) for (const line of passLines(counts)) say(`netc: ${line}`);
}

function compileOne(cluster: Cluster, options: CompileOptions, choice: Choice): void {
  const node = chooseNode(cluster, options.node ?? []);
  const plan = planNode(cluster, node);
  const target = options.target ?? DEFAULT_TARGET;
  const emitter = emitterOf(target);
  const text = textOf(emitter, plan, choice);
  if (options.verify === true)
    proveOutputs(cluster, node, { outputs: [{ name: emitter.file, text }], form: choice.form });
  sayAbout(target, choice.form, plan);
  if (options.explainPasses === true) explain(options, [countPasses(cluster, node)]);
  result(text);
}

async function compileMany(
  cluster: Cluster,
  options: CompileOptions & { readonly output: string },
  { choice, sources }: { readonly choice: Choice; readonly sources: Sources },
): Promise<void> {
  const nodes = chooseNodes(cluster, options.node ?? []);
  const counts = options.explainPasses === true ? "passes" : "nothing";
  const proof = options.verify === true ? "every file" : "nothing";
  explain(options, await compileInto({ dir: options.output, nodes, choice, counts, proof }, cluster, sources));
}

async function run(file: string, options: CompileOptions): Promise<void> {
  refuseConflicts(options);
  const program = analyzed(file, options);
  if (program === null) return;
  const { cluster, sources } = program;
  reclaimTree(cluster);
  const choice: Choice = { rules: options.rules, form: options.coexist === true ? "coexist" : "whole" };
  const { output } = options;
  if (output === undefined) compileOne(cluster, options, choice);
  else await compileMany(cluster, { ...options, output }, { choice, sources: sources() });
}

export function addCompile(program: Command): void {
  program
    .command("compile")
    .description("make what nodes need: rules, scripts, the plan as JSON; one on standard output, or all in a folder")
    .argument("[file]", "a program, or - for standard input", "cluster.net")
    .option("--node <name>", "the node to compile for; with -o it may be repeated", gather)
    .addOption(
      new Option("--target <target>", `what to print (${DEFAULT_TARGET} when left out)`).choices(
        EMITTERS.map(({ name }) => name),
      ),
    )
    .addOption(new Option("--rules <rules>", "what up.sh loads").choices(RULES).default(RULES[0]))
    .option("--coexist", "tables without jumps and with own chains only, for iptables-restore --noflush")
    .option("-o, --output <dir>", "write a folder for each node: every target, whole or not at all")
    .option("--verify", "prove the rules first: nothing is printed or written until that holds")
    .option("--explain-passes", "say how many rules each pass of the optimizer found and left")
    .option("--allow-outside", "let includes lie outside the program's folder")
    .action((file: string, _: unknown, command: Command) => run(file, command.optsWithGlobals<CompileOptions>()));
}
