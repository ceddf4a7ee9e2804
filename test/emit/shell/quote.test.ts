import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import fc from "fast-check";
import { comment, hereDocument, quote } from "../../../src/emit/shell/quote.ts";
import { HOSTILE } from "./sample.ts";

const sh = (script: string): string => {
  const { stdout, stderr, status } = spawnSync("sh", ["-eu"], { input: script, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout;
};

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~=%-, \t\na1"), maxLength: 30 }),
);
const anyArgument = anyText.filter((text) => !text.includes("\0"));

const words = (texts: readonly string[]) =>
  sh(`printf '%s\\0' ${texts.map(quote).join(" ")}`)
    .split("\0")
    .slice(0, -1);

test("a shell reads a quoted text as that text and nothing else", () => {
  assert.deepEqual(words(HOSTILE), HOSTILE);
  fc.assert(
    fc.property(fc.array(anyArgument, { minLength: 1, maxLength: 40 }), (texts) => {
      assert.deepEqual(words(texts), texts);
    }),
    { numRuns: 60 },
  );
});

test("what no shell could misread stands without quotes", () => {
  for (const text of ["10.244.2.0/24", "fd00::a", "veth-pod-a", "-4", "net/ipv4/ip_forward"])
    assert.equal(quote(text), text);
  assert.equal(quote(""), "''");
});

test("a comment never ends before its line does", () => {
  fc.assert(
    fc.property(anyArgument, (text) => {
      assert.equal(sh(`# ${comment(text)}\necho done`), "done\n");
    }),
    { numRuns: 60 },
  );
});

test("a here-document hands on every line, whichever they are", () => {
  const line = fc.oneof(anyArgument, fc.constantFrom("END", "END-", "END--", "'END'", "$(id)"));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const text = lines.map((one) => `${one}\n`).join("");
      assert.equal(sh(hereDocument("cat", "END", text)), text);
    }),
    { numRuns: 60 },
  );
  assert.equal(sh(hereDocument("cat", "END", "no end of line")), "no end of line\n");
});
