/** A few mutants of every kind, as `npm run mutants` judges many. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { goldenSamples, type Sample } from "./corpus.ts";
import { KINDS, mutants } from "./mutants/make.ts";
import { isSound, shown } from "./mutants/report.ts";
import { scriptMutants } from "./mutants/scripts.ts";
import { judgedAlone, verdictOf } from "./mutants/verdict.ts";

const SEED = 7;
const EACH = 2;

let known: readonly Sample[] | null = null;
function samples(): readonly Sample[] {
  known ??= goldenSamples();
  return known;
}

test("no mutant of a golden text that means something else is proved", () => {
  const judged = mutants(samples(), EACH, SEED).map((mutant) => ({ mutant, verdict: verdictOf(mutant) }));
  const kinds = new Set(judged.map(({ mutant }) => mutant.kind));
  assert.deepEqual(
    KINDS.filter(({ name }) => !kinds.has(name)),
    [],
  );
  assert.deepEqual(judged.filter((each) => !isSound([each])).map(shown), []);
  assert.ok(judged.filter(({ verdict }) => verdict.kind === "refuted").length > judged.length / 3);
});

test("no script that is not netc's own passes for it", () => {
  const made = scriptMutants(samples(), 1, SEED);
  assert.deepEqual(
    made.filter(({ isClean }) => isClean),
    [],
  );
  assert.ok(made.length > 5);
});

/** Kinds that change no packet's fate: the judge has to say so, whatever the proof reads of them. */
const HARMLESS = [
  "one mark as two",
  "a mark twice",
  "counters",
  "a port in another spelling",
  "a mask in another spelling",
  "a tab for a blank",
  "a set's own timeout",
];

test("the judge tells no text from one that says the same in other words", () => {
  const made = mutants(samples(), EACH, SEED).filter(({ kind }) => HARMLESS.includes(kind));
  assert.deepEqual([...new Set(made.map(({ kind }) => kind))].sort(), [...HARMLESS].sort());
  for (const mutant of made) {
    const verdict = judgedAlone(mutant);
    assert.equal(verdict.kind, "equivalent", shown({ mutant, verdict }));
  }
});
