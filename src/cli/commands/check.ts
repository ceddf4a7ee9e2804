import { type Command, Option } from "commander";
import { analyze } from "../../compile.ts";
import { hasErrors } from "../../diagnostics/diagnostic.ts";
import { renderJson } from "../../diagnostics/render/json.ts";
import { readProgram } from "../host.ts";
import { type OutputOptions, result, showDiagnostics } from "../output.ts";

interface CheckOptions extends OutputOptions {
  readonly format: "text" | "json";
  readonly json?: boolean;
  readonly denyWarnings?: boolean;
  readonly allowOutside?: boolean;
}

function run(file: string, options: CheckOptions): void {
  const { root, open } = readProgram(file, { allowOutside: options.allowOutside === true });
  const { diagnostics } = analyze(root, open);
  if (options.json === true || options.format === "json") result(renderJson(diagnostics));
  else showDiagnostics(diagnostics, options);
  const denied = options.denyWarnings === true && diagnostics.some(({ severity }) => severity === "warning");
  if (hasErrors(diagnostics) || denied) process.exitCode = 1;
}

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("say everything that is wrong with a program; nothing is written")
    .argument("[file]", "a program, or - for standard input", "cluster.net")
    .addOption(new Option("--format <format>", "how to say it").choices(["text", "json"]).default("text"))
    .option("--json", "one JSON document on standard output")
    .option("--deny-warnings", "a warning is an error")
    .option("--allow-outside", "let includes lie outside the program's folder")
    .action((file: string, _: unknown, command: Command) => run(file, command.optsWithGlobals<CheckOptions>()));
}
