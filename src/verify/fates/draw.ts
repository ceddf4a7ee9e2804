/** A draw among ends. */
import type { End } from "./end.ts";

/** Of what comes `shares[at]`, of one, ends as `ends[at]`. Each end stands once, by ascending number. */
export interface Draw {
  readonly ends: readonly End[];
  readonly shares: readonly number[];
}

/** Fewer are sorted by insertion. */
const MANY = 12;

/** Ends in any order and any number of times, those without a share too. */
export function drawOf(ends: readonly End[], shares: readonly number[]): Draw {
  const lists = ends.length < MANY ? inserted(ends, shares) : sorted(ends, shares);
  mergeEqual(lists);
  return lists;
}

interface Lists {
  readonly ends: End[];
  readonly shares: number[];
}

/** All lists are made here, and alike: lists of several kinds are slow to V8. */
function emptyLists(length: number): Lists {
  return { ends: new Array<End>(length), shares: new Array<number>(length) };
}

function inserted(from: readonly End[], parts: readonly number[]): Lists {
  const draw = emptyLists(from.length);
  const { ends, shares } = draw;
  for (let at = 0; at < from.length; at += 1) {
    const end = from[at]!;
    let to = at;
    for (; to > 0 && ends[to - 1]!.id > end.id; to -= 1) {
      ends[to] = ends[to - 1]!;
      shares[to] = shares[to - 1]!;
    }
    ends[to] = end;
    shares[to] = parts[at]!;
  }
  return draw;
}

function sorted(from: readonly End[], parts: readonly number[]): Lists {
  const draw = emptyLists(from.length);
  const order = from.map((_, at) => at).sort((a, b) => from[a]!.id - from[b]!.id);
  order.forEach((at, to) => {
    draw.ends[to] = from[at]!;
    draw.shares[to] = parts[at]!;
  });
  return draw;
}

/** Of ascending ends. */
function mergeEqual({ ends, shares }: Lists): void {
  let count = 0;
  for (let at = 0; at < ends.length; at += 1) {
    if (shares[at] === 0) continue;
    if (count > 0 && ends[count - 1] === ends[at]) shares[count - 1]! += shares[at]!;
    else {
      ends[count] = ends[at]!;
      shares[count] = shares[at]!;
      count += 1;
    }
  }
  if (count === ends.length) return;
  ends.length = count;
  shares.length = count;
}
