/** The examples compile, and their pages quote what they really compile to. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { EMITTERS } from "../../src/emit/emitters.ts";
import { analyzeFile, compiled, shown } from "./netc.ts";
import { firstMissing, type Quote, quotesOf } from "./quotes.ts";

const EXAMPLES = "examples";
const files = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
  .map((name) => join(EXAMPLES, name))
  .sort();
const programs = files.filter((name) => name.endsWith(".net"));
const pages = files.filter((name) => name.endsWith(".md"));

/** The article comes to the hairpin two lessons after its service; until then there is a warning. One example has a port that nobody serves yet. */
const WARNED = new Map([
  ["examples/services.net", ["service-without-backends"]],
  ["examples/article/05-service-from-pod.net", ["hairpin-missing"]],
  ["examples/article/06-service-from-host.net", ["hairpin-missing"]],
]);

const COMPILE = /^netc compile (\S+)(?: --node (\S+))?(?: --target (\S+))?$/;
const CHECK = /^netc check (\S+)$/;

function checkQuote(folder: string, { from, lines }: Quote): void {
  if (from === "article") return;
  const compile = COMPILE.exec(from);
  if (compile !== null) {
    const [, file, node, target] = compile;
    const outputs = compiled(join(folder, file!), target ?? "iptables", node ?? null);
    assert.equal(outputs.length, 1, "name the node");
    assert.equal(firstMissing(lines, outputs[0]!), null, "a quoted line is not in the output, or not in this order");
    return;
  }
  const check = CHECK.exec(from);
  if (check !== null) {
    const file = join(folder, check[1]!);
    assert.equal(`${lines.join("\n")}\n`, shown(file, analyzeFile(file).diagnostics));
    return;
  }
  assert.ok(programs.includes(join(folder, from)), `say above the block where it comes from (it says "${from}")`);
  assert.equal(`${lines.join("\n")}\n`, readFileSync(join(folder, from), "utf8"));
}

describe("examples", () => {
  for (const program of programs) {
    test(`${program} compiles for every node`, () => {
      const { diagnostics } = analyzeFile(program);
      assert.deepEqual(
        diagnostics.map(({ code }) => code),
        WARNED.get(program) ?? [],
        shown(program, diagnostics),
      );
      for (const { name } of EMITTERS) {
        for (const output of compiled(program, name, null)) assert.ok(output.endsWith("\n"), name);
      }
    });
  }

  for (const page of pages) {
    for (const quote of quotesOf(readFileSync(page, "utf8"))) {
      test(`${page}:${quote.line} quotes ${quote.from}`, () => checkQuote(dirname(page), quote));
    }
  }

  test("the article's page quotes every lesson, and its rules or its script", () => {
    const sources = quotesOf(readFileSync("examples/article/README.md", "utf8")).map(({ from }) => from);
    const lessons = programs.filter((name) => dirname(name) === "examples/article").map((name) => name.slice(17));
    assert.ok(lessons.length > 1);
    for (const lesson of lessons.filter((name) => /^\d/.test(name))) {
      assert.ok(sources.includes(lesson), lesson);
      assert.ok(
        sources.some((from) => from.startsWith(`netc compile ${lesson} `)),
        lesson,
      );
    }
  });

  test("a line that is missing or out of order is found", () => {
    assert.equal(firstMissing(["a", "c"], "a\nb\nc\n"), null);
    assert.equal(firstMissing(["c", "a"], "a\nb\nc\n"), "a");
    assert.equal(firstMissing(["b "], "a\nb\n"), "b ");
  });
});
