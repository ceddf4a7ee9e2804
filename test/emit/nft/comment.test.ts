import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { comment, remark } from "../../../src/emit/nft/comment.ts";

test("a comment has no quote inside, and a backslash is itself", () => {
  assert.equal(comment('service "my web"'), `"service 'my web'"`);
  assert.equal(comment("back\\"), '"back\\"');
  assert.equal(remark('service "my web"'), '# service "my web"');
});

test("a comment is whole up to 128 bytes", () => {
  assert.equal(comment("x".repeat(128)), `"${"x".repeat(128)}"`);
  assert.equal(comment("日".repeat(42)), `"${"日".repeat(42)}"`);
  assert.ok(comment("x".repeat(129)).endsWith('…"'));
});

test("a comment is cut on a character, and is never more than 128 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      const said = comment(text);
      assert.ok(Buffer.byteLength(said) <= 130);
      assert.ok(!Buffer.from(said).toString().includes("\ufffd") || text.includes("\ufffd"));
      const kept = said.slice(1, -1).replace(/…$/, "");
      assert.ok(text.replaceAll('"', "'").startsWith(kept));
    }),
  );
});
