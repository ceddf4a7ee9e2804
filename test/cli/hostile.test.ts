/** Any bytes at all get diagnostics: no stack trace, no hang, no half output. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { netc } from "./run.ts";

const repeat = (text: string, times: number): string => text.repeat(times);

/** A small generator of its own, so that the noise is the same every time. */
function noise(length: number, alphabet: string): string {
  let state = 12345;
  let text = "";
  for (let at = 0; at < length; at += 1) {
    state = (state * 1103515245 + 12345) % 2147483648;
    text += alphabet[Math.floor((state / 2147483648) * alphabet.length)];
  }
  return text;
}

const TEXTS: Readonly<Record<string, string>> = {
  "200 kB of noise": noise(200_000, Array.from({ length: 96 }, (_, at) => String.fromCharCode(31 + at)).join("")),
  "200 kB of punctuation": noise(200_000, ' {}"->a:/1\n;,[]#.='),
  "200 kB of odd characters": noise(200_000, "→\u00a0“”\u200b\u0000\u001b\r日🚀é\n a"),
  "20,000 unclosed blocks": repeat("service x 10.0.0.1 {\n", 20_000),
  "20,000 lists that go on": repeat("group g = a,\n", 20_000),
  "100,000 open quotes in a line": repeat('"', 100_000),
  "100,000 open quotes in lines": repeat('pod "abc\n', 100_000),
  "100,000 brackets": repeat("[", 100_000),
  "100,000 braces": repeat("{", 100_000),
  "a line of 5 MB": `pod ${repeat("x", 5_000_000)} 10.0.0.1`,
  "20,000 groups in a chain": `${Array.from({ length: 20_000 }, (_, at) => `group g${at} = g${at + 1}`).join("\n")}\ngroup g20000 = none\n`,
  "20,000 groups in a circle": `${Array.from({ length: 20_000 }, (_, at) => `group g${at} = g${(at + 1) % 20_000}`).join("\n")}\n`,
  "20,000 unknown names": `pod a 10.1.1.1 on n\n${Array.from({ length: 20_000 }, (_, at) => `deny q${at} -> a`).join("\n")}\n`,
};

for (const [what, text] of Object.entries(TEXTS)) {
  test(`${what}: diagnostics, exit 1, nothing on standard output`, () => {
    const { status, stdout, stderr } = netc(["compile", "-"], text);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /error\[/);
    assert.ok(!/^\s+at /m.test(stderr), "a stack trace");
  });
}
