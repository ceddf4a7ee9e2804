import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { renderText } from "../../src/diagnostics/render/text.ts";
import type { Source } from "../../src/diagnostics/source.ts";
import { at, diagnostic, source } from "./sample.ts";

const render = (...diagnostics: readonly Diagnostic[]) => renderText(diagnostics, { color: "never" });
/** The source line and the line of carets of the first block. */
const excerpt = (text: string) => text.split("\n").slice(2, 4);

const program = source(
  [
    "# a cluster",
    "pod a 10.244.1.10 on node1",
    "pod b 10.244.1.11 on node1",
    "pod b 10.244.1.12 on node1",
    "",
    "",
    "",
    "",
    "service web 10.96.0.100 -> bb",
    "service api 10.96.0.101 -> a",
    "",
  ].join("\n"),
);

test("a block is header, place, line, carets with the first fix; the count comes last", () => {
  const text = render(
    diagnostic(at(program, "bb"), {
      code: "unknown-name",
      message: "no pod, group or address is named `bb`",
      fixes: [{ title: "did you mean `b`?", edits: [] }],
    }),
  );
  assert.equal(
    text,
    [
      "error[unknown-name]: no pod, group or address is named `bb`",
      "  --> cluster.net:9:28",
      " 9 | service web 10.96.0.100 -> bb",
      "   |                            ^^ did you mean `b`?",
      "1 error",
      "",
    ].join("\n"),
  );
});

test("notes and further fixes follow, and the margin is as wide as the longest line number", () => {
  const text = render(
    diagnostic(at(program, "10.96.0.101"), {
      severity: "warning",
      notes: [
        { message: "the first is here", origin: at(program, "10.96.0.100") },
        { message: "one of them has to move", origin: null },
      ],
      fixes: [
        { title: "take 10.96.0.102", edits: [] },
        { title: "or take the other away", edits: [] },
      ],
    }),
  );
  assert.equal(
    text,
    [
      "warning[syntax]: this is wrong",
      "   --> cluster.net:10:13",
      " 10 | service api 10.96.0.101 -> a",
      "    |             ^^^^^^^^^^^ take 10.96.0.102",
      "    = note: the first is here",
      "   --> cluster.net:9:13",
      "  9 | service web 10.96.0.100 -> bb",
      "    |             ^^^^^^^^^^^",
      "    = note: one of them has to move",
      "    = help: or take the other away",
      "1 warning",
      "",
    ].join("\n"),
  );
});

test("errors come first, then warnings and notes; within a severity by file and place", () => {
  const other = source("one two three", "other.net");
  const text = render(
    diagnostic(at(program, "web"), { severity: "note", message: "n" }),
    diagnostic(at(other, "two"), { severity: "warning", message: "w2" }),
    diagnostic(at(other, "three"), { message: "e3" }),
    diagnostic(at(other, "one"), { message: "e2" }),
    diagnostic(at(program, "api"), { message: "e1" }),
    diagnostic(at(program, "web"), { severity: "warning", message: "w1" }),
  );
  assert.deepEqual(
    text.split("\n").filter((line) => line.includes("[syntax]")),
    [
      "error[syntax]: e1",
      "error[syntax]: e2",
      "error[syntax]: e3",
      "warning[syntax]: w1",
      "warning[syntax]: w2",
      "note[syntax]: n",
    ],
  );
  assert.ok(text.endsWith("\n3 errors, 2 warnings, 1 note\n"));
});

test("nothing is said of nothing", () => {
  assert.equal(render(), "");
});

test("carets stand under their text behind tabs, in CRLF files and behind a byte-order mark", () => {
  const tabbed = source("\ufeff\tpod\ta x\r\n");
  assert.deepEqual(excerpt(render(diagnostic(at(tabbed, "x")))), [" 1 | \tpod\ta x", "   | \t   \t  ^"]);
  assert.deepEqual(excerpt(render(diagnostic(at(tabbed, "\tpod")))), [" 1 | \tpod\ta x", "   | ^^^^"]);
});

test("wide characters take two columns, combining ones none", () => {
  const under = (text: string, word: string) => excerpt(render(diagnostic(at(source(text), word))))[1];
  assert.equal(under('pod "日本🚀" x', "x"), `   | ${" ".repeat(13)}^`);
  assert.equal(under('pod "日本🚀" x', "日本🚀"), `   | ${" ".repeat(5)}^^^^^^`);
  assert.equal(under("e\u0301 x", "x"), "   |   ^");
  assert.equal(under("é ½ x", "x"), "   |     ^");
  assert.equal(under("한국 x", "x"), "   |      ^");
  assert.equal(under("ｆｗ x", "x"), "   |      ^");
  assert.equal(under("🇩🇪 x", "x"), "   |    ^");
});

test("an empty span has one caret, also at the end of a line, of a file, and of nothing", () => {
  const place = (where: Source, offset: number) =>
    excerpt(render(diagnostic({ source: where, span: { start: offset, end: offset } })));
  assert.deepEqual(place(source("pod a\n"), 4), [" 1 | pod a", "   |     ^"]);
  assert.deepEqual(place(source("pod a\r\n"), 5), [" 1 | pod a", "   |      ^"]);
  assert.deepEqual(place(source("pod a\r\n"), 6), [" 1 | pod a", "   |      ^"]);
  assert.deepEqual(place(source("pod a\n"), 6), [" 2 |", "   | ^"]);
  assert.deepEqual(place(source(""), 0), [" 1 |", "   | ^"]);
  assert.deepEqual(place(source(""), 99), [" 1 |", "   | ^"]);
});

test("a span over several lines is marked to the end of its first", () => {
  const block = source("service web {\n  80 -> a\n}\n");
  const text = render(diagnostic(at(block, "web {\n  80 -> a\n}")));
  assert.deepEqual(excerpt(text), [" 1 | service web {", "   |         ^^^^^"]);
  assert.deepEqual(excerpt(render(diagnostic(at(block, "\n  80")))), [" 1 | service web {", `   | ${" ".repeat(13)}^`]);
});

test("a long line is cut to a window around its span", () => {
  const long = source(`${"a".repeat(500)} bb ${"c".repeat(500)}`);
  const [line, carets] = excerpt(render(diagnostic(at(long, "bb"))));
  assert.ok(line!.length < 180);
  assert.match(line!, /^ 1 \| …a+ bb c+…$/);
  assert.equal(carets!.indexOf("^^"), line!.indexOf("bb"));
  assert.match(excerpt(render(diagnostic({ source: long, span: { start: 0, end: 2 } })))[0]!, /^ 1 \| a+…$/);
  assert.match(excerpt(render(diagnostic(at(long, "c".repeat(500)))))[0]!, /^ 1 \| …a+ bb c+…$/);
  assert.match(excerpt(render(diagnostic({ source: long, span: { start: 1004, end: 1004 } })))[0]!, /^ 1 \| …c+$/);
});

test("a window never cuts a character in two", () => {
  fc.assert(
    fc.property(fc.nat({ max: 3 }), fc.nat({ max: 900 }), fc.nat({ max: 300 }), (odd, start, length) => {
      const rockets = source("x".repeat(odd) + "🚀".repeat(500));
      const first = start + (start < odd || (start - odd) % 2 === 0 ? 0 : 1);
      const text = render(diagnostic({ source: rockets, span: { start: first, end: first + 2 * length } }));
      assert.ok(!text.includes("\\u{d"), text);
    }),
  );
});

test("a line of five megabytes and its message print a few hundred characters", () => {
  const huge = source(`pod ${"x".repeat(5_000_000)}`);
  const name = at(huge, huge.text.slice(4));
  const text = render(diagnostic(name, { message: `no pod is named \`${huge.text.slice(4)}\`` }));
  assert.ok(text.length < 1500);
  render(...Array.from({ length: 1000 }, () => diagnostic(name)));
});

test("what a terminal would obey or hide is written out, and the carets still stand right", () => {
  const nasty = source("pod \x1b[31m\x07x\u202e\u200b\u009by\n", "a\x1b[2J\nb.net");
  const text = render(diagnostic(at(nasty, "y"), { message: "bell \x07, line\nend, tab\t\ud800" }));
  assert.deepEqual(text.split("\n").slice(0, 4), [
    "error[syntax]: bell \\u{7}, line\\u{a}end, tab\\u{9}\\u{d800}",
    "  --> a\\u{1b}[2J\\u{a}b.net:1:15",
    " 1 | pod \\u{1b}[31m\\u{7}x\\u{202e}\\u{200b}\\u{9b}y",
    `   | ${" ".repeat(42)}^`,
  ]);
});

test("no text and no span make anything but visible lines", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.nat({ max: 40 }), fc.nat({ max: 40 }), (text, start, length) => {
      const rendered = render(
        diagnostic({ source: source(text, text), span: { start, end: start + length } }, { message: text }),
      );
      assert.match(rendered, /^(?:[^\p{Cc}\p{Cs}]|[\t\n])*$/u);
      assert.equal(rendered.split("\n").length, 6);
    }),
    { numRuns: 500 },
  );
});

test("colour is around the words and changes none", () => {
  const list = [
    diagnostic(at(program, "bb"), { fixes: [{ title: "did you mean `b`?", edits: [] }] }),
    diagnostic(at(program, "web"), { severity: "warning", notes: [{ message: "see", origin: at(program, "api") }] }),
  ];
  const colored = renderText(list, { color: "always" });
  assert.match(colored, /^\x1b\[1;31merror\[syntax\]\x1b\[0m/);
  assert.match(colored, /\x1b\[1;33mwarning\[syntax\]/);
  assert.equal(colored.replace(/\x1b\[[0-9;]*m/g, ""), render(...list));
});

test("100,000 diagnostics take time in proportion", () => {
  const lines = source(Array.from({ length: 100_000 }, (_, line) => `pod p${line} 10.244.1.999 on node1`).join("\n"));
  const list = Array.from({ length: 100_000 }, (_, line) => {
    const start = Math.floor((lines.text.length / 100_001) * line);
    return diagnostic({ source: lines, span: { start, end: start + 3 } });
  });
  const text = renderText(list, { color: "never" });
  assert.ok(text.endsWith("\n100000 errors\n"));
});
