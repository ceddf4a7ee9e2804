import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { analyze, planNode } from "../../src/compile.ts";
import { printDown } from "../../src/emit/shell/down.ts";
import { upWith } from "../../src/emit/shell/rules-of.ts";
import { frameDifference } from "../../src/verify/read/frame.ts";
import { type Carried, carriesAll, splitScript, unreadIn } from "../../src/verify/read/script.ts";

const carrier = (name: string, mark: string, body: string): string =>
  `${name}() {\ncat <<'${mark}'\n${body}${mark}\n}\n`;
const [HEAD, V4_RULES, BETWEEN, TAIL] = ["#!/bin/sh\nset -eu\n\n", "*filter\nCOMMIT\n", "\n", "load\n"];
const V4 = carrier("rules_v4", "NETC-RULES-V4", V4_RULES);
const V6 = carrier("rules_v6", "NETC-RULES-V6", "");
const NFT = carrier("ruleset", "NETC-RULESET", "add table inet netc\n");
const SCRIPT = `${HEAD}${V4}${BETWEEN}${V6}${TAIL}`;

const PROGRAM = `node node1 192.168.100.100, fd00::100 dev ens33 pods 10.244.1.0/24
pod a 10.244.1.10 on node1
service web 10.96.0.100 { 80 -> a:8080 affinity 60s }
hairpin a
masquerade pods
deny any -> node1:22
`;

function ownScripts(): Readonly<Record<"iptables" | "nft" | "down", string>> {
  const cluster = analyze({ path: "main.net", text: PROGRAM }, () => assert.fail()).value;
  const plan = planNode(cluster, cluster.nodes[0]!);
  return { iptables: upWith(plan, "iptables"), nft: upWith(plan, "nft"), down: printDown(plan) };
}

const difference = (text: string, own: string) => frameDifference(splitScript(text), splitScript(own));

test("the rules of a script, with their places", () => {
  assert.deepEqual(splitScript(SCRIPT).carried, [
    { target: "iptables", text: "*filter\nCOMMIT\n", above: 5 },
    { target: "ip6tables", text: "", above: 12 },
  ]);
  assert.deepEqual(splitScript(`${HEAD}${NFT}load\n`).carried, [
    { target: "nft", text: "add table inet netc\n", above: 5 },
  ]);
});

test("netc's own scripts carry all their rules, and are their own frames", () => {
  const own = ownScripts();
  assert.deepEqual(
    Object.values(own).map((text) => splitScript(text).frame.length),
    [3, 2, 1],
  );
  assert.ok(carriesAll(splitScript(own.iptables)));
  assert.ok(carriesAll(splitScript(own.nft)));
  assert.ok(!carriesAll(splitScript(own.down)));
  for (const text of Object.values(own)) {
    assert.equal(difference(text, text), null);
    for (const other of Object.values(own)) assert.equal(difference(text, other) === null, text === other);
  }
});

test("a delimiter may be longer, and what looks like a carrier in another's text is none", () => {
  const longer = carrier("rules_v4", "NETC-RULES-V4-", "NETC-RULES-V4\n");
  const inside = carrier("rules_v6", "NETC-RULES-V6", V4);
  const { carried, frame } = splitScript(`${HEAD}${longer}${inside}load\n`);
  assert.deepEqual(
    carried.map(({ text }) => text),
    ["NETC-RULES-V4\n", V4],
  );
  assert.equal(frame.length, 3);
});

test("not all rules are there: of one family, of both tools, twice, in another order, without a delimiter", () => {
  for (const text of [
    "",
    V4,
    `${V4}${V6}${NFT}`,
    `${V4}${V4}${V6}`,
    `${V6}${V4}`,
    `${V4}${V6.replace("NETC-RULES-V6\n}", "}")}`,
  ])
    assert.ok(!carriesAll(splitScript(text)), text);
});

test("other rules leave the frame as it is", () => {
  for (const rules of ["", "\n", "*filter\n:NETC-INPUT - [0:0]\nCOMMIT\n", "NETC-RULES-V4 \n", " NETC-RULES-V4\n", V6])
    assert.equal(
      difference(
        SCRIPT.replace(V4_RULES, () => rules),
        SCRIPT,
      ),
      null,
      rules,
    );
});

test("the first line that differs, with its number in the script", () => {
  const cases: readonly (readonly [text: string, line: number, found: string | null, expected: string | null])[] = [
    ["", 1, null, "#!/bin/sh"],
    [`\n${SCRIPT}`, 1, "", "#!/bin/sh"],
    [SCRIPT.slice(0, -1), 15, "load", "load"],
    [SCRIPT.slice(0, -TAIL.length), 15, null, "load"],
    [`${SCRIPT}\n`, 16, "", null],
    [SCRIPT.replace(V4_RULES, "").replace("load", "true"), 13, "true", "load"],
    [SCRIPT.replace("}\n\n", "}\n\n\n"), 11, "", "rules_v6() {"],
    [SCRIPT.replace("NETC-RULES-V6\n}", "}"), 15, null, "NETC-RULES-V6"],
    [SCRIPT.replace("NETC-RULES-V4\n}\n", "NETC-RULES-V4\n}\n\n"), 11, "", "rules_v6() {"],
    [SCRIPT.replace("COMMIT\n", "NETC-RULES-V4\nCOMMIT\n"), 8, "COMMIT", "}"],
  ];
  for (const [text, line, found, expected] of cases) {
    const told = difference(text, SCRIPT);
    assert.deepEqual([told?.line, told?.text, told?.expected], [line, found, expected], JSON.stringify(text));
  }
});

/** Whether a text is the script with other rules in it, said without a reader. */
function isScriptWithRules(text: string): boolean {
  const between = `}\n${BETWEEN}rules_v6() {\ncat <<'NETC-RULES-V6'\n`;
  const head = `${HEAD}rules_v4() {\ncat <<'NETC-RULES-V4'\n`;
  const tail = `}\n${TAIL}`;
  const isRules = (rules: string, mark: string): boolean =>
    (rules === "" || rules.endsWith("\n")) && !rules.split("\n").includes(mark);
  if (!text.startsWith(head) || !text.endsWith(`NETC-RULES-V6\n${tail}`)) return false;
  const middle = `NETC-RULES-V4\n${between}`;
  for (let at = text.indexOf(middle); at !== -1; at = text.indexOf(middle, at + 1)) {
    const v4 = text.slice(head.length, at);
    const v6 = text.slice(at + middle.length, -`NETC-RULES-V6\n${tail}`.length);
    if (at >= head.length && isRules(v4, "NETC-RULES-V4") && isRules(v6, "NETC-RULES-V6")) return true;
  }
  return false;
}

const WORDS = ["\n", " ", "\0", "\r", "-", "}", "}\n", "x", "load\n", "exit 0\n", "NETC-RULES-V4\n", "NETC-RULES-V6\n"];
const piece = fc.oneof(fc.constantFrom(...WORDS, "NETC-RULES-V4", "\nNETC-RULES-V6", V4, V6, NFT), fc.string());
const splice = fc.record({
  at: fc.nat(SCRIPT.length),
  gone: fc.oneof(fc.constant(0), fc.nat(4), fc.nat(SCRIPT.length)),
  put: fc.array(piece, { maxLength: 3 }),
});

test("whatever is changed, a frame is the script's own exactly where only rules changed", () => {
  fc.assert(
    fc.property(fc.array(splice, { minLength: 1, maxLength: 3 }), (splices) => {
      let text = SCRIPT;
      for (const { at, gone, put } of splices) text = text.slice(0, at) + put.join("") + text.slice(at + gone);
      assert.equal(difference(text, SCRIPT) === null, isScriptWithRules(text));
    }),
    { numRuns: 2000 },
  );
});

test("what shells or the script give another meaning is not read", () => {
  const reasons = (text: string, target: Carried["target"] = "iptables") =>
    unreadIn({ target, text, above: 10 }).map(({ line, reason }) => `${line}: ${reason}`);
  assert.deepEqual(reasons("*filter\n:NETC-INPUT - [0:0]\n# é\tü\nCOMMIT\n"), []);
  for (const control of ["\0", "\x07", "\r", "\x0b", "\x1b", "\x7f"])
    assert.match(reasons(`*filter\n# ${control}\n`).join("\n"), /^12: a control character/);
});

test("what is not seen in a line is named", () => {
  const reasons = [
    `\uFEFF${SCRIPT}`,
    SCRIPT.replaceAll("\n", "\r\n"),
    SCRIPT.replace("set -eu", "set\u00a0-eu"),
    SCRIPT.replace("set -eu", "set  -eu"),
  ];
  assert.deepEqual(
    reasons.map((text) => difference(text, SCRIPT)?.reason),
    [
      "the line holds a byte-order mark, and netc's own does not",
      "the line holds a carriage return, and netc's own does not",
      "the line holds U+00A0, which is not seen, and netc's own does not",
      "the two lines differ in blanks alone",
    ],
  );
});
