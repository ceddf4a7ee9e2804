/** What the README shows is what netc prints. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { netc } from "../cli/run.ts";

const readme = readFileSync("README.md", "utf8");
const [program = "", rules = ""] = [...readme.matchAll(/^```\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

test("the README's rules are those of the README's program", () => {
  const { status, stdout } = netc(["compile", "-"], program);
  assert.equal(status, 0);
  const lines = stdout.split("\n");
  const shown = rules.trimEnd().split("\n");
  assert.ok(shown.length > 5);
  assert.deepEqual(
    shown.filter((line) => !lines.includes(line)),
    [],
  );
});

test("the README's program draws no diagnostic", () => {
  assert.deepEqual(netc(["check", "-"], program), { status: 0, stdout: "", stderr: "" });
});

test("the README's links lead somewhere", () => {
  for (const [, target = ""] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
    assert.ok(readFileOrFolder(target), `${target} is not there`);
  }
});

test("the README names every package that the bundle holds, with its licence; dist/THIRD-PARTY.txt has their notices", () => {
  const notices = readFileSync("dist/THIRD-PARTY.txt", "utf8");
  const packages = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+ \(([^)]+)\)$/gm)];
  assert.ok(packages.length >= 4);
  const said = readme.slice(readme.indexOf("## Licence"));
  for (const [, name, licence] of packages) assert.ok(said.includes(`${name} (${licence})`), `${name} (${licence})`);
  assert.ok(notices.length > 3000);
});

function readFileOrFolder(path: string): boolean {
  try {
    readFileSync(path);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EISDIR";
  }
}
