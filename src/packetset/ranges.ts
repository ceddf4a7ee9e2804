/** A set of whole numbers: inclusive ranges `first, last, first, last, …`, ascending, none of them touching the next. */
export type Ranges = readonly number[];

/** The ranges that hold exactly the numbers of `pairs` (`first, last, …` in any order, overlapping or not). */
export function rangesOf(pairs: readonly number[]): Ranges {
  if (pairs.length <= 2) return pairs;
  const order: number[] = [];
  for (let at = 0; at < pairs.length; at += 2) order.push(at);
  order.sort((a, b) => pairs[a]! - pairs[b]!);
  const found: number[] = [];
  for (const at of order) {
    const last = pairs[at + 1]!;
    const end = found.length - 1;
    if (end > 0 && pairs[at]! <= found[end]! + 1) found[end] = Math.max(found[end]!, last);
    else found.push(pairs[at]!, last);
  }
  return found;
}

export function rangesMeet(a: Ranges, b: Ranges): boolean {
  let at = 0;
  let other = 0;
  while (at < a.length && other < b.length) {
    if (a[at + 1]! < b[other]!) at += 2;
    else if (b[other + 1]! < a[at]!) other += 2;
    else return true;
  }
  return false;
}

export function rangesContain(outer: Ranges, inner: Ranges): boolean {
  let at = 0;
  for (let other = 0; other < inner.length; other += 2) {
    while (at < outer.length && outer[at + 1]! < inner[other]!) at += 2;
    if (at >= outer.length || outer[at]! > inner[other]! || outer[at + 1]! < inner[other + 1]!) return false;
  }
  return true;
}

export function intersectRanges(a: Ranges, b: Ranges): Ranges {
  const both: number[] = [];
  let at = 0;
  let other = 0;
  while (at < a.length && other < b.length) {
    const first = Math.max(a[at]!, b[other]!);
    const last = Math.min(a[at + 1]!, b[other + 1]!);
    if (first <= last) both.push(first, last);
    if (a[at + 1]! < b[other + 1]!) at += 2;
    else other += 2;
  }
  return both;
}

export function subtractRanges(a: Ranges, b: Ranges): Ranges {
  const left: number[] = [];
  let other = 0;
  for (let at = 0; at < a.length; at += 2) {
    let first = a[at]!;
    const last = a[at + 1]!;
    while (other < b.length && b[other + 1]! < first) other += 2;
    for (let hole = other; hole < b.length && b[hole]! <= last; hole += 2) {
      if (b[hole]! > first) left.push(first, b[hole]! - 1);
      first = b[hole + 1]! + 1;
    }
    if (first <= last) left.push(first, last);
  }
  return left;
}
