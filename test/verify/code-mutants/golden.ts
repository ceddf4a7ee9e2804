/** What the golden programs compile to without a mutation, and which code each of them runs. */
import { type Bundler, loaded } from "./bundle.ts";
import { createCoverage } from "./coverage.ts";
import type { SourceFile } from "./files.ts";
import type { Mutation } from "./mutation.ts";
import { type NodeOfProgram, programNodes } from "./programs.ts";
import { bareText, type Outputs, type Rules, rulesIn } from "./rules.ts";

export interface Golden extends NodeOfProgram {
  readonly outputs: Outputs;
  readonly rules: readonly Rules[];
  readonly bare: ReadonlyMap<string, string>;
  readonly size: number;
  readonly ran: ReadonlySet<number>;
}

export const keyOf = ({ target, form }: Rules): string => `${target} ${form}`;

export interface GoldenNodes {
  readonly all: readonly Golden[];
  /** Those that run the code of the mutation, short ones first. */
  readonly running: (mutation: Mutation) => readonly Golden[];
}

export async function goldenNodes(bundler: Bundler, files: readonly SourceFile[]): Promise<GoldenNodes> {
  const coverage = createCoverage(files);
  const plain = loaded(await bundler.bundle(new Map()));
  const probed = loaded(await bundler.bundle(coverage.texts));
  const all = programNodes().map((of): Golden => {
    const outputs = plain.textsOf(of.cluster, of.node);
    const rules = rulesIn(outputs);
    const bare = new Map(rules.map((each) => [keyOf(each), bareText(each)]));
    const ran = coverage.during(() => probed.textsOf(of.cluster, of.node));
    return { ...of, outputs, rules, bare, ran, size: rules.reduce((sum, { text }) => sum + text.length, 0) };
  });
  const byLength = all.toSorted((a, b) => a.size - b.size);
  return {
    all,
    running(mutation) {
      const probe = coverage.probeOf(mutation);
      return probe === null ? byLength : byLength.filter(({ ran }) => ran.has(probe));
    },
  };
}
