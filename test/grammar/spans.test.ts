import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Span, Tree } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { positionOf } from "../../src/diagnostics/source.ts";
import { only, plain, textAt } from "./plain.ts";

/** Each node's kind and the text that its span holds. */
function held(text: string): readonly string[] {
  const found: string[] = [];
  JSON.stringify(only(text), (_, value: unknown) => {
    if (value !== null && typeof value === "object" && "kind" in value && "span" in value)
      found.push(`${value.kind} ${textAt(text, value.span as Span)}`);
    return value;
  });
  return found;
}

test("spans hold what they name", () => {
  assert.deepEqual(held("service s 10.0.0.1 { 80/tcp as x -> a:8080 weight 2, [fd00::1]:80 ; internal local } # c"), [
    "ServiceStatement service s 10.0.0.1 { 80/tcp as x -> a:8080 weight 2, [fd00::1]:80 ; internal local }",
    "NameDef s",
    "AddressLiteral 10.0.0.1",
    "Block { 80/tcp as x -> a:8080 weight 2, [fd00::1]:80 ; internal local }",
    "PortLine 80/tcp as x -> a:8080 weight 2, [fd00::1]:80",
    "PortText 80/tcp",
    "NameDef x",
    "Backend a:8080 weight 2",
    "Endpoint a:8080",
    "NameRef a",
    "PortText 8080",
    "NumberText 2",
    "Backend [fd00::1]:80",
    "Endpoint [fd00::1]:80",
    "AddressLiteral [fd00::1]",
    "PortText 80",
    "InternalLocal internal local",
  ]);
  assert.deepEqual(held('default allow a -> pod/"b c" log "x"'), [
    'PolicyStatement default allow a -> pod/"b c" log "x"',
    "Endpoint a",
    "NameRef a",
    'Endpoint pod/"b c"',
    'NameRef pod/"b c"',
    'Text "x"',
  ]);
  assert.deepEqual(held("expect a -> b reaches c, d as 10.0.0.1"), [
    "ExpectStatement expect a -> b reaches c, d as 10.0.0.1",
    "Endpoint a",
    "NameRef a",
    "Endpoint b",
    "NameRef b",
    "reaches reaches c, d as 10.0.0.1",
    "NameRef c",
    "NameRef d",
    "AddressLiteral 10.0.0.1",
  ]);
});

test("the keyword's place, `default allow` as a whole", () => {
  for (const [text, keyword] of [
    ["  pod a 10.0.0.1", "pod"],
    ["default  deny a -> b", "default  deny"],
    ["mark a", "mark"],
  ] as const) {
    assert.equal(textAt(text, parse(text).statements[0]!.keyword), keyword);
  }
});

const program = "# c\n\tpod é 10.244.1.999 on node1 # d\nservice x 10.0.0.1 {\n  80 ->\n    a\n}\n";

const placed = (text: string) => {
  const source = { path: "x.net", text };
  const places: unknown[] = [];
  JSON.stringify(parse(text), (key, value: unknown) => {
    if (key === "span")
      places.push([positionOf(source, (value as Span).start), positionOf(source, (value as Span).end)]);
    return value;
  });
  return places;
};

test("CRLF and a byte-order mark move no line and no column", () => {
  for (const other of [program.replaceAll("\n", "\r\n"), `\ufeff${program}`]) {
    assert.deepEqual(plain(parse(other)), plain(parse(program)));
    assert.deepEqual(placed(other), placed(program));
  }
  assert.deepEqual(placed(program.replace("\t", " ")), placed(program));
});

test("columns count UTF-16 units", () => {
  const text = 'pod "日本🚀" 10.244.1.999 on node1';
  const pod = only(text);
  assert(pod.kind === "PodStatement");
  assert.deepEqual(positionOf({ path: "", text }, pod.addresses[0]!.span.start), { line: 1, column: 12 });
});

test("an error at the end of a statement stands behind its last token", () => {
  const { faults } = parse("pod a   # c\nhairpin b");
  assert.deepEqual(
    faults.map(({ span }) => span),
    [{ start: 5, end: 5 }],
  );
});

function allSpans(tree: Tree): readonly Span[] {
  const spans: Span[] = [];
  JSON.stringify(tree, (key, value: unknown) => {
    if ((key === "span" || key === "keyword") && value !== undefined) spans.push(value as Span);
    return value;
  });
  return spans;
}

test("on any text every span lies inside it, statements follow each other, and each broken one has a fault", () => {
  const piece = fc.constantFrom(
    ...'abpé:.-/>=,{}[]";# \n\r\t0129→\u00a0\u0007',
    "pod ",
    "service ",
    "group g = ",
    "10.0.0.1",
    "->",
    "80",
    " on n",
    "allow ",
    "any",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 50 }), (pieces) => {
      const text = pieces.join("");
      const tree = parse(text);
      for (const { start, end } of allSpans(tree)) assert(0 <= start && start <= end && end <= text.length, text);
      for (const fault of tree.faults) {
        const { start, end } = fault.fix?.span ?? fault.span;
        assert(0 <= start && start <= end && end <= text.length);
      }
      let last = 0;
      for (const { span } of tree.statements) {
        assert(span.start >= last, text);
        last = span.end;
      }
      const broken = tree.statements.some(({ kind }) => kind === "BrokenStatement");
      assert(!broken || tree.faults.length > 0, text);
    }),
    { numRuns: 3000 },
  );
});
