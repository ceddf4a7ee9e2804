/** Sets of packets as boxes: one set of numbers for each header, and every combination of them. */
import { intersectRanges, type Ranges, rangesContain, rangesMeet, subtractRanges } from "./ranges.ts";

/** The same headers in the same order in every box that is compared. No header's set is empty. */
export type Box = readonly Ranges[];

export function boxesMeet(a: Box, b: Box): boolean {
  for (let at = 0; at < a.length; at += 1) if (!rangesMeet(a[at]!, b[at]!)) return false;
  return true;
}

export function boxContains(outer: Box, inner: Box): boolean {
  for (let at = 0; at < outer.length; at += 1) if (!rangesContain(outer[at]!, inner[at]!)) return false;
  return true;
}

/** The packets in both; of boxes that meet. */
export function intersectBoxes(a: Box, b: Box): Box {
  return a.map((ranges, at) => intersectRanges(ranges, b[at]!));
}

/** The packets of `box` that `hole` does not hold, as disjoint boxes: at most one for each header. */
export function subtractBox(box: Box, hole: Box): readonly Box[] {
  if (!boxesMeet(box, hole)) return [box];
  const left: Box[] = [];
  let inside = box;
  for (let at = 0; at < box.length; at += 1) {
    const outside = subtractRanges(inside[at]!, hole[at]!);
    if (outside.length > 0) left.push(inside.with(at, outside));
    inside = inside.with(at, intersectRanges(inside[at]!, hole[at]!));
  }
  return left;
}
