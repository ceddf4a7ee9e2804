/** A few mutants of every kind, as `npm run mutants` judges many. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { goldenSamples } from "./corpus.ts";
import { KINDS, mutants } from "./mutants/make.ts";
import { isSound, shown } from "./mutants/report.ts";
import { verdictOf } from "./mutants/verdict.ts";

const SEED = 7;
const EACH = 3;

test("no mutant of a golden text that means something else is proved", () => {
  const judged = mutants(goldenSamples(), EACH, SEED).map((mutant) => ({ mutant, verdict: verdictOf(mutant) }));
  const kinds = new Set(judged.map(({ mutant }) => mutant.kind));
  assert.deepEqual(
    KINDS.filter(({ name }) => !kinds.has(name)),
    [],
  );
  assert.deepEqual(judged.filter((each) => !isSound([each])).map(shown), []);
  assert.ok(judged.filter(({ verdict }) => verdict.kind === "refuted").length > judged.length / 2);
});
