import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Comment } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { textAt } from "./plain.ts";

const said = (comments: readonly Comment[]) => comments.map(({ place, text }) => `${place}:${text}`);
const placesIn = (text: string) => {
  const { statements, comments } = parse(text);
  return [...statements.map((statement) => said(statement.comments)), said(comments)];
};

test("before, inside and after, each beside its statement", () => {
  const text = `# one
# two

pod a 10.0.0.1 on n # three
  # four
service web 10.96.0.1 { # five
  # six
  80 -> # seven
    a # eight
  # nine
} # ten
# eleven`;
  assert.deepEqual(placesIn(text), [
    ["before: one", "before: two", "after: three"],
    ["before: four", "inside: five", "inside: six", "inside: seven", "inside: eight", "inside: nine", "after: ten"],
    ["before: eleven"],
  ]);
});

test("behind `;` a comment belongs to the statement on its line", () => {
  assert.deepEqual(placesIn("hairpin a; hairpin b ; # c\n# d\nhairpin e"), [[], ["after: c"], ["before: d"], []]);
});

test("a file of comments only, and one without a newline at its end", () => {
  assert.deepEqual(placesIn("# a  \n#b"), [["before: a", "before:b"]]);
  assert.deepEqual(placesIn("hairpin a #"), [["after:"], []]);
});

test("broken statements keep theirs, those behind the error go with what is read anew", () => {
  assert.deepEqual(placesIn("# a\npod # b\n# c\nfoo # d\n# e\nhairpin x"), [
    ["before: a", "after: b"],
    ["before: c", "after: d"],
    ["before: e"],
    [],
  ]);
  assert.deepEqual(placesIn("service x 10.0.0.1 { # a\n  80 -> b # b\n# c\npod q 10.0.0.1 on n # d\n} # e\n# f"), [
    ["inside: a", "after: b"],
    ["before: c", "after: d"],
    ["after: e"],
    ["before: f"],
  ]);
  assert.deepEqual(placesIn("allow = a, # a\n # b\n pod, # c\n b # d"), [
    ["after: a"],
    ["before: b", "inside: c", "after: d"],
    [],
  ]);
});

test("spans hold the comment from its `#`, without blanks at its end", () => {
  const text = "hairpin a # x \t\r\n#y\r\n";
  const { statements, comments } = parse(text);
  assert.deepEqual(
    [...statements.flatMap((statement) => statement.comments), ...comments].map(({ span }) => textAt(text, span)),
    ["# x", "#y"],
  );
});

const piece = fc.constantFrom(
  ...[
    "pod a 10.0.0.1 on n",
    "service x 10.0.0.1 {",
    "80 -> a",
    "}",
    "group g = a,",
    "->",
    "pod,",
    "foo",
    "→",
    '"',
    "b",
    "{",
    "allow",
    "mark",
  ],
  ...["\n", "\n", "\n", "\r\n", ";", " ", ","],
);
const withComments = fc.array(fc.oneof({ weight: 3, arbitrary: piece }, { weight: 1, arbitrary: fc.constant("#") }), {
  maxLength: 40,
});

test("every comment is in exactly one place, in its order, whatever the text", () => {
  fc.assert(
    fc.property(withComments, (pieces) => {
      let count = 0;
      const text = pieces.map((each) => (each === "#" ? `#c${count++}\n` : `${each} `)).join("");
      const { statements, comments } = parse(text);
      const all = [...statements.flatMap((statement) => statement.comments), ...comments];
      // An open quote takes in the rest of its line.
      const expected = text
        .split("\n")
        .flatMap((line) => /^[^"#]*(?:"[^"]+"[^"#]*)*(?:""[^"#]*)*#(c\d+)$/.exec(line)?.[1] ?? []);
      assert.deepEqual(
        all.map((comment) => comment.text).filter((each) => expected.includes(each)),
        expected,
      );
      assert.equal(new Set(all.map(({ span }) => span.start)).size, all.length);
      for (const comment of all) assert.equal(textAt(text, comment.span), `#${comment.text}`);
    }),
    { numRuns: 2000 },
  );
});
