/** Every mutation of a source file. */
import type { Mutation, Operator } from "./mutation.ts";
import { CALLS } from "./operators/calls.ts";
import { CONDITIONS } from "./operators/conditions.ts";
import { STATEMENTS } from "./operators/statements.ts";
import { VALUES } from "./operators/values.ts";
import { type Node, treeOf, walk } from "./syntax.ts";

const OPERATORS: readonly Operator[] = [...CONDITIONS, ...VALUES, ...CALLS, ...STATEMENTS];

/** In the order of the text, no two that make the same text of it. */
export function mutationsOf(file: string, text: string): readonly Mutation[] {
  const found = new Map<string, Mutation>();
  const textOf = ({ start, end, extra }: Node): string => {
    const own = text.slice(start, end);
    return (extra as { readonly parenthesized?: boolean } | undefined)?.parenthesized === true ? `(${own})` : own;
  };
  walk(treeOf(text), (node, around) => {
    for (const operator of OPERATORS) {
      for (const change of operator({ node, around, textOf })) {
        const { kind, start, end, text: mutated } = change;
        if (mutated === `(${text.slice(start, end)})`) continue;
        found.set(`${start} ${end} ${mutated}`, { file, kind, start, end, mutated });
      }
    }
  });
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
