/** A whole text that leaves out chains or tables: refuted where that changes a packet's lot, and otherwise not known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { prove } from "../../src/verify/prove.ts";
import { reasonsOf, V4 } from "./by-hand.ts";
import { goldenSamples } from "./corpus.ts";

const sample = V4.textOf(V4.plan, "iptables");
const kindsOf = (text: string): readonly string[] =>
  prove(sample.cluster, sample.node, [{ ...sample, text }]).map(({ kind }) => kind);

const without = (lines: RegExp): string => {
  const text = sample.text.replaceAll(lines, "");
  assert.notEqual(text, sample.text);
  return text;
};

test("a whole text whose chains nothing leads to is refuted", () => {
  const kinds = kindsOf(without(/^-A (?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) .*\n/gm));
  assert.ok(kinds.length > 0 && kinds.every((kind) => kind === "refuted"), String(kinds));
});

test("so is one of own chains, as it would stand beside others' rules", () => {
  for (const golden of goldenSamples()) {
    const { cluster, node, target, form, text } = golden;
    if (form !== "coexist" || text === "" || !text.includes("-A NETC-")) continue;
    const findings = prove(cluster, node, [{ target, form: "whole", text }]);
    assert.notEqual(findings.length, 0, golden.program);
    if (golden.program.includes("deny"))
      assert.ok(
        findings.every(({ kind }) => kind === "refuted"),
        golden.program,
      );
  }
});

test("what changes nothing where the kernel's tables are empty is not known", () => {
  assert.deepEqual(reasonsOf(sample, without(/(?<=\*nat\n:PREROUTING.*\n):INPUT.*\n/g)), [
    "the chain INPUT is not declared: its policy stays",
  ]);
  const [empty] = goldenSamples().filter(
    ({ target, form, text }) => target === "iptables" && form === "whole" && !/\*mangle\n[^*]*-A /.test(text),
  );
  assert.deepEqual(reasonsOf(empty!, empty!.text.replace(/\*mangle\n[^*]*COMMIT\n/, "")), [
    "the table mangle is missing: what the kernel has of it stays",
  ]);
});

test("the same text again is as little known", () => {
  const text = without(/(?<=\*nat\n:PREROUTING.*\n):INPUT.*\n/g);
  const findings = prove(sample.cluster, sample.node, [
    { ...sample, text },
    { ...sample, text },
  ]);
  assert.deepEqual(
    findings.map(({ kind }) => kind),
    ["unverified", "unverified"],
  );
});
