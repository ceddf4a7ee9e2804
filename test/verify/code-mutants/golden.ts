/** What the golden programs compile to without a mutation. */
import { type Bundler, loaded } from "./bundle.ts";
import { type NodeOfProgram, programNodes } from "./programs.ts";
import { bareText, type Outputs, type Rules, rulesIn } from "./rules.ts";

export interface Golden extends NodeOfProgram {
  readonly outputs: Outputs;
  readonly rules: readonly Rules[];
  /** Without comments, by target and form. */
  readonly bare: ReadonlyMap<string, string>;
  readonly size: number;
}

export const keyOf = ({ target, form }: Rules): string => `${target} ${form}`;

/** Short ones first. */
export async function goldenNodes(bundler: Bundler): Promise<readonly Golden[]> {
  const plain = loaded(await bundler.bundle(new Map()));
  return programNodes()
    .map((of): Golden => {
      const outputs = plain.textsOf(of.cluster, of.node);
      const rules = rulesIn(outputs);
      const bare = new Map(rules.map((each) => [keyOf(each), bareText(each)]));
      return { ...of, outputs, rules, bare, size: rules.reduce((sum, { text }) => sum + text.length, 0) };
    })
    .sort((a, b) => a.size - b.size);
}
