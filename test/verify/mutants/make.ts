/** Mutants of texts, the same ones for the same seed. */

import type { Sample } from "../corpus.ts";
import { type Chance, chanceOf } from "../draw.ts";
import { type Doc, docOf } from "./doc.ts";
import type { Edit, Kind } from "./edit.ts";
import { ACTIONS } from "./kinds/actions.ts";
import { CONDITIONS } from "./kinds/conditions.ts";
import { DECLARED } from "./kinds/declared.ts";
import { EFFECTS } from "./kinds/effects.ts";
import { ELEMENTS } from "./kinds/elements.ts";
import { ORDER } from "./kinds/order.ts";
import { PACKETS } from "./kinds/packets.ts";
import { SENDERS } from "./kinds/senders.ts";
import { TEXT } from "./kinds/text.ts";

export const KINDS: readonly Kind[] = [
  ...ORDER,
  ...CONDITIONS,
  ...ACTIONS,
  ...ELEMENTS,
  ...EFFECTS,
  ...PACKETS,
  ...SENDERS,
  ...DECLARED,
  ...TEXT,
];

export interface Mutant {
  readonly kind: string;
  readonly sample: Sample;
  readonly text: string;
  /** Lines of the text before, and of the text after, from 1. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

const mutantOf = ({ name }: Kind, sample: Sample, { lines, before, after }: Edit): Mutant => ({
  kind: name,
  sample,
  text: lines.join("\n"),
  before: before.map((at) => at + 1),
  after: after.map((at) => at + 1),
});

/** So many of a kind, no text twice; fewer where the samples hold fewer places for it. */
function mutantsOf(kind: Kind, docs: ReadonlyMap<Sample, Doc>, many: number, chance: Chance): readonly Mutant[] {
  const samples = [...docs].filter(([, { tool }]) => kind.of.includes(tool));
  const found = new Map<string, Mutant>();
  for (let tries = 0; tries < many * 200 && found.size < many && samples.length > 0; tries += 1) {
    const [sample, doc] = samples[Math.floor(chance() * samples.length)]!;
    const edit = kind.draw(doc, chance);
    if (edit === null) continue;
    const mutant = mutantOf(kind, sample, edit);
    found.set(`${sample.program} ${sample.node.name} ${sample.target} ${sample.form} ${mutant.text}`, mutant);
  }
  return [...found.values()];
}

/** Lists of thousands of rules hold no kind of rule that a smaller text does not hold as well, and cost the judge hours. */
const LONGEST = 2000;

/** `many`: of each kind. */
export function mutants(samples: readonly Sample[], many: number, seed: number): readonly Mutant[] {
  const docs = new Map(
    samples
      .map((sample) => [sample, docOf(sample.target === "nft" ? "nft" : "iptables", sample.text)] as const)
      .filter(([, { lines }]) => lines.length <= LONGEST),
  );
  return KINDS.flatMap((kind, at) => mutantsOf(kind, docs, many, chanceOf(seed * 1000 + at)));
}

/** The changed lines, as `diff` writes them. */
export function changeOf({ sample, text, before, after }: Mutant): string {
  const [old, now] = [sample.text.split("\n"), text.split("\n")];
  return [
    ...before.map((line) => `- ${line}: ${shownLine(old[line - 1]!)}`),
    ...after.map((line) => `+ ${line}: ${shownLine(now[line - 1]!)}`),
  ].join("\n");
}

/** On one line, what cannot be seen as an escape, and the middle of a long one left out. */
function shownLine(text: string): string {
  const said = JSON.stringify(text.trim()).slice(1, -1).replaceAll('\\"', '"');
  return said.length <= 1000 ? said : `${said.slice(0, 100)} … ${said.slice(-100)}`;
}
