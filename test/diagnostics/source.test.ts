import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lineText, positionOf } from "../../src/diagnostics/source.ts";
import { at, source } from "./sample.ts";

const placeOf = (text: string, word: string) => {
  const origin = at(source(text), word);
  const { line, column } = positionOf(origin.source, origin.span.start);
  return [line, column];
};

test("CRLF, LF and a byte-order mark give the same places", () => {
  const lf = "pod a 10.244.1.10 on node1\n\tpod é 10.244.1.999 on node1\n";
  for (const text of [lf, lf.replaceAll("\n", "\r\n"), `\ufeff${lf}`]) {
    assert.deepEqual(placeOf(text, "a 10"), [1, 5]);
    assert.deepEqual(placeOf(text, "10.244.1.999"), [2, 8]);
  }
});

test("columns count UTF-16 units", () => {
  assert.deepEqual(placeOf('pod "日本🚀" 10.244.1.999', "10.244"), [1, 12]);
});

test("a line is its text without its end, its mark, or the next line", () => {
  const lined = source("\ufeffone\r\n\r\ntwo\rtwo\nthree");
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((line) => lineText(lined, line)),
    ["one", "", "two\rtwo", "three", ""],
  );
  assert.equal(lineText(source("\ufeff"), 1), "");
  assert.equal(lineText(source("\n"), 1), "");
  assert.equal(lineText(source(""), 1), "");
});

test("an offset is where its position says", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r\n", "\t", "日", "🚀") }), (text) => {
      const read = source(text);
      for (let offset = 0; offset <= text.length; offset++) {
        const before = text.slice(0, offset).split("\n");
        assert.deepEqual(positionOf(read, offset), { line: before.length, column: before.at(-1)!.length + 1 });
      }
      text.split("\n").forEach((line, index) => {
        assert.equal(lineText(read, index + 1), line.replace(/\r$/, ""));
      });
    }),
  );
});

test("an offset behind the end is the end", () => {
  assert.deepEqual(positionOf(source("ab\ncd"), 99), { line: 2, column: 3 });
});
