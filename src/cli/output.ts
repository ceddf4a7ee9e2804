/** The two streams: results go to standard output, everything else to standard error. */
import { fstatSync, writeSync } from "node:fs";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { visible } from "../diagnostics/render/columns.ts";
import { renderText } from "../diagnostics/render/text.ts";
import { diskReason } from "./folder/trouble.ts";
import { UsageError } from "./usage-error.ts";

export interface OutputOptions {
  readonly color: boolean;
}

/** Colour is for terminals, unless `--no-color` or `NO_COLOR` says otherwise. */
export const wantsColor = (stream: NodeJS.WriteStream, { color }: OutputOptions): "always" | "never" =>
  color && stream.isTTY === true && !process.env.NO_COLOR ? "always" : "never";

/** What a line names may be anything: a terminal gets no character that it would obey. */
export function say(line: string): void {
  process.stderr.write(`${visible(line)}\n`);
}

export function showDiagnostics(diagnostics: readonly Diagnostic[], options: OutputOptions): void {
  if (diagnostics.length > 0)
    process.stderr.write(renderText(diagnostics, { color: wantsColor(process.stderr, options) }));
}

const STANDARD_OUTPUT = 1;

/** Throws a UsageError where not all of it can be written. A pipe or a terminal is written later: its errors come as events (main.ts). */
export function result(text: string): void {
  if (!isFile(STANDARD_OUTPUT)) {
    process.stdout.write(text);
    return;
  }
  try {
    writeWhole(STANDARD_OUTPUT, text);
  } catch (error) {
    throw new UsageError(`cannot write standard output: ${diskReason(error)}`, "what was written is not whole");
  }
}

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

/** A full disk writes a part, and says so to the next write only: Node's own stream asks no more. */
export function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
