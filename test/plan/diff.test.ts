import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diffPlans } from "../../src/plan/diff.ts";
import { editsBetween } from "../../src/plan/edits.ts";
import { planJson } from "../../src/plan/json.ts";
import { isSamePlan } from "../../src/plan/same.ts";
import * as arbitrary from "./arbitrary.ts";
import { planOf } from "./json-plan.ts";

/** `old` with the edits made. */
function edited(old: readonly string[], next: readonly string[]): readonly string[] {
  const made: string[] = [];
  let at = 0;
  for (const { oldStart, oldEnd, newStart, newEnd } of editsBetween(old, next)) {
    assert.ok(oldStart >= at && oldEnd >= oldStart && newEnd >= newStart && oldEnd - oldStart + newEnd - newStart > 0);
    made.push(...old.slice(at, oldStart), ...next.slice(newStart, newEnd));
    at = oldEnd;
  }
  return [...made, ...old.slice(at)];
}

test("edits turn the old lines into the new ones, and equal lines have none", () => {
  const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h"), { maxLength: 40 });
  fc.assert(
    fc.property(lines, lines, (old, next) => {
      assert.deepEqual(edited(old, next), next);
      assert.deepEqual(editsBetween(old, old), []);
    }),
  );
});

test("a line put in among many is one edit", () => {
  const old = Array.from({ length: 1000 }, (_, at) => `line ${at}`);
  const next = old.toSpliced(500, 0, "new");
  assert.deepEqual(editsBetween(old, next), [{ oldStart: 500, oldEnd: 500, newStart: 500, newEnd: 501 }]);
});

test("texts of 100,000 lines are compared, whatever changed", () => {
  const old = Array.from({ length: 100_000 }, (_, at) => `-A CHAIN -d 10.${at} -j DNAT`);
  assert.equal(
    editsBetween(
      old,
      old.map((line, at) => (at % 10 === 0 ? `${line} x` : line)),
    ).length,
    10_000,
  );
  assert.equal(
    editsBetween(
      old,
      old.map((line) => `${line} x`),
    ).length,
    1,
  );
  assert.ok(editsBetween(old, old.toReversed()).length > 0);
  const same = Array.from({ length: 50_000 }, () => "}");
  editsBetween([...same, "x", ...same], [...same, "y", ...same, "z"]);
});

const rule = (statement: string, source: string) => ({
  statement,
  match: { source: [source] },
  action: "drop" as const,
  log: null,
});

test("two plans differ by paragraph, a rule that moves goes and comes", () => {
  const [a, b] = [rule("deny a -> any", "10.0.0.1/32"), rule("deny b -> any", "10.0.0.2/32")];
  assert.deepEqual(diffPlans(planOf({ policy: [a, b] }), planOf({ policy: [a, b] })), []);
  assert.deepEqual(diffPlans(planOf({ policy: [a] }), planOf({ policy: [a, b] })), [
    { title: "policy, to the node", lines: [{ kind: "added", text: "drop everything from 10.0.0.2 [deny b -> any]" }] },
  ]);
  const [moved] = diffPlans(planOf({ policy: [a, b] }), planOf({ policy: [b, a] }));
  assert.deepEqual(moved?.lines.map(({ kind }) => kind).sort(), ["added", "removed"]);
});

test("a member of a long list is shown under its rule", () => {
  const sources = Array.from({ length: 10 }, (_, at) => `10.0.${at * 2}.0/24`);
  const long = (source: string[]) =>
    planOf({ policy: [{ statement: "deny many -> any", match: { source }, action: "drop", log: null }] });
  assert.deepEqual(diffPlans(long(sources), long(sources.toSpliced(5, 1)))[0]?.lines, [
    { kind: "kept", text: "drop everything from any of those below [deny many -> any]" },
    { kind: "removed", text: "  from 10.0.10.0/24" },
  ]);
});

test("a node that is new, or gone, is all of its plan", () => {
  const plan = planOf({ policy: [rule("deny a -> any", "10.0.0.1/32")] });
  assert.deepEqual(
    diffPlans(null, plan)[0]?.lines.map(({ kind }) => kind),
    ["added"],
  );
  assert.deepEqual(
    diffPlans(plan, null)[0]?.lines.map(({ kind }) => kind),
    ["removed"],
  );
});

test("plans are the same exactly where their plan.json is", () => {
  fc.assert(
    fc.property(arbitrary.plan, arbitrary.plan, fc.nat(), (one, other, at) => {
      assert.equal(isSamePlan(one, other), planJson(one) === planJson(other));
      assert.ok(isSamePlan(one, structuredClone(one)));
      const elsewhere = { source: { path: "other.net", text: "" }, span: { start: at, end: at } };
      const moved = { ...one, routes: one.routes.map((route) => ({ ...route, origin: elsewhere })) };
      assert.ok(isSamePlan(one, moved));
    }),
  );
});
