/** What an adversary would try by hand: each comes out as the lists say. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { prove } from "../../src/verify/prove.ts";
import { BASES } from "./adversary/base.ts";
import { findingsOf, otherwise } from "./adversary/judge.ts";
import { CLASSES } from "./adversary/lists.ts";
import { reported } from "./adversary/script-report.ts";
import { SCRIPTS } from "./adversary/scripts.ts";

test("the texts that are edited are proved as they are", () => {
  for (const family of [4, 6] as const) {
    const { cluster, node, textOf } = BASES[family];
    const target = family === 4 ? "iptables" : "ip6tables";
    for (const form of ["whole", "coexist"] as const)
      assert.deepEqual(prove(cluster, node, [{ target, form, text: textOf("iptables", form) }]), []);
    assert.deepEqual(prove(cluster, node, [{ target: "nft", form: "whole", text: textOf("nft", "whole") }]), []);
  }
});

for (const [name, edits] of Object.entries(CLASSES))
  test(`by hand: ${name}`, () => {
    const wrong = edits.flatMap((edit) => {
      const what = otherwise(edit, findingsOf(edit));
      return what === null ? [] : [`${edit.tool} IPv${edit.family}: ${edit.name}: ${what}`];
    });
    assert.deepEqual(wrong, []);
  });

test("by hand: a script", () => {
  for (const edit of SCRIPTS) {
    const kinds = reported(edit);
    assert.ok(kinds.includes(edit.comes), `${edit.target}, ${edit.rules}: ${edit.name}: ${kinds.join()}`);
  }
});

test("each class has at least three edits for each tool", () => {
  for (const [name, edits] of Object.entries(CLASSES)) {
    for (const tool of ["iptables", "nft"] as const) {
      const count = edits.filter((edit) => edit.tool === tool).length;
      // nft has one form.
      assert.ok(count >= 3 || (name === "a form" && tool === "nft"), `${name}: ${count} of ${tool}`);
      assert.equal(new Set(edits.filter((edit) => edit.tool === tool).map((edit) => edit.name)).size, count, name);
    }
  }
});
