import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compareAddress } from "../../src/address/address.ts";
import {
  countAddresses,
  intersectPrefixes,
  mergePrefixes,
  rangeToPrefixes,
  subtractPrefixes,
} from "../../src/address/intervals.ts";
import { comparePrefix, contains, lastAddress, overlaps, type Prefix, prefixOf } from "../../src/address/prefix.ts";
import { anyAddress, anyPrefix, crowd, crowdedPrefixes, parsed, prefix } from "./arbitraries.ts";

const holds = (prefixes: readonly Prefix[]) =>
  crowd.map((address) => prefixes.some((range) => contains(range, address)));
const texts = (prefixes: readonly Prefix[]) => prefixes.map((range) => range.text);

/** Sorted, disjoint, and no two that make one prefix together: then no smaller set holds the same addresses. */
function assertSmallest(prefixes: readonly Prefix[]): void {
  for (let at = 1; at < prefixes.length; at++) {
    const [a, b] = [prefixes[at - 1]!, prefixes[at]!];
    assert.ok(comparePrefix(a, b) < 0);
    assert.ok(!overlaps(a, b));
    if (a.length === b.length && a.length > 0) {
      assert.notEqual(prefixOf(a.address, a.length - 1).text, prefixOf(b.address, b.length - 1).text);
    }
  }
}

test("merging keeps exactly the addresses, in the smallest disjoint set", () => {
  fc.assert(
    fc.property(crowdedPrefixes, (prefixes) => {
      const merged = mergePrefixes(prefixes);
      assertSmallest(merged);
      assert.deepEqual(holds(merged), holds(prefixes));
    }),
    { numRuns: 500 },
  );
});

test("merging has no order and needs no second time", () => {
  fc.assert(
    fc.property(fc.array(anyPrefix), (prefixes) => {
      const merged = mergePrefixes(prefixes);
      assert.deepEqual(mergePrefixes([...prefixes].reverse()), merged);
      assert.deepEqual(mergePrefixes(merged), merged);
    }),
  );
});

test("halves join over several levels, across both families", () => {
  const quarters = ["10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26", "10.0.0.192/26", "::/1", "8000::/1"];
  assert.deepEqual(texts(mergePrefixes(quarters.map(prefix))), ["10.0.0.0/24", "::/0"]);
  assert.deepEqual(texts(mergePrefixes(["0.0.0.0/1", "128.0.0.0/1"].map(prefix))), ["0.0.0.0/0"]);
});

test("a range is the fewest prefixes", () => {
  const range = (from: string, to: string) => texts(rangeToPrefixes(parsed(from), parsed(to)));
  assert.deepEqual(range("10.0.0.1", "10.0.0.1"), ["10.0.0.1/32"]);
  assert.deepEqual(range("0.0.0.0", "255.255.255.255"), ["0.0.0.0/0"]);
  assert.deepEqual(range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), ["::/0"]);
  assert.deepEqual(range("10.0.0.2", "10.0.0.1"), []);
  assert.deepEqual(range("10.0.0.2", "fd00::1"), []);
  fc.assert(
    fc.property(anyAddress, anyAddress, (a, b) => {
      fc.pre(a.family === b.family);
      const [first, last] = compareAddress(a, b) < 0 ? [a, b] : [b, a];
      const prefixes = rangeToPrefixes(first, last);
      assertSmallest(prefixes);
      assert.equal(prefixes[0]?.address.text, first.text);
      assert.equal(lastAddress(prefixes.at(-1)!).text, last.text);
      assert.equal(countAddresses(prefixes), BigInt(last.value) - BigInt(first.value) + 1n);
    }),
  );
});

test("subtraction and intersection hold what sets hold", () => {
  fc.assert(
    fc.property(crowdedPrefixes, crowdedPrefixes, (a, b) => {
      const less = subtractPrefixes(a, b);
      const both = intersectPrefixes(a, b);
      assertSmallest(less);
      assertSmallest(both);
      const [inA, inB] = [holds(a), holds(b)];
      assert.deepEqual(
        holds(less),
        inA.map((held, at) => held && !inB[at]),
      );
      assert.deepEqual(
        holds(both),
        inA.map((held, at) => held && inB[at]!),
      );
    }),
    { numRuns: 1000 },
  );
});

test("what is left and what is common make up the whole, whatever the prefixes", () => {
  fc.assert(
    fc.property(fc.array(anyPrefix), fc.array(anyPrefix), (a, b) => {
      const parts = [...subtractPrefixes(a, b), ...intersectPrefixes(a, b)];
      assert.deepEqual(texts(mergePrefixes(parts)), texts(mergePrefixes(a)));
      assert.equal(countAddresses(subtractPrefixes(a, b)) + countAddresses(intersectPrefixes(a, b)), countAddresses(a));
    }),
  );
});

test("a hole at either end of the address space leaves the rest", () => {
  assert.deepEqual(texts(subtractPrefixes([prefix("0.0.0.0/0")], [prefix("255.255.255.255")])).length, 32);
  assert.deepEqual(texts(subtractPrefixes([prefix("::/0")], [prefix("::/1")])), ["8000::/1"]);
});
