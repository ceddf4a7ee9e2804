import { type Command, InvalidArgumentError, Option } from "commander";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { analyzed } from "../analyzed.ts";
import { noneTaken } from "../crew.ts";
import { chooseNodes, gather } from "../nodes.ts";
import { type OutputOptions, result, say, wantsColor } from "../output.ts";
import { refuseMissing, refuseStrangers } from "../proof/against.ts";
import { FORMS, type Form, isProvable, isVerifiable, PROVABLE, VERIFIABLE, type Verifiable } from "../proof/files.ts";
import { proveAll } from "../proof/prove-all.ts";
import { renderJson, renderReport } from "../proof/render.ts";
import type { Report } from "../proof/report.ts";
import { reclaimTree } from "../reclaim.ts";
import { UsageError } from "../usage-error.ts";

interface VerifyOptions extends OutputOptions {
  readonly node?: readonly string[];
  readonly target?: readonly Verifiable[];
  readonly form: Form;
  readonly json?: boolean;
  readonly against?: string;
  readonly allowOutside?: boolean;
}

/** The targets in one order, each once. Of what netc itself writes only rules can be proved. */
function targetsOf({ against, target }: VerifyOptions): readonly Verifiable[] {
  const all = against === undefined ? PROVABLE : VERIFIABLE;
  return target === undefined ? all : all.filter((each) => target.includes(each));
}

function refuseConflicts({ against, target = [] }: VerifyOptions): void {
  const other = against === undefined ? target.find((each) => !isProvable(each)) : undefined;
  if (other !== undefined)
    throw new UsageError(
      `--target ${other} means nothing without --against`,
      "it holds no rules to prove; a script in a folder is compared with netc's own",
    );
}

/** Refuses a folder that lacks what is to be proved, or holds what nothing can be said of. */
function refuseFolder(cluster: Cluster, nodes: readonly ClusterNode[], { against, node }: VerifyOptions): void {
  if (against === undefined) return;
  refuseMissing(against, nodes);
  if (node === undefined) refuseStrangers(against, cluster);
}

async function run(file: string, options: VerifyOptions): Promise<void> {
  refuseConflicts(options);
  const program = analyzed(file, options);
  if (program === null) return;
  const { cluster, sources } = program;
  reclaimTree(cluster);
  const nodes = chooseNodes(cluster, options.node ?? []);
  refuseFolder(cluster, nodes, options);
  const { against = null, form } = options;
  const names = nodes.map(({ name }) => name);
  const job = { nodes: names, targets: targetsOf(options), form, against, taken: noneTaken() };
  tell(await proveAll(job, cluster, sources()), options);
}

function tell(report: Report, options: VerifyOptions): void {
  const color = wantsColor(process.stdout, options);
  result(options.json === true ? renderJson(report) : renderReport(report, { color }));
  if (report.findings.length === 0) return;
  process.exitCode = 1;
  if (options.against === undefined)
    say("netc: these are netc's own rules, so this is a bug of netc's own: please report it with the program");
}

/** For commander: gathers the targets that a repeated option names. */
function gatherTargets(value: string, values: readonly Verifiable[] = []): readonly Verifiable[] {
  if (!isVerifiable(value)) throw new InvalidArgumentError(`Allowed choices are ${VERIFIABLE.join(", ")}.`);
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
        `what to verify: ${VERIFIABLE.join(", ")} (with --against); may be repeated, all when left out`,
      ).argParser(gatherTargets),
    )
    .option(
      "--against <dir>",
      "prove the rules in a folder laid out as compile -o does, and compare its scripts with netc's own",
    )
    .addOption(
      new Option("--form <form>", "how rules of iptables are judged: whole tables, or own chains beside others' rules")
        .choices(FORMS)
        .default(FORMS[0]),
    )
    .option("--json", "one JSON document on standard output")
    .option("--allow-outside", "let includes lie outside the program's folder")
    .action((file: string, _: unknown, command: Command) => run(file, command.optsWithGlobals<VerifyOptions>()));
}
