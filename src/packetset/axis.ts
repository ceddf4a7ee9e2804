/** Values of a header, parted wherever one of the programs that are compared parts them: each stretch is a whole number. */
import { type Ranges, rangesOf } from "./ranges.ts";
import { lastFrom } from "./search.ts";

/** A port, or an address of one family. */
export type Value = number | bigint;

export interface Axis {
  /** Where stretches begin, ascending; the first is the lowest value. */
  readonly starts: readonly Value[];
  readonly top: Value;
}

export function createAxis(lowest: Value, top: Value, points: readonly Value[]): Axis {
  return { starts: typeof lowest === "number" ? numbers(lowest, Number(top), points) : bigs(lowest, top, points), top };
}

/** Numbers fit a double each, and are sorted as such. */
function numbers(lowest: number, top: number, points: readonly Value[]): readonly number[] {
  const order = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 1) order[at] = Number(points[at]);
  order.sort();
  const starts = [lowest];
  let before = lowest;
  for (let at = 0; at < order.length; at += 1) {
    const value = order[at]!;
    if (value <= before || value > top) continue;
    starts.push(value);
    before = value;
  }
  return starts;
}

function bigs(lowest: Value, top: Value, points: readonly Value[]): readonly Value[] {
  const order = points.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const starts = [lowest];
  for (const value of order) if (value > starts.at(-1)! && value <= top) starts.push(value);
  return starts;
}

/** The stretch that holds a value. */
export const stretchAt = ({ starts }: Axis, value: Value): number => lastFrom(starts, value);

export interface Stretch {
  readonly first: Value;
  readonly last: Value;
}

/** Of inclusive ranges that begin and end where stretches do. */
export const stretchesOf = (axis: Axis, ranges: readonly Stretch[]): Ranges =>
  rangesOf(ranges.flatMap(({ first, last }) => placesOf(axis, first, last)));

/** Of one such range. */
export function placesOf(axis: Axis, first: Value, last: Value): Ranges {
  const at = stretchAt(axis, first);
  return [at, first === last ? at : stretchAt(axis, last)];
}

/** The values of a stretch, inclusive. */
export function valuesOf({ starts, top }: Axis, stretch: number): Stretch {
  const first = starts[stretch]!;
  const next = starts[stretch + 1];
  if (next === undefined) return { first, last: top };
  return { first, last: typeof next === "bigint" ? next - 1n : next - 1 };
}
