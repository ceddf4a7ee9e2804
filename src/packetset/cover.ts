import { type Box, boxContains, boxesMeet, subtractBox } from "./box.ts";

/** A set of packets as boxes that may overlap. */
export type Region = readonly Box[];

export function regionsMeet(a: Region, b: Region): boolean {
  return a.some((box) => b.some((other) => boxesMeet(box, other)));
}

/** True where each box of `inner` lies in one box of `outer`: enough for containment, not needed for it. */
export function plainlyContains(outer: Region, inner: Region): boolean {
  return inner.every((box) => outer.some((other) => boxContains(other, box)));
}

/** What is left of `region` without `hole`. */
export function subtractRegion(region: Region, hole: Region): Region {
  let left = region;
  for (const box of hole) {
    if (left.length === 0) return left;
    if (left.some((piece) => boxesMeet(piece, box))) left = left.flatMap((piece) => subtractBox(piece, box));
  }
  return left;
}

/** Of how many boxes of a region the corners are looked at before any box is cut. */
const WITNESSES = 8;

/** True where a corner of the region lies in no layer: most regions that are not covered show it so. */
function showsAHole(region: Region, layers: readonly Region[]): boolean {
  return region.slice(0, WITNESSES).some((box) => {
    const lowest = box.map((ranges) => [ranges[0]!, ranges[0]!]);
    const highest = box.map((ranges) => [ranges.at(-1)!, ranges.at(-1)!]);
    return [lowest, highest].some((corner) => !layers.some((layer) => layer.some((each) => boxContains(each, corner))));
  });
}

/**
 * Which of `layers` together hold all of `region`: one that does alone, else those that each took a part of it, first to
 * last. `null` where some of it is in none, or where what is left falls into more than `most` pieces: then nobody knows.
 */
export function coverOf(region: Region, layers: readonly Region[], most: number): readonly number[] | null {
  const alone = layers.findIndex((layer) => plainlyContains(layer, region));
  if (alone !== -1) return [alone];
  if ((layers.length < 2 && (layers[0] ?? []).length < 2) || showsAHole(region, layers)) return null;
  const used: number[] = [];
  let left = region;
  for (let at = 0; at < layers.length; at += 1) {
    if (!regionsMeet(left, layers[at]!)) continue;
    left = subtractRegion(left, layers[at]!);
    used.push(at);
    if (left.length === 0) return used;
    if (left.length > most) return null;
  }
  return null;
}
