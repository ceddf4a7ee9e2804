/**
 * Ways found by a header: where doors lead is one level of a diagram, and each header a choice among ways. A way's own values need not
 * stand alone in their stretches: no program tells a stretch's values apart.
 */
import { stretchAt } from "../../packetset/axis.ts";
import type { Ranges } from "../../packetset/ranges.ts";
import { firstFrom } from "../../packetset/search.ts";
import type { Headers } from "./headers.ts";
import type { Way } from "./scene.ts";

/** Ways by the place of one of their headers. */
export interface Index {
  readonly places: Int32Array;
  readonly ways: Int32Array;
}

function indexOf(ways: readonly Way[], placeOf: (way: Way) => number): Index {
  const count = ways.length;
  // Both in one number, so that they are sorted as numbers are.
  const all = new Float64Array(count);
  let isSorted = true;
  for (let at = 0; at < count; at += 1) {
    all[at] = placeOf(ways[at]!) * count + at;
    isSorted &&= at === 0 || all[at - 1]! < all[at]!;
  }
  if (!isSorted) all.sort();
  const index = { places: new Int32Array(count), ways: new Int32Array(count) };
  for (let at = 0; at < count; at += 1) {
    const place = Math.floor(all[at]! / count);
    index.places[at] = place;
    index.ways[at] = all[at]! - place * count;
  }
  return index;
}

export function waysWithin({ places, ways }: Index, ranges: Ranges): Ranges {
  const parts: Int32Array[] = [];
  for (let at = 0; at < ranges.length; at += 2)
    parts.push(ways.subarray(firstFrom(places, ranges[at]!), firstFrom(places, ranges[at + 1]! + 1)));
  const found = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const part of parts) {
    found.set(part, end);
    end += part.length;
  }
  if (found.length === ways.length) return [0, ways.length - 1];
  const within: number[] = [];
  for (const way of found.sort()) {
    if (within.at(-1) === way - 1) within[within.length - 1] = way;
    else within.push(way, way);
  }
  return within;
}

export type Placed = "destination" | "asked" | "protocol" | "destination-port" | "asked-port";

/** `null` of a header that is no choice among ways. */
export type WaysIndex = (header: Placed) => Index | null;

export function waysIndex(headers: Headers, ways: readonly Way[]): WaysIndex {
  const { addresses, ports, protocols } = headers;
  const hasLines = ways[0]?.line !== null;
  const makers: Readonly<Record<Placed, ((way: Way) => number) | null>> = {
    destination: ({ now }) => stretchAt(addresses, now.value),
    asked: ({ asked }) => stretchAt(addresses, asked.value),
    protocol: hasLines ? ({ line }) => protocols.indexOf(line!.protocol) : null,
    "destination-port": hasLines ? ({ line }) => stretchAt(ports, line!.port) : null,
    "asked-port": hasLines ? ({ line }) => stretchAt(ports, line!.askedPort) : null,
  };
  const known = new Map<Placed, Index>();
  return (header) => {
    const maker = makers[header];
    if (maker === null) return null;
    const index = known.get(header) ?? indexOf(ways, maker);
    known.set(header, index);
    return index;
  };
}
