/** What a random program is drawn with. */
import fc from "fast-check";

export interface Dice {
  /** Both ends may come. */
  readonly number: (first: number, last: number) => number;
  readonly one: <T>(list: readonly T[]) => T;
  /** So many of them, each once at most. */
  readonly some: <T>(list: readonly T[], least: number, most: number) => readonly T[];
  /** So many times in a hundred. */
  readonly percent: (share: number) => boolean;
  /** As many as drawn. */
  readonly times: <T>(least: number, most: number, make: (at: number) => T) => readonly T[];
}

/** Every number as likely as the next: fast-check's own leaning to the ends would always choose what a list begins with. */
export const dice: fc.Arbitrary<Dice> = fc.noBias(
  fc.gen().map((draw): Dice => {
    const number = (first: number, last: number): number => draw(fc.integer, { min: first, max: last });
    const one = <T>(list: readonly T[]): T => list[number(0, list.length - 1)]!;
    function some<T>(list: readonly T[], least: number, most: number): readonly T[] {
      const left = [...list];
      const count = number(Math.min(least, left.length), Math.min(most, left.length));
      return Array.from({ length: count }, () => left.splice(number(0, left.length - 1), 1)[0]!);
    }
    return {
      number,
      one,
      some,
      percent: (share) => number(1, 100) <= share,
      times: (least, most, make) => Array.from({ length: number(least, most) }, (_, at) => make(at)),
    };
  }),
);

/** Of words with a weight each. */
export function weighted<T extends string>({ number }: Dice, weights: Readonly<Record<T, number>>): T {
  const all = Object.entries(weights) as [T, number][];
  let left = number(
    1,
    all.reduce((sum, [, weight]) => sum + weight, 0),
  );
  return all.find(([, weight]) => {
    left -= weight;
    return left <= 0;
  })![0];
}
