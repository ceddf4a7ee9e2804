/** A program that a command goes on with. */
import type { Cluster } from "../cluster/cluster.ts";
import { analyze } from "../compile.ts";
import { hasErrors } from "../diagnostics/diagnostic.ts";
import { readProgram } from "./host.ts";
import { type OutputOptions, showDiagnostics } from "./output.ts";
import { recording, type Sources } from "./sources.ts";

export interface Analyzed {
  readonly cluster: Cluster;
  /** For a thread that compiles it again. */
  readonly sources: () => Sources;
}

/** Shows what is wrong with a program; `null`, and exit code 1, where it has errors. */
export function analyzed(file: string, options: OutputOptions & { readonly allowOutside?: boolean }): Analyzed | null {
  const { program, sources } = recording(readProgram(file, { allowOutside: options.allowOutside === true }));
  const { value: cluster, diagnostics } = analyze(program.root, program.open);
  showDiagnostics(diagnostics, options);
  if (!hasErrors(diagnostics)) return { cluster, sources };
  process.exitCode = 1;
  return null;
}
