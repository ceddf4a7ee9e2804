/** The texts that are mutated: outputs of golden programs that together use every kind of statement, short enough to be loaded in milliseconds. */
import { goldenSamples, type Sample } from "../corpus.ts";

export interface Seed {
  readonly name: string;
  readonly target: Sample["target"];
  readonly form: Sample["form"];
  readonly text: string;
}

const MOST_LINES = 80;

/** Those that show a statement which no shorter program has. */
const LONGER = /^(?:38|54|56|57|61|62|65|68|71)-/;
const MOST_LINES_OF_LONGER = 230;

const isShort = ({ program, text }: Sample): boolean =>
  text.split("\n").length <= (LONGER.test(program) ? MOST_LINES_OF_LONGER : MOST_LINES);

/** A text without a rule has nothing to be misread. */
const saysSomething = ({ target, text }: Sample): boolean =>
  target === "nft" ? /^\t\t(?!type|typeof)/m.test(text) : /^-A /m.test(text);

/** Each text once: many nodes get the same. */
export function seedTexts(): readonly Seed[] {
  const found = new Map<string, Seed>();
  for (const sample of goldenSamples()) {
    const { program, node, target, form, text } = sample;
    if (!isShort(sample) || !saysSomething(sample) || found.has(target + form + text)) continue;
    found.set(target + form + text, { name: `${program} ${node.name}`, target, form, text });
  }
  return [...found.values()];
}
