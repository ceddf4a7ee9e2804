import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import type { Comment } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";
import { print } from "../../grammar/printer.ts";
import { program } from "./arbitrary.ts";

const printed = (text: string): string => print(parse(text), text);

/** What was said, without places; quotes are a spelling of the same name. */
function meaning(text: string): unknown {
  const { statements, faults } = parse(text);
  const said = JSON.parse(JSON.stringify(statements), (key, value) =>
    ["span", "keyword", "comments", "quoted"].includes(key) ? undefined : value,
  );
  return { said, faults: faults.map(({ code, message }) => [code, message]) };
}

const commentsOf = (text: string): readonly string[] => {
  const { statements, comments } = parse(text);
  const all: readonly Comment[] = [...statements.flatMap((statement) => statement.comments), ...comments];
  return all.map((comment) => comment.text);
};

function holds(text: string): void {
  const once = printed(text);
  assert.deepEqual(meaning(once), meaning(text), once);
  assert.equal(printed(once), once);
  assert.deepEqual(commentsOf(once), commentsOf(text), once);
}

test("a printed program says the same, keeps each comment once and in order, and is printed the same again", () => {
  fc.assert(
    fc.property(program, (text) => {
      assert.deepEqual(parse(text).faults, [], text);
      holds(text);
      const once = printed(text);
      assert.ok(once === "" || /[^\n]\n$/.test(once));
      assert.doesNotMatch(once, /[\r\t]|[ ]\n|\n\n\n|^\n|^\ufeff/);
    }),
    { numRuns: 600 },
  );
});

const filesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(".net"));

test("all programs of the golden folders and the examples say the same", () => {
  const files = [...filesOf("golden"), ...filesOf("examples")];
  assert.ok(files.length > 100);
  for (const file of files) holds(readFileSync(file, "utf8"));
});

const piece = fc.constantFrom(
  ...["pod a 10.0.0.1 on n", "service x 10.0.0.1 {", "80 -> a", "}", "group g = a,", "->", "foo", "→", '"', "b", "{"],
  ...["allow", "hairpin a", "pod a 10.0.0.1 on n on n", '"a" ', "\n", "\n", "\n", "\n\n", "\r\n", ";", " ", ",", "#"],
);

test("whatever is wrong with a text, its comments survive and printing twice is printing once", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      let count = 0;
      const text = pieces.map((each) => (each === "#" ? `#c${count++}\n` : `${each} `)).join("");
      const once = printed(text);
      assert.equal(printed(once), once);
      assert.deepEqual(commentsOf(once), commentsOf(text), once);
    }),
    { numRuns: 3000 },
  );
});

const layout = (text: string, expected: string) => assert.equal(printed(text), expected);

test("statements one a line, groups of them one empty line apart", () => {
  layout("", "");
  layout("\n\n", "");
  layout("pod a 10.0.0.1 on n; hairpin   a\n\n\n\nhairpin b", "pod a 10.0.0.1 on n\nhairpin a\n\nhairpin b\n");
  layout("\ufeffhairpin a,b\r\n", "hairpin a, b\n");
});

test("clauses have an order, blocks one item a line in the order of the source", () => {
  layout("node n 10.0.0.1 pods 10.1.0.0/16 dev eth0", "node n 10.0.0.1 dev eth0 pods 10.1.0.0/16\n");
  layout("snat a except b to 10.0.0.1", "snat a to 10.0.0.1 except b\n");
  layout("route 10.0.0.0/8 on n dev e via 10.0.0.1", "route 10.0.0.0/8 via 10.0.0.1 dev e on n\n");
  layout(
    "service x 10.0.0.1 { internal local; 80 nodeport 30080 as http->a:8080 weight 2,b\n\n\n  external 10.0.0.2 }",
    "service x 10.0.0.1 {\n  internal local\n  80 as http nodeport 30080 -> a:8080 weight 2, b\n\n  external 10.0.0.2\n}\n",
  );
  layout("cluster { mtu 1400; pods 10.0.0.0/8 }", "cluster {\n  mtu 1400\n  pods 10.0.0.0/8\n}\n");
  layout("cluster {\n}", "cluster {}\n");
});

test("quotes stay where the text would be read as something else", () => {
  layout('allow "a", pod/"web", pod/"my web" -> "b":"dns"', 'allow a, pod/web, pod/"my web" -> b:dns\n');
  layout('allow "pod/x", "6in4" -> b:"any", b:"80"', 'allow "pod/x", "6in4" -> b:"any", b:"80"\n');
  layout('allow a -> b log "p"\ninclude "a.net"', 'allow a -> b log "p"\ninclude "a.net"\n');
  layout('node "node" 10.0.0.1 dev "eth0"', "node node 10.0.0.1 dev eth0\n");
});

test("a line of over 120 columns goes on behind a comma", () => {
  const names = Array.from({ length: 30 }, (_, at) => `backend-${at}`);
  const lines = printed(`service x 10.0.0.1 { 80 -> ${names.join(",")} }`).split("\n");
  assert.equal(lines.length, 7);
  for (const line of lines) assert.ok(line.length <= 120, line);
  assert.ok(lines[1]!.endsWith(",") && lines[2]!.startsWith("    backend-"));
  assert.ok(`${lines[1]} backend-10,`.length > 120);
});

test("each comment stays beside what it is about", () => {
  layout("# a\n\n#b\nhairpin a; # c\n  # d", "# a\n\n#b\nhairpin a # c\n# d\n");
  layout("group g = a, # one\n\n  # two\n  b, c # three", "group g = a, # one\n  # two\n  b,\n  c # three\n");
  layout(
    "service x 10.0.0.1 { # one\n# two\n80 -> # three\na; 81 -> b # four\n\n# five\n} # six",
    "service x 10.0.0.1 { # one\n  # two\n  80 -> # three\n    a\n  81 -> b # four\n\n  # five\n} # six\n",
  );
});

test("what did not parse is kept byte for byte", () => {
  layout("  pod  a,  # a\n b", "pod  a,  # a\n b\n");
  layout("hairpin  a;foo\t { # x\r\n  }\r\nhairpin  b", "hairpin a\nfoo\t { # x\r\n  }\nhairpin b\n");
  layout("pod  a 10.0.0.1 on n  on m", "pod  a 10.0.0.1 on n  on m\n");
  layout("group g = a,;hairpin b", "group g = a,;\nhairpin b\n");
});

test("the reference's example of the layout is laid out so", () => {
  const section = readFileSync("grammar/README.md", "utf8")
    .split(/^## /m)
    .find((each) => each.startsWith("Layout\n"));
  const example = /```netc\n([^`]*)```/.exec(section ?? "")?.[1];
  assert.ok(example !== undefined);
  layout(example, example);
});

test("long lists, many comments and deep nonsense take no longer than their length", () => {
  for (const text of [
    `allow a -> ${"a, # x\n".repeat(2e4)}b`,
    `service x 10.0.0.1 {\n${"80 -> a, # x\n b # y\n# z\n".repeat(1e4)}}`,
    "# a\n\n".repeat(5e4),
    "foo # a\n# b;\n".repeat(2e4),
    `hairpin ${'"a", '.repeat(2e4)}b`,
    "{".repeat(1e5),
  ]) {
    const before = process.cpuUsage();
    const once = printed(text);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 3e6, `${user} µs`);
    assert.equal(printed(once), once);
  }
});
