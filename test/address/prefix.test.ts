import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { isFault } from "../../src/address/address.ts";
import {
  comparePrefix,
  contains,
  covers,
  firstAddress,
  hostPrefix,
  lastAddress,
  overlaps,
  parseAddressWithLength,
  parsePrefix,
  prefixOf,
} from "../../src/address/prefix.ts";
import { anyAddress, anyPrefix, crowd, crowdedPrefix, parsed, prefix } from "./arbitraries.ts";

test("a prefix without a length is one address", () => {
  assert.equal(prefix("10.0.0.1").text, "10.0.0.1/32");
  assert.equal(prefix("FD00::0001").text, "fd00::1/128");
  assert.equal(hostPrefix(parsed("10.0.0.1")).text, "10.0.0.1/32");
});

test("what is printed is read back", () => {
  fc.assert(fc.property(anyPrefix, (range) => assert.deepEqual(prefix(range.text), range)));
});

test("a prefix contains what ipaddr.js says it matches", () => {
  fc.assert(
    fc.property(anyPrefix, anyAddress, (range, address) => {
      const oracle = ipaddr.parse(address.text);
      const from = ipaddr.parse(range.address.text);
      const expected = oracle.kind() === from.kind() && oracle.match(from as never, range.length);
      assert.equal(contains(range, address), expected);
      assert.ok(contains(prefixOf(address, Math.min(range.length, 32)), address));
    }),
  );
});

test("covering and overlapping are what their addresses say", () => {
  fc.assert(
    fc.property(crowdedPrefix, crowdedPrefix, (a, b) => {
      const inA = crowd.filter((address) => contains(a, address));
      const inB = crowd.filter((address) => contains(b, address));
      assert.equal(
        covers(a, b),
        inB.every((address) => inA.includes(address)),
      );
      assert.equal(
        overlaps(a, b),
        inB.some((address) => inA.includes(address)),
      );
    }),
  );
});

test("a prefix runs from its first to its last address", () => {
  assert.equal(firstAddress(prefix("10.244.0.0/16")).text, "10.244.0.0");
  assert.equal(lastAddress(prefix("10.244.0.0/16")).text, "10.244.255.255");
  assert.equal(lastAddress(prefix("0.0.0.0/0")).text, "255.255.255.255");
  assert.equal(lastAddress(prefix("fd00::/64")).text, "fd00::ffff:ffff:ffff:ffff");
  assert.equal(lastAddress(prefix("::/0")).text, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
});

test("the wider of two prefixes that begin together comes first", () => {
  const texts = ["0.0.0.0/0", "10.0.0.0/8", "10.0.0.0/24", "10.0.0.1/32", "::/0", "fd00::/64"];
  const sorted = [...texts].reverse().map(prefix).sort(comparePrefix);
  assert.deepEqual(
    sorted.map((range) => range.text),
    texts,
  );
});

test("host bits and malformed lengths say what to write instead", () => {
  const cases: readonly (readonly [string, "malformed" | "host-bits", RegExp, string | null])[] = [
    ["10.0.0.1/8", "host-bits", /begins at 10\.0\.0\.0/, "10.0.0.0/8"],
    ["10.1.2.3/0", "host-bits", /begins at 0\.0\.0\.0/, "0.0.0.0/0"],
    ["fd00::1/64", "host-bits", /begins at fd00::/, "fd00::/64"],
    ["10.0.0.0/33", "malformed", /at most 32, not 33/, null],
    ["fd00::/129", "malformed", /at most 128/, null],
    ["10.0.0.0/", "malformed", /no length/, "10.0.0.0/32"],
    ["10.0.0.0/08", "malformed", /leading zero/, "10.0.0.0/8"],
    ["10.0.0.0/a", "malformed", /`a` is no length/, null],
    ["10.0.0.0/8/8", "malformed", /`8\/8` is no length/, null],
    ["10.0.0.0/255.255.255.0", "malformed", /mask/, "10.0.0.0/24"],
    ["10.0.0.0/255.255.255.255", "malformed", /mask/, "10.0.0.0/32"],
    ["10.0.0.0/0.0.0.0", "malformed", /mask/, "0.0.0.0/0"],
    ["10.0.0.0/255.0.255.0", "malformed", /is no length/, null],
    ["010.1.0.1/16", "malformed", /octal/, "10.1.0.0/16"],
    ["::ffff:10.0.0.0/104", "malformed", /IPv4/, "10.0.0.0/8"],
    ["::ffff:10.0.0.0/64", "malformed", /IPv4/, null],
    ["10.0.0.4-10.0.0.7", "malformed", /range/, "10.0.0.4/30"],
  ];
  for (const [text, kind, reason, suggestion] of cases) {
    const read = parsePrefix(text);
    assert.ok(isFault(read), text);
    assert.equal(read.kind, kind, text);
    assert.match(read.reason, reason, text);
    assert.equal(read.suggestion, suggestion, text);
  }
});

test("an address keeps the length that people write behind it", () => {
  const read = parseAddressWithLength("10.244.1.10/24");
  assert.ok(!isFault(read));
  assert.deepEqual([read.address.text, read.length], ["10.244.1.10", 24]);
  const bare = parseAddressWithLength("fd00::1");
  assert.ok(!isFault(bare));
  assert.deepEqual([bare.address.text, bare.length], ["fd00::1", null]);
});
