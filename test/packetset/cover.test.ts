/** Sets of boxes against sets of points, on a universe small enough to count. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isFault, parseAddress } from "../../src/address/address.ts";
import { hostPrefix, type Prefix, parsePrefix } from "../../src/address/prefix.ts";
import { type Box, boxContains, subtractBox } from "../../src/packetset/box.ts";
import { coverOf, type Region, subtractRegion } from "../../src/packetset/cover.ts";
import { addressLine, placeOf, stretchOf } from "../../src/packetset/line.ts";
import {
  intersectRanges,
  type Ranges,
  rangesContain,
  rangesMeet,
  rangesOf,
  subtractRanges,
} from "../../src/packetset/ranges.ts";

const LAST = 7;
const numbers = Array.from({ length: LAST + 1 }, (_, n) => n);
const pair = fc.tuple(fc.nat(LAST), fc.nat(LAST)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
const ranges: fc.Arbitrary<Ranges> = fc
  .array(pair, { minLength: 1, maxLength: 3 })
  .map((pairs) => rangesOf(pairs.flat()));
const box: fc.Arbitrary<Box> = fc.tuple(ranges, ranges, ranges);
const region: fc.Arbitrary<Region> = fc.array(box, { minLength: 1, maxLength: 3 });

const holds = (set: Ranges, n: number): boolean =>
  set.some((first, at) => at % 2 === 0 && first <= n && n <= set[at + 1]!);
const members = (set: Ranges): readonly number[] => numbers.filter((n) => holds(set, n));
const points = numbers.flatMap((x) =>
  numbers.flatMap((y) =>
    numbers.map(
      (z): Box => [
        [x, x],
        [y, y],
        [z, z],
      ],
    ),
  ),
);
const inRegion = (boxes: Region, point: Box): boolean => boxes.some((each) => boxContains(each, point));

test("ranges are sets of numbers", () => {
  fc.assert(
    fc.property(ranges, ranges, (a, b) => {
      const both = members(a).filter((n) => holds(b, n));
      assert.deepEqual(members(intersectRanges(a, b)), both);
      assert.deepEqual(
        members(subtractRanges(a, b)),
        members(a).filter((n) => !holds(b, n)),
      );
      assert.equal(rangesMeet(a, b), both.length > 0);
      assert.equal(rangesContain(a, b), both.length === members(b).length);
    }),
  );
});

test("what is left of a box is disjoint, and nothing is lost", () => {
  fc.assert(
    fc.property(box, box, (a, b) => {
      const left = subtractBox(a, b);
      for (const point of points) {
        const times = left.filter((each) => boxContains(each, point)).length;
        assert.equal(times, boxContains(a, point) && !boxContains(b, point) ? 1 : 0);
      }
    }),
    { numRuns: 50 },
  );
});

test("a cover is found exactly where the layers hold the whole region", () => {
  fc.assert(
    fc.property(region, fc.array(region, { maxLength: 6 }), (whole, layers) => {
      const isCovered = points.every(
        (point) => !inRegion(whole, point) || layers.some((layer) => inRegion(layer, point)),
      );
      const cover = coverOf(whole, layers, 10_000);
      assert.equal(cover !== null, isCovered);
      if (cover === null) return;
      const left = cover.reduce<Region>((rest, at) => subtractRegion(rest, layers[at]!), whole);
      assert.deepEqual(left, [], "the layers that are named are enough");
    }),
    { numRuns: 200 },
  );
});

test("the boxes of one layer cover together", () => {
  const whole: Region = [
    [
      [0, 1],
      [0, 0],
      [0, 0],
    ],
  ];
  const halves: Region = [1, 0].map((x) => [
    [x, x],
    [0, 0],
    [0, 0],
  ]);
  assert.deepEqual(coverOf(whole, [halves], 10_000), [0]);
  assert.equal(coverOf(whole, [halves.slice(1)], 10_000), null);
});

const read = (text: string): Prefix => {
  const prefix = parsePrefix(text);
  assert.ok(!isFault(prefix), text);
  return prefix;
};

test("a line tells apart what its prefixes tell apart, to the last address", () => {
  const prefixes = [
    "10.0.0.0/8",
    "10.1.0.0/16",
    "255.255.255.255/32",
    "0.0.0.0/0",
    "::/0",
    "fd00::/8",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128",
  ].map(read);
  const line = addressLine(prefixes);
  for (const prefix of prefixes) {
    const [first, last] = stretchOf(line, prefix);
    for (const text of [
      "9.9.9.9",
      "10.0.0.1",
      "10.1.2.3",
      "11.0.0.0",
      "255.255.255.255",
      "::1",
      "fd12::1",
      "fe80::1",
    ]) {
      const address = parseAddress(text);
      assert.ok(!isFault(address));
      const place = placeOf(line, address);
      const { family } = prefix.address;
      const isIn = hostPrefix(address).address.family === family && stretchHolds(prefix, text);
      assert.equal(first <= place && place <= last, isIn, `${text} in ${prefix.text}`);
    }
  }
});

const stretchHolds = (prefix: Prefix, text: string): boolean => {
  const address = parseAddress(text);
  assert.ok(!isFault(address));
  const bits = BigInt((address.family === 4 ? 32 : 128) - prefix.length);
  return BigInt(address.value) >> bits === BigInt(prefix.address.value) >> bits;
};
