/** What the golden programs compile to without a mutation. */

import { chanceOf } from "../draw.ts";
import { type Bundler, loaded } from "./bundle.ts";
import { type NodeOfProgram, programNodes } from "./programs.ts";
import { bareText, type Outputs, type Rules, rulesIn } from "./rules.ts";
import { shuffled } from "./select.ts";

export interface Golden extends NodeOfProgram {
  readonly outputs: Outputs;
  readonly rules: readonly Rules[];
  /** Without comments, by target and form. */
  readonly bare: ReadonlyMap<string, string>;
  readonly size: number;
}

export const keyOf = ({ target, form }: Rules): string => `${target} ${form}`;

/** Programs of more characters are compiled behind the others. */
export const LONG = 300_000;

/** In an order that brings programs of all kinds early, long ones last. */
export async function goldenNodes(bundler: Bundler): Promise<readonly Golden[]> {
  const plain = loaded(await bundler.bundle(new Map()));
  return shuffled(programNodes(), chanceOf(1))
    .map((of): Golden => {
      const outputs = plain.textsOf(of.cluster, of.node);
      const rules = rulesIn(outputs);
      const bare = new Map(rules.map((each) => [keyOf(each), bareText(each)]));
      return { ...of, outputs, rules, bare, size: rules.reduce((sum, { text }) => sum + text.length, 0) };
    })
    .sort((a, b) => Number(a.size > LONG) - Number(b.size > LONG));
}
