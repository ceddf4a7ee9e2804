/** A few mutants of the source, as `npm run mutants -- --code` tries many, and faults planted in what plan and reference share. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Campaign, campaign } from "./code-mutants/campaign.ts";
import { applied } from "./code-mutants/mutation.ts";
import { mutationsOf } from "./code-mutants/mutations.ts";
import { mutationOf, PLANTED } from "./code-mutants/planted.ts";
import { shown, survivors } from "./code-mutants/report.ts";

const SEED = 7;
const COUNT = 24;
const DEPTH = { isLong: false, nodes: 4, texts: 2 };

let known: Promise<Campaign> | null = null;
function sample(): Promise<Campaign> {
  known ??= campaign({
    ...{ seed: SEED, count: COUNT, each: null, only: "", depth: DEPTH },
    further: (files) => PLANTED.map((planted) => mutationOf(planted, files)),
  });
  return known;
}

test("what is mutated is what plan and emit run beyond the bound cluster", async () => {
  const paths = (await sample()).files.map(({ path }) => path);
  for (const path of [
    "src/plan/topics/policy.ts",
    "src/emit/nft/print.ts",
    "src/cluster/sides.ts",
    "src/address/prefix.ts",
  ])
    assert.ok(paths.includes(path), path);
  assert.deepEqual(
    paths.filter((path) =>
      /^(?:grammar|src\/(?:cli|verify|packetset|diagnostics|cluster\/(?:bind|laws)))\b/.test(path),
    ),
    [],
  );
});

test("mutants of a text: each is another text, and none touches types", () => {
  const text = "const f = (a: 1 | 2, b?: number): string[] => (a < 2 && b !== 0 ? [...g(a, b ?? 7)] : []);";
  const mutants = mutationsOf("f.ts", text).map((mutation) => applied(text, mutation));
  assert.equal(new Set([text, ...mutants]).size, mutants.length + 1);
  assert.deepEqual(
    mutants.filter((mutant) => !mutant.startsWith("const f = (a: 1 | 2, b?: number): string[] => (")),
    [],
  );
  for (const part of ["(a <= 2)", "(a >= 2)", "(false)", "g(b ?? 7, a)", "(b)", "(7 + 1)", "([])", "|| ("])
    assert.ok(
      mutants.some((mutant) => mutant.includes(part)),
      part,
    );
});

test("no mutant of the code that changes a rule is proved", async () => {
  const { tried, files } = await sample();
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const drawn = tried.slice(0, COUNT);
  assert.deepEqual(
    survivors(drawn).map((each) => shown(each, texts)),
    [],
  );
});

test("mutants are compiled, refuted, and found to be without effect", async () => {
  const drawn = (await sample()).tried.slice(0, COUNT);
  const count = (kind: string): number => drawn.filter(({ verdict }) => verdict.kind === kind).length;
  assert.equal(drawn.length, COUNT);
  assert.ok(count("refuted") >= COUNT / 4, `${count("refuted")} refuted`);
  assert.ok(count("stopped") + count("no rule") < (COUNT * 3) / 4);
  const unbuilt = drawn.filter(
    ({ verdict }) => verdict.kind === "stopped" && verdict.reason.startsWith("does not build"),
  );
  assert.deepEqual(unbuilt, []);
});

for (const { title } of PLANTED)
  test(`planted in code that plan and reference share: ${title}`, async () => {
    const { tried } = await sample();
    const { verdict } = tried.find(({ mutation }) => mutation.kind === title)!;
    assert.equal(verdict.kind, "refuted", JSON.stringify(verdict, null, 1));
  });
