import assert from "node:assert/strict";
import { test } from "node:test";
import { createLexer } from "../../grammar/lexer.ts";
import { parse } from "../../grammar/parse.ts";

/** The same numbers on each run. */
function noise(length: number, units: readonly string[]): string {
  let state = 7;
  const parts: string[] = [];
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    parts.push(units[(state >>> 8) % units.length]!);
  }
  return parts.join("");
}

const BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));
const WORDS = [
  "pod ",
  "service ",
  "a",
  "node",
  " ",
  "\n",
  "{",
  "}",
  ",",
  ",\n",
  "->",
  "=",
  ":",
  "80",
  "10.0.0.1",
  "allow ",
  ";",
  "[",
  "#",
  '"',
  " on ",
  "→",
];

/** Texts made to go wrong, each of a size that grows with `n`. */
const HOSTILE: Readonly<Record<string, (n: number) => string>> = {
  "random bytes": (n) => noise(n * 10, BYTES),
  "random words": (n) => noise(n * 4, WORDS),
  "random lists of keywords": (n) => noise(n * 4, ["pod", "node", ",\n", ",\n", " ", "a", "->\n", "{\n"]),
  "blocks never closed": (n) => "service x 10.0.0.1 {\n".repeat(n),
  "lists never ended": (n) => "group g = a,\n".repeat(n),
  "keywords as items": (n) => `group = a,\n${"pod,\n".repeat(n)}`,
  "keywords as items in a block": (n) => `service x 10.0.0.1 {\n 80 -> a b,\n${"pod,\n".repeat(n)}`,
  "open quotes on one line": (n) => '"'.repeat(5 * n + 1),
  "open quotes, one a line": (n) => '"\n'.repeat(5 * n),
  "opening braces": (n) => "{".repeat(5 * n),
  "opening braces, one a line": (n) => "{\n".repeat(5 * n),
  "opening brackets": (n) => "[".repeat(5 * n),
  "closing braces, one a line": (n) => "}\n".repeat(5 * n),
  "arrows, one a line": (n) => "a\n->\n".repeat(n),
  "nested services": (n) => "service x 10.0.0.1 { 80 -> ".repeat(n),
  "one long word": (n) => "a".repeat(100 * n),
  "one long number": (n) => "1".repeat(100 * n),
  "dashes behind a word": (n) => `a${"-".repeat(100 * n)}`,
  "hex groups": (n) => "f:".repeat(50 * n),
  "hex on both sides of a colon": (n) => `${"f".repeat(50 * n)}:${"f".repeat(50 * n)}`,
  "dots and digits": (n) => "1.".repeat(50 * n),
  "bad characters between words": (n) => "a\u00a0".repeat(20 * n),
  "lone carriage returns": (n) => "a\r".repeat(20 * n),
  "clauses without end": (n) => `pod a 10.0.0.1${" on n".repeat(5 * n)}`,
  "blank lines behind a statement": (n) => `group g a${"\n".repeat(50 * n)}`,
};

/** Processor time: what other processes do does not count. */
function milliseconds(text: string): number {
  const before = process.cpuUsage();
  parse(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The least of some runs; few are needed where the first is quick. */
function least(text: string, enough: number): number {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 5 && best > enough; run++) best = Math.min(best, milliseconds(text));
  return best;
}

for (const [name, text] of Object.entries(HOSTILE)) {
  test(`${name}: faults, and work that grows as the text does`, () => {
    assert(parse(text(200)).faults.length > 0);
    const small = Math.max(least(text(500), 0), 2);
    // Eight times the text: linear work takes eight times as long, quadratic work sixty-four.
    assert(least(text(4000), small * 20) <= small * 30, name);
  });
}

test("giving back what follows an error hands out each token a bounded number of times", () => {
  for (const [name, text] of Object.entries(HOSTILE)) {
    const given = text(2000);
    const lexer = createLexer(given);
    let count = 0;
    for (let slice = lexer.next(); slice !== null; slice = lexer.next()) {
      count += slice.tokens.length;
      lexer.rewind(slice.tokens[0]!.startOffset + 1);
    }
    assert(count <= 10 * given.length, `${name}: ${count} tokens of ${given.length} characters`);
  }
});

test("deep nesting, long lines and many tokens overflow no stack", () => {
  for (const text of [
    "{".repeat(1e5),
    "service x 10.0.0.1 {".repeat(5e4),
    `allow a -> ${"a, ".repeat(2e5)}`,
    "a".repeat(2e6),
  ]) {
    assert.equal(parse(text).faults.length, 1);
  }
});

test("one statement has few faults, however much is wrong with it", () => {
  for (const text of ["a\u00a0".repeat(1000), `pod a 10.0.0.1${" on n".repeat(1000)}`, `#${"a\u0007".repeat(1000)}`]) {
    assert(parse(text).faults.length <= 10);
  }
});
