import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../grammar/parse.ts";
import { faultsOf, outline } from "./plain.ts";

const lines = (...all: readonly string[]) => all.join("\n");

test("one mistake, one fault, and the statements around it are read", () => {
  const text = lines(
    "pod a 10.0.0.1 on n",
    "pod b on n",
    "pdo c 10.0.0.2 on n",
    "node n 10.0.0.3",
    "allow a b -> c",
    "hairpin a",
  );
  assert.deepEqual(outline(text), ["pod a", "!pod b", "!? c", "node n", "!allow", "hairpin"]);
  assert.deepEqual(faultsOf(text), ["syntax:on", "unknown-statement:pdo", "syntax:b"]);
});

test("a broken statement keeps its keyword and the name it would have declared", () => {
  const broken = (text: string) => {
    const [statement] = parse(text).statements;
    assert(statement?.kind === "BrokenStatement");
    return [statement.of, statement.name?.text ?? null];
  };
  assert.deepEqual(broken("pod a"), ["pod", "a"]);
  assert.deepEqual(broken('service "my web" → b'), ["service", "my web"]);
  assert.deepEqual(broken("pod any 10.0.0.1 on n"), ["pod", null]);
  assert.deepEqual(broken("hairpin a b"), ["hairpin", null]);
  assert.deepEqual(broken("sevice web 10.0.0.1 -> b"), [null, "web"]);
  assert.deepEqual(broken("drop web -> b"), [null, null]);
});

test("an unknown statement is read over as a whole, its block too", () => {
  assert.deepEqual(outline(lines("servce x 10.0.0.1 {", "  80 -> a", "}", "hairpin a")), ["!? x", "hairpin"]);
  assert.deepEqual(outline(lines("foo a,", "  b", "hairpin a")), ["!?", "hairpin"]);
});

test("a block that is never closed ends where a line begins with a statement keyword", () => {
  const text = lines("service x 10.0.0.1 {", "  80 -> a", "pod b 10.0.0.2 on n", "hairpin a");
  assert.deepEqual(outline(text), ["!service x", "pod b", "hairpin"]);
  assert.deepEqual(faultsOf(text), ["unclosed-block:{"]);
  assert.deepEqual(faultsOf("service x 10.0.0.1 {\n  80 -> a"), ["unclosed-block:{"]);
  assert.deepEqual(faultsOf("cluster {"), ["unclosed-block:{"]);
});

test("the `}` of a block that a statement inside it broke off is no second fault", () => {
  const text = lines("service x 10.0.0.1 {", "  80 -> a", "  pod b 10.0.0.2 on n", "}", "hairpin a", "}");
  assert.deepEqual(faultsOf(text), ["unclosed-block:{", "syntax:}"]);
});

test("a list that goes on nowhere ends where a line begins a statement beyond doubt", () => {
  const starts = [
    "pod b 10.0.0.2 on n",
    'pod "b" 10.0.0.2 on n',
    "route 10.0.0.0/8 via 10.0.0.1 on n",
    "allow any -> b",
    "cluster { }",
    "allow [fd00::1]:80 -> b",
    "default deny any -> b",
    "hairpin pod/b",
  ];
  for (const start of starts) {
    const text = lines("group g = a,", start, "hairpin a");
    assert.deepEqual(faultsOf(text).length, 1, text);
    assert.equal(outline(text)[0], "!group g");
    assert.equal(outline(text).length, 3, text);
  }
});

test("a keyword in a list is a name as long as it can be one", () => {
  for (const rest of ["pod", "pod, c", "pod -> c", "pod:80 -> c", "pod\n -> c"]) {
    assert.equal(parse(`allow a,\n${rest}`).statements.length, 1, rest);
  }
  assert.deepEqual(faultsOf("masquerade a,\npod except b"), []);
  assert.deepEqual(faultsOf("snat a,\nhairpin to 10.0.0.1"), []);
  assert.deepEqual(faultsOf("allow a ->\nservice log"), []);
  assert.deepEqual(faultsOf("mark a ->\nservice 0x10"), []);
  assert.deepEqual(faultsOf("service x 10.0.0.1 ->\npod weight 2,\nnode"), []);
  assert.deepEqual(faultsOf("service x 10.0.0.1 {\n 80 -> a,\n pod\n 90 -> b,\n pod; 100 -> c\n}"), []);
  assert.deepEqual(faultsOf("expect a ->\nservice reaches pod,\nnode as 10.0.0.1"), []);
});

test("after an error a line that begins with a statement keyword starts a new statement, whatever was open", () => {
  const text = lines("allow a b,", "  pod,", "  c -> d", "hairpin x");
  assert.deepEqual(outline(text), ["!allow", "!pod", "hairpin"]);
  const block = lines("service x 10.0.0.1 {", "  80 -> a b,", "    node", "  443 -> c", "}", "hairpin x");
  assert.deepEqual(outline(block), ["!service x", "!node", "!?", "!?", "hairpin"]);
});

test("a lexical error makes its statement a broken one, and nothing else is said about it", () => {
  const text = lines("service x 10.0.0.1 {", "  80 → a b c", "  443 -> ,", "}", "hairpin a");
  assert.deepEqual(outline(text), ["!service x", "hairpin"]);
  assert.deepEqual(faultsOf(text), ["bad-character:→"]);
});

test("lines that begin with `->` or `{` are read as if they were joined", () => {
  assert.deepEqual(outline("service x 10.0.0.1\n\n -> b\nhairpin a"), ["service x", "hairpin"]);
  assert.deepEqual(faultsOf("service x 10.0.0.1\n{\n 80\n -> b\n}"), ["line-start:{", "line-start:->"]);
  assert.deepEqual(faultsOf("pod a 10.0.0.1 on n\n-> b"), ["syntax:->"]);
  assert.deepEqual(faultsOf("-> b"), ["line-start:->"]);
});

test("faults come in the order of the text", () => {
  const { faults } = parse("service x 10.0.0.1\n{\n 80 -> a # \u0007\n pods }\n→\nfoo");
  const starts = faults.map(({ span }) => span.start);
  assert.deepEqual(
    starts,
    starts.toSorted((a, b) => a - b),
  );
  assert.deepEqual(
    faults.map(({ code }) => code),
    ["line-start", "bad-character", "syntax", "bad-character", "unknown-statement"],
  );
});

test("clauses given twice leave the statement whole", () => {
  const twice = [
    "pod a 10.0.0.1 on n on m",
    "node n 10.0.0.1 dev a dev b",
    "masquerade a except b except c",
    "snat a to 10.0.0.1 to 10.0.0.2",
    "route 10.0.0.0/8 via 10.0.0.1 on a on b",
    "allow a -> b log log",
    "service x 10.0.0.1 -> a weight 1 weight 2",
    "service x 10.0.0.1 { internal local; 80 -> a; internal local }",
    "service x 10.0.0.1 { 80 as a as b -> a }",
    "cluster { mtu 1400; mtu 1500 }",
    "expect a via n via m -> b",
  ];
  for (const text of twice) {
    const { faults, statements } = parse(text);
    assert.deepEqual(
      faults.map(({ code }) => code),
      ["duplicate-clause"],
      text,
    );
    assert.notEqual(statements[0]?.kind, "BrokenStatement");
  }
  const [pod] = parse("pod a 10.0.0.1 on n on m").statements;
  assert(pod?.kind === "PodStatement");
  assert.equal(pod.on?.text, "n");
});
