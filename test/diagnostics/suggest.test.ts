import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { nearest } from "../../src/diagnostics/suggest.ts";

/** Optimal string alignment by the book, without a bound. */
function edits(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, y) => Array.from({ length: b.length + 1 }, (_, x) => x + y));
  for (let y = 1; y <= a.length; y++) {
    for (let x = 1; x <= b.length; x++) {
      const same = a[y - 1] === b[x - 1] ? 0 : 1;
      let least = Math.min(table[y - 1]![x - 1]! + same, table[y - 1]![x]! + 1, table[y]![x - 1]! + 1);
      if (x > 1 && y > 1 && a[y - 1] === b[x - 2] && a[y - 2] === b[x - 1]) {
        least = Math.min(least, table[y - 2]![x - 2]! + 1);
      }
      table[y]![x] = least;
    }
  }
  return table[a.length]![b.length]!;
}

const word = fc.string({ unit: fc.constantFrom(..."abcd1-"), minLength: 1, maxLength: 10 });

test("the nearest is the one with the fewest edits within the limit", () => {
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 12 }), fc.nat({ max: 4 }), (wrong, candidates, limit) => {
      const best = candidates
        .filter((name) => name !== wrong)
        .map((name) => ({ name, distance: edits(wrong, name) }))
        .filter(({ name, distance }) => distance <= limit && distance < Math.max(name.length, wrong.length))
        .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))[0];
      assert.equal(nearest(wrong, candidates, limit), best?.name ?? null);
    }),
    { numRuns: 3000 },
  );
});

test("a slip is mended and a stranger is not", () => {
  const cases: readonly (readonly [string, readonly string[], string | null])[] = [
    ["bb", ["a", "b", "web"], "b"],
    ["x", ["a", "b"], null],
    ["A", ["a", "b"], "a"],
    ["srevice", ["service", "node", "pod"], "service"],
    ["masqerade", ["masquerade", "mark"], "masquerade"],
    ["frontend", ["backend", "database"], null],
    ["node1", ["node2", "node3"], "node2"],
    ["web", ["shop/web", "shop/db"], "shop/web"],
    ["web", ["shop/web", "blog/web"], null],
    ["shop/database", ["database", "node"], "database"],
    ["shop/database", ["staging/database"], null],
    ["b", [], null],
    ["", ["a"], null],
    ["日本", ["日本語", "中国"], "日本語"],
  ];
  for (const [wrong, candidates, expected] of cases) assert.equal(nearest(wrong, candidates), expected, wrong);
});

test("2,000 misses among 10,000 candidates are a matter of moments", () => {
  const candidates = Array.from({ length: 10_000 }, (_, at) => `service-${String(at).padStart(5, "0")}`);
  for (let at = 0; at < 2000; at++) nearest(`backend-${String(at).padStart(5, "0")}`, candidates);
});
