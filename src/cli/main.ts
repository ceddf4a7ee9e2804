import { Command, CommanderError } from "commander";
import { visible, visibleText } from "../diagnostics/render/columns.ts";
import { TOO_MANY_RULES } from "../emit/too-many-rules.ts";
import { addCheck } from "./commands/check.ts";
import { addCompile } from "./commands/compile.ts";
import { addDiff } from "./commands/diff.ts";
import { addFmt } from "./commands/fmt.ts";
import { addPlan } from "./commands/plan.ts";
import { addVerify } from "./commands/verify.ts";
import { diskReason } from "./folder/trouble.ts";
import { OutputRefuted } from "./output-refuted.ts";
import { UsageError } from "./usage-error.ts";
import { work } from "./worker.ts";

declare const NETC_VERSION: string;

const EXIT = { tooLarge: 1, usage: 2, bug: 70 } as const;

const TOO_MANY =
  "give one of the lists a range that holds it, or take nft, which looks both up at once: --target nft, --rules nft";

/** A reader that goes away before it has read all (`netc compile | head`) ends the program quietly, but not as done; any other failure says why. */
function onWriteError(stream: NodeJS.WriteStream): void {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.stderr.write(`netc: cannot write: ${diskReason(error)}\n`);
    process.exit(EXIT.usage);
  });
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
    return;
  }
  if (error instanceof UsageError) {
    const advice = error.advice === null ? "" : `      ${visible(error.advice)}\n`;
    process.stderr.write(`netc: ${visible(error.message)}\n${advice}`);
    process.exitCode = EXIT.usage;
    return;
  }
  // A thread hands on an error's name, and not its class.
  if (error instanceof Error && error.name === TOO_MANY_RULES) {
    process.stderr.write(`netc: ${visible(error.message)}\n      ${TOO_MANY}\n`);
    process.exitCode = EXIT.tooLarge;
    return;
  }
  if (error instanceof OutputRefuted) process.stderr.write(error.message);
  const message =
    error instanceof OutputRefuted
      ? "its rules are not proved, and nothing was written"
      : error instanceof Error
        ? `${error.name}: ${error.message}`
        : String(error);
  process.stderr.write(
    `netc: this is a bug of netc's own: ${message}\n      please report it with the program that shows it (arguments: ${visible(process.argv.slice(2).join(" "))}; netc ${NETC_VERSION}, node ${process.version})\n`,
  );
  process.exitCode = EXIT.bug;
}

async function main(): Promise<void> {
  // Else a file that grows too large (ulimit -f) ends the program by this signal, and nobody is told which.
  process.on("SIGXFSZ", () => {});
  onWriteError(process.stdout);
  onWriteError(process.stderr);
  const program = new Command("netc")
    .description("compiles a small network program into what each Linux node needs")
    .version(NETC_VERSION)
    .option("--no-color", "no colour, even on a terminal")
    .showHelpAfterError("(netc help shows the commands)")
    .configureOutput({ outputError: (text, write) => write(visibleText(text)) })
    .exitOverride();
  addCompile(program);
  addCheck(program);
  addPlan(program);
  addDiff(program);
  addVerify(program);
  addFmt(program);
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError(`(netc help ${command.name()} shows its options)`);
  try {
    await program.parseAsync();
  } catch (error) {
    fail(error);
  }
}

/** What a helping thread of `compile -o` calls: it requires this bundle instead of running it. */
export const startThread = work;

if (require.main === module) void main();
