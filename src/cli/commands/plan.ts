import type { Command } from "commander";
import { planNode } from "../../compile.ts";
import { planJson } from "../../plan/json.ts";
import { planWords } from "../../plan/words.ts";
import { analyzed } from "../analyzed.ts";
import { chooseNodes, gather } from "../nodes.ts";
import { type OutputOptions, result } from "../output.ts";

interface PlanOptions extends OutputOptions {
  readonly node?: readonly string[];
  readonly json?: boolean;
  readonly allowOutside?: boolean;
}

/** Version 1: the plans of the nodes, each as its plan.json has it. */
const document = (plans: readonly string[]): string => `{"version":1,"nodes":[\n${plans.join(",\n")}]}\n`;

function run(file: string, options: PlanOptions): void {
  const program = analyzed(file, options);
  if (program === null) return;
  const plans = chooseNodes(program.cluster, options.node ?? []).map((node) =>
    planJson(planNode(program.cluster, node)),
  );
  result(options.json === true ? document(plans) : plans.map((plan) => planWords(JSON.parse(plan))).join("\n"));
}

export function addPlan(program: Command): void {
  program
    .command("plan")
    .description("say in words what each node must do")
    .argument("[file]", "a program, or - for standard input", "cluster.net")
    .option("--node <name>", "a node; may be repeated, all nodes when left out", gather)
    .option("--json", "one JSON document on standard output")
    .option("--allow-outside", "let includes lie outside the program's folder")
    .action((file: string, _: unknown, command: Command) => run(file, command.optsWithGlobals<PlanOptions>()));
}
