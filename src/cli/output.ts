/** The two streams: results go to standard output, everything else to standard error. */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { renderText } from "../diagnostics/render/text.ts";

export interface OutputOptions {
  readonly color: boolean;
}

/** Colour is for terminals, unless `--no-color` or `NO_COLOR` says otherwise. */
export const wantsColor = (stream: NodeJS.WriteStream, { color }: OutputOptions): "always" | "never" =>
  color && stream.isTTY === true && !process.env.NO_COLOR ? "always" : "never";

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function showDiagnostics(diagnostics: readonly Diagnostic[], options: OutputOptions): void {
  if (diagnostics.length > 0)
    process.stderr.write(renderText(diagnostics, { color: wantsColor(process.stderr, options) }));
}

export function result(text: string): void {
  process.stdout.write(text);
}
