/** Reading a printed ruleset gives the ruleset. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { type Prefix, parsePrefix } from "../../../src/address/prefix.ts";
import { readProgram } from "../../../src/cli/host.ts";
import { analyze, planNode } from "../../../src/compile.ts";
import { JUMPS, type Jump } from "../../../src/emit/iptables/jumps.ts";
import { printCoexist, printWhole } from "../../../src/emit/iptables/print.ts";
import type { IptMatch, IptRule, IptRuleset } from "../../../src/emit/iptables/ruleset.ts";
import { translate } from "../../../src/emit/iptables/translate.ts";
import { optimize } from "../../../src/plan/optimize.ts";
import { canonicalOrder } from "../../../src/plan/passes/canonical-order.ts";
import { programs } from "../../golden/golden.ts";
import { plan } from "../../plan/arbitrary.ts";
import { readRuleset } from "./read-ruleset.ts";

const singleQuotes = (text: string): string => text.replaceAll('"', "'");

/** A comment as xt_comment can hold it. */
function held(comment: string): string {
  const text = singleQuotes(comment);
  if (Buffer.byteLength(text) <= 255) return text;
  const characters = [...text];
  while (Buffer.byteLength(`${characters.join("")}…`) > 255) characters.pop();
  return `${characters.join("")}…`;
}

/** Only what a file says: a prefix may know its origin. */
const plain = (match: IptMatch): IptMatch =>
  "prefix" in match && match.prefix !== null ? { ...match, prefix: parsePrefix(match.prefix.text) as Prefix } : match;

/** As it is in a file: its texts have no double quotes. */
const inFile = ({ matches, target, comment }: IptRule): IptRule => ({
  matches: matches.map(plain),
  target: target.kind === "LOG" ? { ...target, prefix: singleQuotes(target.prefix) } : target,
  comment: comment === null ? null : held(comment),
});

const asInFile = (ruleset: IptRuleset): IptRuleset =>
  ruleset.map(({ name, chains }) => ({
    name,
    chains: chains.map((chain) => ({ name: chain.name, rules: chain.rules.map(inFile) })),
  }));

/** What leads from PREROUTING to doors for clients from outside comes before what leads to the doors of all. */
function inKernelOrder(jumps: readonly Jump[]): readonly string[] {
  const texts = jumps.map(({ table, hook, chain }) => `${table} ${hook} ${chain}`);
  const [first, second] = ["nat PREROUTING NETC-SERVICES-IN", "nat PREROUTING NETC-SERVICES"];
  return texts.flatMap((text) =>
    text === first ? [] : text === second && texts.includes(first) ? [first, second] : [text],
  );
}

function comesBack(ruleset: IptRuleset): void {
  const printed = asInFile(ruleset);
  const whole = readRuleset(printWhole(ruleset));
  // Where who may send is all there is, no other table is replaced.
  const isRawAlone = printed.every(({ name, chains }) => (name === "raw") === chains.length > 0);
  assert.deepEqual(whole.ruleset, isRawAlone ? printed.filter(({ name }) => name === "raw") : printed);
  const chains = new Set(printed.flatMap((table) => table.chains.map(({ name }) => `${table.name} ${name}`)));
  assert.deepEqual(whole.jumps, inKernelOrder(JUMPS.filter(({ table, chain }) => chains.has(`${table} ${chain}`))));
  assert.equal(whole.policies.length, isRawAlone ? 2 : 14);
  const beside = readRuleset(printCoexist(ruleset));
  assert.deepEqual(
    beside.ruleset,
    printed.filter((table) => table.chains.length > 0),
  );
  assert.deepEqual([beside.jumps, beside.policies], [[], []]);
}

test("a printed ruleset, read, is the ruleset: random plans", () => {
  fc.assert(
    fc.property(plan, fc.boolean(), (each, isOptimized) => {
      comesBack(translate((isOptimized ? optimize(each) : canonicalOrder.run(each)).packets[0]!));
    }),
    { numRuns: 400 },
  );
});

for (const folder of programs()) {
  test(`a printed ruleset, read, is the ruleset: ${folder}`, () => {
    const { root, open } = readProgram(join(folder, "main.net"), { allowOutside: false });
    const { value: cluster } = analyze(root, open);
    for (const node of cluster.nodes)
      for (const packets of planNode(cluster, node).packets) comesBack(translate(packets));
  });
}

test("any text of a comment or a log prefix comes back, its double quotes single", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", " ", '"', "\\", "'", "日", "🚀", "-", "#", "$"),
    maxLength: 400,
  });
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom("a", '"', "\\", " "), maxLength: 28 }), (comment, prefix) => {
      const rules: readonly IptRule[] = [{ matches: [], target: { kind: "LOG", prefix }, comment }];
      comesBack([
        { name: "raw", chains: [] },
        { name: "filter", chains: [{ name: "NETC-INPUT", rules }] },
        { name: "mangle", chains: [] },
        { name: "nat", chains: [] },
      ]);
    }),
  );
});

test("the reader throws at what it does not know", () => {
  const filter = (...rules: readonly string[]) => ["*filter", ":NETC-A - [0:0]", ...rules, "COMMIT", ""].join("\n");
  readRuleset(filter("-A NETC-A -s 10.0.0.0/8 -j DROP", "-A NETC-A -g NETC-A"));
  for (const rule of [
    "-A NETC-A -s 10.0.0.0/8 -j QUEUE",
    "-A NETC-A -s 10.0.0.0/8",
    "-A NETC-A ! -s 10.0.0.0/8 -j DROP",
    "-A NETC-A -s 10.0.0.1 -j DROP",
    "-A NETC-A -s 10.0.0.1/8 -j DROP",
    "-A NETC-A -m multiport --dports 1,2 -j DROP",
    "-A NETC-A -m tcp -j DROP",
    "-A NETC-A -j NETC-B",
    "-A NETC-A -g DROP",
    "-A NETC-A -j DROP --random-fully",
    "-A NETC-B -j DROP",
    "-A INPUT -j DROP",
    "-I NETC-A -j DROP",
    ":NETC-A - [0:0]",
    "",
  ])
    assert.throws(() => readRuleset(filter(rule)), Error, rule);
});
