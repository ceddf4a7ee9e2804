import assert from "node:assert/strict";
import { basename } from "node:path";
import { test } from "node:test";
import { createTwoFilesPatch } from "diff";
import { catalogue } from "../../src/diagnostics/codes/catalogue.ts";
import { planSchema } from "../../src/plan/schema.ts";
import { acceptedOf, errorPrograms, outputsOf, programs } from "./golden.ts";

/** One text of what differs between accepted and now; empty when nothing does. */
function differences(folder: string): string {
  const now = outputsOf(folder);
  const accepted = acceptedOf(folder);
  const paths = [...new Set([...accepted.keys(), ...now.keys()])].sort();
  return paths
    .filter((path) => accepted.get(path) !== now.get(path))
    .map((path) => createTwoFilesPatch(`${folder}/${path}`, `${folder}/${path}`, accepted.get(path) ?? "", now.get(path) ?? "", "accepted", "now"))
    .join("\n");
}

for (const folder of programs()) {
  test(`golden: ${folder}`, () => {
    const difference = differences(folder);
    assert.equal(difference, "", `${difference}\nnpm run golden:accept rewrites what you can explain line by line`);
    assert.ok(outputsOf(folder).has("stderr.txt") === acceptedOf(folder).has("stderr.txt"));
    assert.ok([...acceptedOf(folder).keys()].some((path) => path.endsWith("rules.v4")), "it compiles");
  });

  test(`golden: ${folder} has a plan of the published shape`, () => {
    for (const [path, text] of outputsOf(folder)) if (path.endsWith("plan.json")) planSchema.parse(JSON.parse(text));
  });
}

for (const folder of errorPrograms()) {
  test(`golden: ${folder}`, () => {
    const difference = differences(folder);
    assert.equal(difference, "", difference);
    const code = Object.keys(catalogue)
      .filter((each) => basename(folder) === each || basename(folder).startsWith(`${each}-`))
      .sort((a, b) => b.length - a.length)[0];
    assert.ok(code !== undefined, `no code is named ${basename(folder)}`);
    assert.match(acceptedOf(folder).get("stderr.txt") ?? "", new RegExp(`^(?:error|warning|note)\\[${code}\\]`, "m"));
  });
}

test("golden: every code has a program that shows it", () => {
  const shown = new Set(errorPrograms().map((folder) => basename(folder)));
  assert.deepEqual(Object.keys(catalogue).filter((code) => !shown.has(code)), []);
});

test("golden: there are programs", () => assert.ok(programs().length >= 20, String(programs().length)));
