import { type Command, Option } from "commander";
import { type DiffOptions, runDiff } from "../diff/run.ts";

export function addDiff(program: Command): void {
  program
    .command("diff")
    .description("say what changes between two programs, by node: the plan in words, then every file")
    .argument("<old>", "a program, a folder that compile -o wrote, or REV:FILE in git")
    .argument("<new>", "the same")
    .option("--stat", "count the lines of each plan and file instead")
    .addOption(new Option("--format <format>", "how to say it").choices(["text", "json", "markdown"]).default("text"))
    .option("--json", "one JSON document on standard output")
    .option("--allow-outside", "let includes lie outside the program's folder")
    .action((old: string, next: string, _: unknown, command: Command) =>
      runDiff(old, next, command.optsWithGlobals<DiffOptions>()),
    );
}
