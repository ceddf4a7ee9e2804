/** What a refutation says of the program and what it says of the rules are two sentences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWords } from "../../src/cli/proof/words.ts";
import { type Finding, prove } from "../../src/verify/prove.ts";
import { findingsOf } from "./adversary/judge.ts";
import { CLASSES } from "./adversary/lists.ts";
import { goldenSamples } from "./corpus.ts";
import { mutants } from "./mutants/make.ts";

const SEED = 7;
const EACH = 2;

/** The sentence, where both sides have the same one. */
const sameOf = (findings: readonly Finding[]): readonly string[] =>
  findings.flatMap((finding) => {
    if (finding.kind !== "refuted") return [];
    const [program, rules] = bothWords(finding.program, finding.rules, finding.hook);
    return program === rules ? [`${finding.hook}: ${program}`] : [];
  });

test("both sides of a refutation differ in words: the adversary's edits", () => {
  const same = Object.values(CLASSES)
    .flat()
    .flatMap((edit) =>
      sameOf(findingsOf(edit)).map((words) => `${edit.name} (${edit.tool}, IPv${edit.family}): ${words}`),
    );
  assert.deepEqual(same, []);
});

test("both sides of a refutation differ in words: a few mutants of every kind", () => {
  const same = mutants(goldenSamples(), EACH, SEED).flatMap((mutant) => {
    const { cluster, node, target, form } = mutant.sample;
    return sameOf(prove(cluster, node, [{ target, form, text: mutant.text }])).map(
      (words) => `${mutant.kind}: ${words}`,
    );
  });
  assert.deepEqual(same, []);
});
