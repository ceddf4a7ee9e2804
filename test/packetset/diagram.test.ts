/** Decision diagrams against functions of whole numbers, value by value. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EVERY_TRAIT } from "../../src/packetset/combine.ts";
import { askedFirst, createDiagrams, type Diagram, isLeaf, placeOf } from "../../src/packetset/diagram.ts";
import { rangesOf } from "../../src/packetset/ranges.ts";
import { firstTier } from "../../src/packetset/tiers.ts";

const HIGHEST = [3, 7, 5];
const ODD = 1;
/** So few that the second level and the third have several tiers, the last digits of which have no value. */
const DIGITS = 3;

const diagrams = createDiagrams<number>(
  HIGHEST,
  {
    // So that unequal leaves have equal hashes too.
    hashOf: (value) => value % 3,
    isEqual: (one, other) => one === other,
    traitsOf: (value) => (value % 2 === 1 ? ODD : 0),
  },
  { digits: DIGITS },
);

function valueAt(diagram: Diagram<number>, at: readonly number[]): number {
  if (isLeaf(diagram)) return diagram.value;
  const unit = diagrams.tiers.units[diagram.level]!;
  const isFirst = diagram.level === firstTier(askedFirst(diagram));
  const digit = Math.floor(at[askedFirst(diagram)]! / unit);
  return valueAt(diagram.to[placeOf(diagram.ends, isFirst ? digit : digit % DIGITS)]!, at);
}

const points: readonly (readonly number[])[] = [0, 1, 2, 3].flatMap((a) =>
  [0, 1, 2, 3, 4, 5, 6, 7].flatMap((b) => [0, 1, 2, 3, 4, 5].map((c) => [a, b, c])),
);

/** A diagram, and the function that it is. */
interface Drawn {
  readonly diagram: Diagram<number>;
  readonly of: (at: readonly number[]) => number;
}

const leaf: fc.Arbitrary<Drawn> = fc
  .integer({ min: 0, max: 4 })
  .map((value) => ({ diagram: diagrams.leaf(value), of: () => value }));

function at(level: number, below: fc.Arbitrary<Drawn>): fc.Arbitrary<Drawn> {
  const pair = fc
    .tuple(fc.nat(HIGHEST[level]!), fc.nat(HIGHEST[level]!))
    .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
  return fc.tuple(fc.array(pair, { maxLength: 3 }), below, below).map(([pairs, inside, outside]) => {
    const ranges = rangesOf(pairs.flat());
    return {
      diagram: diagrams.where(level, ranges, inside.diagram, outside.diagram),
      of: (point) =>
        (pairs.some(([first, last]) => first! <= point[level]! && point[level]! <= last!) ? inside : outside).of(point),
    };
  });
}

const drawn: fc.Arbitrary<Drawn> = at(0, at(1, at(2, leaf)));

const isFunction = (diagram: Diagram<number>, of: (point: readonly number[]) => number): void => {
  for (const point of points) assert.equal(valueAt(diagram, point), of(point), point.join());
};

test("a diagram is the function that it was made of, and equal functions are one diagram", () => {
  fc.assert(
    fc.property(drawn, drawn, (one, other) => {
      isFunction(one.diagram, one.of);
      const areEqual = points.every((point) => one.of(point) === other.of(point));
      assert.equal(one.diagram === other.diagram, areEqual);
    }),
  );
});

test("what diagrams are combined to is so value by value", () => {
  fc.assert(
    fc.property(drawn, drawn, drawn, (one, other, third) => {
      const sum = diagrams.join(one.diagram, other.diagram, (a, b) => a + b);
      isFunction(sum, (point) => one.of(point) + other.of(point));
      const chosen = diagrams.choose(one.diagram, (value) => value > 1, other.diagram, third.diagram);
      isFunction(chosen, (point) => (one.of(point) > 1 ? other : third).of(point));
      isFunction(
        diagrams.map(sum, EVERY_TRAIT, (value) => value * 2),
        (point) => 2 * valueAt(sum, point),
      );
      const even = diagrams.map(one.diagram, ODD, (value) => value + 1);
      isFunction(even, (point) => one.of(point) + (one.of(point) % 2));
    }),
  );
});

const below: readonly fc.Arbitrary<Drawn>[] = [drawn, at(1, at(2, leaf)), at(2, leaf)];

test("stretches may lead to what asks the same level again", () => {
  for (const [level, each] of below.entries()) {
    const highest = HIGHEST[level]!;
    fc.assert(
      fc.property(each, each, each, fc.nat(highest), fc.nat(highest), (inside, second, outside, a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const ranges = last < highest ? [first, last, last + 1, highest] : [first, last];
        const found = [inside, second].slice(0, ranges.length / 2);
        const whole = diagrams.stretches(
          level,
          ranges,
          found.map(({ diagram }) => diagram),
          outside.diagram,
        );
        isFunction(whole, (point) =>
          (point[level]! < first ? outside : point[level]! <= last ? inside : second).of(point),
        );
      }),
    );
  }
});
