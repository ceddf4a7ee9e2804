import { type Command, InvalidArgumentError, Option } from "commander";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { analyze } from "../../compile.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { readProgram } from "../host.ts";
import { chooseNodes, gather } from "../nodes.ts";
import { type OutputOptions, result, say, showDiagnostics, wantsColor } from "../output.ts";
import { startProgress } from "../progress.ts";
import { filesAgainst, refuseMissing, refuseStrangers } from "../proof/against.ts";
import { isProvable, PROVABLE, type Provable, type RulesFile } from "../proof/files.ts";
import { ownFiles } from "../proof/own.ts";
import { renderJson, renderReport } from "../proof/render.ts";
import { proveFiles, reportOf } from "../proof/report.ts";
import { reclaimTree } from "../reclaim.ts";

interface VerifyOptions extends OutputOptions {
  readonly node?: readonly string[];
  readonly target?: readonly Provable[];
  readonly json?: boolean;
  readonly against?: string;
  readonly allowOutside?: boolean;
}

/** The targets in one order, each once. */
function targetsOf({ target = PROVABLE }: VerifyOptions): readonly Provable[] {
  return PROVABLE.filter((each) => target.includes(each));
}

function filesFor(cluster: Cluster, nodes: readonly ClusterNode[], options: VerifyOptions) {
  const targets = targetsOf(options);
  const { against } = options;
  if (against === undefined) return (node: ClusterNode): readonly RulesFile[] => ownFiles(cluster, node, targets);
  refuseMissing(against, nodes);
  if (options.node === undefined) refuseStrangers(against, cluster);
  return (node: ClusterNode): readonly RulesFile[] => filesAgainst(against, node, targets);
}

function run(file: string, options: VerifyOptions): void {
  const { root, open } = readProgram(file, { allowOutside: options.allowOutside === true });
  const { value: cluster, diagnostics } = analyze(root, open);
  showDiagnostics(diagnostics, options);
  if (hasErrors(diagnostics)) {
    process.exitCode = 1;
    return;
  }
  reclaimTree(cluster);
  const nodes = chooseNodes(cluster, options.node ?? []);
  const filesOf = filesFor(cluster, nodes, options);
  const progress = startProgress();
  const reports = nodes.map((node, at) => {
    progress.show(`netc: ${at} of ${nodes.length} nodes`);
    return proveFiles(cluster, node, filesOf(node));
  });
  progress.end();
  const report = reportOf(reports);
  const color = wantsColor(process.stdout, options);
  result(options.json === true ? renderJson(report) : renderReport(report, { color }));
  if (report.findings.length === 0) return;
  process.exitCode = 1;
  if (options.against === undefined)
    say("netc: these are netc's own rules, so this is a bug of netc's own: please report it with the program");
}

/** For commander: gathers the targets that a repeated option names. */
function gatherTargets(value: string, values: readonly Provable[] = []): readonly Provable[] {
  if (!isProvable(value)) throw new InvalidArgumentError(`Allowed choices are ${PROVABLE.join(", ")}.`);
  return [...values, value];
}

export function addVerify(program: Command): void {
  program
    .command("verify")
    .description("prove that the rules of each node do to every packet what the program says")
    .argument("[file]", "a program, or - for standard input", "cluster.net")
    .option("--node <name>", "a node; may be repeated, all nodes when left out", gather)
    .addOption(
      new Option(
        "--target <target>",
        `what to prove: ${PROVABLE.join(", ")}; may be repeated, all when left out`,
      ).argParser(gatherTargets),
    )
    .option("--against <dir>", "prove the files of a folder laid out as compile -o does, instead of netc's own")
    .option("--json", "one JSON document on standard output")
    .option("--allow-outside", "let includes lie outside the program's folder")
    .action((file: string, _: unknown, command: Command) => run(file, command.optsWithGlobals<VerifyOptions>()));
}
