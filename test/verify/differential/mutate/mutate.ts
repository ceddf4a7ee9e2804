/** One to three mutations of a text; those that leave a text plausible are drawn more often than the rest. */
import type { Random } from "../random.ts";
import * as bytes from "./bytes.ts";
import * as clauses from "./clauses.ts";
import type { Corpus, Mutation } from "./kind.ts";
import * as lines from "./lines.ts";
import * as words from "./words.ts";

/** How often each is drawn. */
const WEIGHTS: readonly (readonly [Mutation, number])[] = [
  [bytes.insertByte, 3],
  [bytes.replaceByte, 3],
  [bytes.deleteByte, 3],
  [bytes.insertIntoQuotes, 8],
  [bytes.insertIntoRemark, 2],
  [bytes.changeBlank, 5],
  [bytes.changeEnds, 4],
  [bytes.beginWithMark, 1],
  [words.replaceAlike, 14],
  [words.changeDigit, 8],
  [words.replaceWord, 2],
  [words.endanger, 5],
  [words.insertWord, 4],
  [words.doubleWord, 2],
  [words.dropWord, 3],
  [words.swapWords, 3],
  [words.rename, 7],
  [words.changeQuoted, 7],
  [clauses.dropClause, 7],
  [clauses.doubleClause, 3],
  [clauses.swapClauses, 6],
  [clauses.insertClause, 8],
  [clauses.replaceClause, 6],
  [lines.dropLine, 3],
  [lines.doubleLine, 5],
  [lines.swapLines, 6],
  [lines.joinLines, 2],
  [lines.splitLine, 2],
  [lines.hideLine, 3],
  [lines.emptyLine, 3],
  [lines.insertRule, 6],
  [lines.longRemark, 3],
  [lines.longLine, 2],
  [lines.cutEnd, 2],
];

const BAG: readonly Mutation[] = WEIGHTS.flatMap(([mutation, weight]) =>
  Array.from({ length: weight }, () => mutation),
);

/** A mutation that finds nothing to change leaves the text: then another one is drawn. */
function mutateOnce(random: Random, text: string, corpus: Corpus): string {
  for (let tries = 0; tries < 8; tries += 1) {
    const other = random.one(BAG)(random, text, corpus);
    if (other !== text) return other;
  }
  return text;
}

export function mutated(random: Random, text: string, corpus: Corpus): string {
  const count = random.one([1, 1, 1, 1, 2, 2, 3]);
  let left = text;
  for (let done = 0; done < count; done += 1) left = mutateOnce(random, left, corpus);
  return left;
}
