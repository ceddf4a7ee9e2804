/** What iptables-restore's buffers and blanks make of a text, and that nothing of it is read otherwise. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readIptables } from "../../src/verify/read/iptables.ts";
import { programOf, reasonOf, unreadOf, whole } from "./iptables-text.ts";

const rule = (words: string): string => whole([`-A NETC-A ${words}`]);
const isRead = (text: string): boolean => "program" in readIptables(text, 4, "whole");

test("a line beyond the tool's buffer is not read, in comments too: its rest would be a line of its own", () => {
  for (const [fits, letter] of [
    [10_237, "x"],
    [5118, "é"],
    [3412, "€"],
  ] as const) {
    assert.ok(isRead(`#${letter.repeat(fits)}\n${whole([])}`), letter);
    assert.match(reasonOf(`#${letter.repeat(fits + 1)}\n${whole([])}`), /more than 10238 bytes/, letter);
  }
  assert.match(reasonOf(whole([`#${"x".repeat(10_238)}-A INPUT -j DROP`])), /more than 10238 bytes/);
  assert.match(reasonOf(rule(`-m comment --comment ${"c".repeat(10_300)} -j DROP`)), /more than 10238 bytes/);
});

test("no control character is read, wherever it stands", () => {
  for (let code = 0; code < 32; code += 1) {
    if (code === 10) continue;
    const sign = String.fromCharCode(code);
    for (const text of [
      rule(`-m comment --comment deny${sign}-d${sign}1.2.3.4 -j DROP`),
      rule(`-m comment --comment "a${sign}b" -j DROP`),
      `# a comment${sign}\n${whole([])}`,
      whole([]).replace(":INPUT ACCEPT", `:INPUT${sign}DROP ACCEPT`),
      whole([]).replace("*filter", `*filter${sign}`),
    ])
      assert.match(unreadOf(text)[0]!.reason, /the line holds (?:a|the) /, JSON.stringify(text));
  }
  assert.match(reasonOf(rule('-m comment --comment "a\x7fb" -j DROP')), /the control character 0x7f/);
  assert.match(reasonOf(rule("-j DROP\0-s 1.2.3.4")), /a NUL, where the tool ends the line/);
});

test("a byte-order mark is not read", () => {
  assert.match(unreadOf(`\ufeff${whole([])}`)[0]!.reason, /byte-order mark/);
  assert.match(reasonOf(`\ufeff# by hand\n${whole([])}`), /byte-order mark/);
});

test("words and their number have the tool's limits", () => {
  assert.match(reasonOf(rule(`-m comment --comment ${"c".repeat(1023)} -j DROP`)), /comment has more than 255 bytes/);
  assert.match(reasonOf(rule(`-m comment --comment ${"c".repeat(1024)} -j DROP`)), /a word has more than 1023 bytes/);
  assert.match(reasonOf(rule(`-m comment --comment ${"é".repeat(512)} -j DROP`)), /a word has more than 1023 bytes/);
  const many = (count: number): string => rule(`${"-m conntrack --ctstate NEW ".repeat(count)}-j DROP`);
  assert.ok(isRead(many(12)));
  assert.match(reasonOf(many(13)), /12 matches at most/);
  assert.match(reasonOf(many(61)), /12 matches at most/);
  assert.match(reasonOf(many(62)), /more than 248 words/);
});

test("names have the kernel's limits in bytes", () => {
  const devices = (name: string): string => rule(`-i ${name} -j DROP`);
  assert.ok(isRead(devices("éééééééx")));
  for (const name of ["éééééééé", "sixteen-letters-", "eth+", "a:b", "..", '"a b"'])
    assert.match(reasonOf(devices(name)), /is no device's name/, name);
  assert.ok(isRead(rule(`-j LOG --log-prefix ${"é".repeat(14)}x`)));
  assert.match(reasonOf(rule(`-j LOG --log-prefix ${"é".repeat(15)}`)), /more than 29 bytes/);
  assert.ok(isRead(rule(`-m comment --comment ${"é".repeat(127)}x -j DROP`)));
  const lists = (name: string): string => rule(`-m recent --set --name ${name} --rsource -j DROP`);
  assert.ok(isRead(lists(`NETC-V4-${"n".repeat(191)}`)));
  for (const name of [
    `NETC-V4-${"n".repeat(192)}`,
    "NETC-V4-a/b",
    ".",
    "..",
    '"NETC-V4-a b"',
    "NETC-V4-é",
    "NETC-V4-",
    "other",
  ])
    assert.match(reasonOf(lists(name)), /is no name of a list/, name);
  // One list of a name serves both families.
  assert.match(reasonOf(lists("NETC-V6-a")), /is no name of a list .* those of IPv4 begin with `NETC-V4-`/);
});

test("a chain's name is none that the tools may take for a target", () => {
  const declared = (name: string): string => whole([`:${name} - [0:0]`]);
  for (const name of ["N".repeat(28), "LOGGED", "LOG", "TCPMSS", "FOO2", "PREROUTING", "QUEUE", "standard", "error"])
    assert.match(reasonOf(declared(name)), /a target may be called so/, name);
  for (const name of ["x".repeat(29), "é".repeat(14), "-x", "!x", "#x", "a,b", "a*b", 'a"b'])
    assert.match(reasonOf(declared(name)), /is no name for a chain$/, name);
  for (const name of ["x".repeat(28), "tcp", "dnat", "NETC-A.b/c:d_e", "Foo", "1"])
    assert.ok(isRead(declared(name)), name);
});

test("blanks and quotes part words as add_param_to_argv does", () => {
  const { chains } = programOf(rule('  "-m"  comment --comment "a \\q \\\\ \\" b"   -j "DROP"  '), 4, "whole");
  const [read] = chains.get("filter NETC-A")!;
  assert.deepEqual([read!.about, read!.actions], ['a q \\ " b', [{ kind: "drop" }]]);
  const { chains: bare } = programOf(rule("-m comment --comment a\\q -j DROP"), 4, "whole");
  assert.equal(bare.get("filter NETC-A")![0]!.about, "a\\q");
});
