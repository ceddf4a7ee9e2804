import type { Command } from "commander";
import { parse } from "../../../grammar/parse.ts";
import { print } from "../../../grammar/printer.ts";
import { fromFault } from "../../compile.ts";
import type { Source } from "../../diagnostics/source.ts";
import { readProgram } from "../host.ts";
import { type OutputOptions, result, showDiagnostics } from "../output.ts";
import { rewrite } from "../rewrite.ts";

interface FmtOptions extends OutputOptions {
  readonly check?: boolean;
}

interface Formatted {
  readonly file: string;
  readonly source: Source;
  readonly text: string;
}

/** A file that cannot be read ends the program before anything is written; one with faults is told of and left out. */
function format(files: readonly string[], options: OutputOptions): readonly Formatted[] {
  const sources = files.map((file) => ({ file, source: readProgram(file, { allowOutside: true }).root }));
  const trees = sources.map(({ file, source }) => ({ file, source, tree: parse(source.text) }));
  const diagnostics = trees.flatMap(({ source, tree }) => tree.faults.map((fault) => fromFault(fault, source)));
  showDiagnostics(diagnostics, options);
  if (diagnostics.length > 0) process.exitCode = 1;
  return trees
    .filter(({ tree }) => tree.faults.length === 0)
    .map(({ file, source, tree }) => ({ file, source, text: print(tree, source.text) }));
}

function run(files: readonly string[], options: FmtOptions): void {
  for (const { file, source, text } of format([...new Set(files)], options)) {
    const differs = text !== source.text;
    if (options.check === true) {
      if (!differs) continue;
      result(`${source.path}\n`);
      process.exitCode = 1;
    } else if (file === "-") result(text);
    else if (differs) rewrite(file, text);
  }
}

export function addFmt(program: Command): void {
  program
    .command("fmt")
    .description("lay programs out in the one canonical way, in place")
    .argument("[file...]", "programs, or - to filter standard input", ["cluster.net"])
    .option("--check", "write nothing: list the files that differ, and exit 1 if there are any")
    .action((files: readonly string[], _: unknown, command: Command) =>
      run(files, command.optsWithGlobals<FmtOptions>()),
    );
}
