import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { STATEMENT_KEYWORDS } from "../../grammar/ast.ts";
import { ebnf } from "../../grammar/ebnf.ts";
import { parse } from "../../grammar/parse.ts";
import { StatementParser } from "../../grammar/parser.ts";
import { KEYWORDS } from "../../grammar/tokens.ts";

const { UPDATE_GRAMMAR } = process.env;
const path = join(process.cwd(), "grammar/README.md");
const readme = readFileSync(path, "utf8");

test("chevrotain finds nothing wrong with the grammar", () => {
  assert.doesNotThrow(() => new StatementParser("validated"));
});

const BLOCK = /(?<=<!-- grammar: begin -->\n```ebnf\n)[^`]*(?=```\n<!-- grammar: end -->)/;

test("the reference's grammar is the parser's (rewrite it with UPDATE_GRAMMAR=1)", () => {
  const expected = `${ebnf()}\n`;
  if (UPDATE_GRAMMAR !== undefined)
    writeFileSync(
      path,
      readme.replace(BLOCK, () => expected),
    );
  else
    assert.equal(BLOCK.exec(readme)?.[0], expected, "grammar/README.md is stale: run the tests with UPDATE_GRAMMAR=1");
});

test("every example of the reference parses", () => {
  const examples = Array.from(readme.matchAll(/```netc\n([^`]*)```/g), ([, text]) => text!);
  assert(examples.length > 10);
  for (const text of examples) assert.deepEqual(parse(text).faults, [], text);
});

test("the reference speaks of every keyword", () => {
  for (const keyword of KEYWORDS.keys()) assert(readme.includes(keyword), keyword);
});

test("the editor's grammar knows every keyword", () => {
  const text = readFileSync(join(process.cwd(), "grammar/netc.tmLanguage.json"), "utf8");
  const words = new Set(text.match(/[a-z][a-z-]*/g));
  for (const keyword of KEYWORDS.keys()) assert(words.has(keyword), keyword);
  const { repository } = JSON.parse(text) as { repository: { statement: { match: string } } };
  const statement = new RegExp(repository.statement.match, "u");
  for (const keyword of STATEMENT_KEYWORDS) assert(statement.test(`  ${keyword} x`), keyword);
});
