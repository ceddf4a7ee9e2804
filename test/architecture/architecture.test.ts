/** Holds the table of floors in ARCHITECTURE.md. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";

/** Room → floor. Imports go down, or stay in the room. */
const FLOORS: Readonly<Record<string, number>> = {
  grammar: 0,
  "src/diagnostics": 1,
  "src/address": 1,
  "src/packetset": 1,
  "src/cluster": 2,
  "src/import": 2,
  "src/plan": 3,
  "src/emit": 4,
  "src/trace": 4,
  "src/verify": 4,
  src: 4.5,
  "src/lab": 5,
  "src/lsp": 5,
  "src/cli": 6,
};

const MACHINE_ROOMS = new Set(["src/cli", "src/lab", "src/lsp"]);

const files = ["grammar", "src"].flatMap((folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(".ts")),
);

const roomOf = (path: string): string => {
  const [first = "", second = "", third] = path.split("/");
  if (first === "grammar") return first;
  return third === undefined ? "src" : `${first}/${second}`;
};

const importsOf = (path: string): readonly string[] =>
  [...readFileSync(path, "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1]!);

const local = (path: string): readonly string[] =>
  importsOf(path)
    .filter((name) => name.startsWith("."))
    .map((name) => normalize(join(dirname(path), name)));

test("every file stands in a room of the table", () => {
  assert.ok(files.length > 20);
  assert.deepEqual(
    files.filter((path) => !(roomOf(path) in FLOORS)),
    [],
  );
});

test("imports go down the floors, or stay in their room", () => {
  const up = files.flatMap((path) =>
    local(path)
      .filter((target) => roomOf(target) !== roomOf(path))
      .filter((target) => {
        const [from, to] = [FLOORS[roomOf(path)]!, FLOORS[roomOf(target)]!];
        // address and diagnostics share floor 1 and may name each other's types; the floors above never go sideways.
        return from === 4 ? to >= 4 : to > from;
      })
      .map((target) => `${path} → ${target}`),
  );
  assert.deepEqual(up, []);
});

test("verify stands on the cluster and what is below it, and on nothing that knows the plan or a target", () => {
  const named = files
    .filter((path) => roomOf(path) === "src/verify")
    .flatMap((path) => local(path).map(roomOf))
    .filter((room) => room !== "src/verify");
  assert.deepEqual([...new Set(named)].sort(), ["src/address", "src/cluster", "src/diagnostics", "src/packetset"]);
});

/** Values and not types that a file takes from others: `import { a, type B } from …` takes `a`. */
function valuesTaken(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  return [...text.matchAll(/^import (?!type )([^;]*?) from "([^"]+)";/gms)].flatMap(([, names = "", from = ""]) =>
    names
      .replace(/[{}]/g, "")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "" && !name.startsWith("type "))
      .map((name) => `${join(dirname(path), from)} ${name}`),
  );
}

test("the reference shares types and the bound cluster with the plan, and no function that decides", () => {
  const taken = files
    .filter((path) => path === "src/verify/reference.ts" || path.startsWith("src/verify/reference/"))
    .flatMap(valuesTaken)
    .filter((value) => !value.startsWith("src/verify/"));
  assert.deepEqual([...new Set(taken)].sort(), [
    // What is made of a number: a number's own text.
    "src/address/address.ts ipv4",
    "src/address/address.ts ipv6",
    "src/cluster/once.ts lazily",
    "src/diagnostics/bug.ts unreachable",
  ]);
});

test("nothing of the proof takes from the cluster's room what decides behind the bound cluster", () => {
  const taken = files
    .filter((path) => roomOf(path) === "src/verify")
    .flatMap(valuesTaken)
    .filter((value) => value.startsWith("src/cluster/"));
  assert.deepEqual([...new Set(taken)].sort(), ["src/cluster/once.ts lazily"]);
});

test("only the rooms that touch the machine import from node, or ask the clock or chance", () => {
  const found = files
    .filter((path) => !MACHINE_ROOMS.has(roomOf(path)))
    .filter((path) => {
      const text = readFileSync(path, "utf8");
      return (
        importsOf(path).some((name) => name.startsWith("node:")) ||
        /\b(?:Date\.now|new Date|Math\.random|process\.|performance\.)/.test(text)
      );
    });
  assert.deepEqual(found, []);
});

test("what compile loads holds no zod and builds no chevrotain Lexer", () => {
  const bundle = readFileSync("dist/netc.js", "utf8");
  assert.ok(!/ZodType|zod\/v4/.test(bundle), "zod is in the bundle");
  assert.deepEqual(
    files.filter((path) => /new Lexer\(/.test(readFileSync(path, "utf8"))),
    [],
  );
});

test("no file is two rooms long, no barrel, no default export, no enum", () => {
  for (const path of files) {
    const text = readFileSync(path, "utf8");
    assert.ok(text.split("\n").length <= 400, `${path} has over 400 lines`);
    assert.ok(!/^export default|^export \*|^(?:export )?(?:const )?enum /m.test(text), path);
    assert.ok(!/(?:^|\/)(?:utils|helpers|core|types)\.ts$/.test(path), path);
  }
});
