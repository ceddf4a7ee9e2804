/** Values of a header, parted wherever one of the programs that are compared parts them: each stretch is a whole number. */
import { type Ranges, rangesOf } from "./ranges.ts";

/** A port, or an address of one family. */
export type Value = number | bigint;

export interface Axis {
  /** Where stretches begin, ascending; the first is the lowest value. */
  readonly starts: readonly Value[];
  readonly top: Value;
}

export function createAxis(lowest: Value, top: Value, points: Iterable<Value>): Axis {
  const inside = [lowest];
  for (const value of points) if (value > lowest && value <= top) inside.push(value);
  const order = sorted(inside);
  return { starts: order.filter((value, at) => value !== order[at - 1]), top };
}

/** Numbers fit a double each; an IPv6 address does not. */
function sorted(values: readonly Value[]): readonly Value[] {
  if (values.every((value) => typeof value === "number")) return Array.from(Float64Array.from(values).sort());
  return values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** The stretch that holds a value. */
export function stretchAt({ starts }: Axis, value: Value): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Stretch {
  readonly first: Value;
  readonly last: Value;
}

/** Of inclusive ranges that begin and end where stretches do. */
export function stretchesOf(axis: Axis, ranges: readonly Stretch[]): Ranges {
  const [one] = ranges;
  if (ranges.length === 1) return placesOf(axis, one!);
  return rangesOf(ranges.flatMap((range) => placesOf(axis, range)));
}

function placesOf(axis: Axis, { first, last }: Stretch): Ranges {
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
