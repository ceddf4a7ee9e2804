import { type OutputOptions, result, say, wantsColor } from "../output.ts";
import { renderMarkdown } from "./markdown.ts";
import { colored, plain, renderJson, renderStat, renderText } from "./render.ts";
import { readSide } from "./side.ts";

export interface DiffOptions extends OutputOptions {
  readonly format: "text" | "json" | "markdown";
  readonly json?: boolean;
  readonly stat?: boolean;
  readonly allowOutside?: boolean;
}

export async function runDiff(old: string, next: string, options: DiffOptions): Promise<void> {
  // Only this part is loaded late: what the bundle loads late it parses twice, so it must reach nothing that all commands need.
  const { compareSides } = await import("./compare.ts");
  const reading = { color: options.color, allowOutside: options.allowOutside === true };
  const nodes = compareSides(readSide(old, reading), readSide(next, reading));
  if (options.json === true || options.format === "json") result(renderJson(nodes));
  else if (options.format === "markdown") result(renderMarkdown(nodes));
  else if (options.stat === true) result(renderStat(nodes));
  else result(renderText(nodes, wantsColor(process.stdout, options) === "always" ? colored : plain));
  if (nodes.length === 0) return;
  process.exitCode = 1;
  say("netc: open connections live on: new rules decide what a connection's first packet may do");
}
