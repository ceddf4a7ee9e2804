/** One table holds both families: what is the same in both is said once, the rest side by side, each family in its own order. */
import type { Family } from "../../address/address.ts";

/** An item of one family, or of both; at least one of the two is there. */
export interface Pair<T> {
  readonly v4: T | null;
  readonly v6: T | null;
}

/**
 * Both lists as one that keeps the order of each. Items of one key, `null` never, become a pair where the orders allow it: the first
 * that does is taken.
 */
export function interleave<T>(
  v4: readonly T[],
  v6: readonly T[],
  keyOf: (item: T) => string | null,
): readonly Pair<T>[] {
  const places = new Map<string, number[]>();
  for (let at = v6.length - 1; at >= 0; at -= 1) {
    const key = keyOf(v6[at]!);
    if (key === null) continue;
    const found = places.get(key);
    if (found === undefined) places.set(key, [at]);
    else found.push(at);
  }
  const pairs: Pair<T>[] = [];
  let next = 0;
  const takeUntil = (end: number): void => {
    for (; next < end; next += 1) pairs.push({ v4: null, v6: v6[next]! });
  };
  for (const item of v4) {
    const key = keyOf(item);
    const ahead = (key === null ? undefined : places.get(key)) ?? [];
    while (ahead.length > 0 && ahead.at(-1)! < next) ahead.pop();
    const at = ahead.pop();
    if (at === undefined) {
      pairs.push({ v4: item, v6: null });
      continue;
    }
    takeUntil(at);
    pairs.push({ v4: item, v6: v6[at]! });
    next = at + 1;
  }
  takeUntil(v6.length);
  return pairs;
}

/** A fact and where it holds: in one family, or in both alike. */
export interface Placed<T> {
  readonly fact: T;
  readonly family: Family | "both";
}

interface Stated {
  readonly statement: string;
}

/** Neighbours of one statement. */
function runsOf<T extends Stated>(facts: readonly T[]): readonly (readonly T[])[] {
  const runs: T[][] = [];
  for (const fact of facts) {
    const last = runs.at(-1);
    if (last !== undefined && last[0]!.statement === fact.statement) last.push(fact);
    else runs.push([fact]);
  }
  return runs;
}

/** The facts of both families: those of one statement together, those of an equal key, which is never `null`, as one. */
export function place<T extends Stated>(
  v4: readonly T[],
  v6: readonly T[],
  keyOf: (fact: T) => string | null,
): readonly Placed<T>[] {
  return interleave(runsOf(v4), runsOf(v6), (run) => run[0]!.statement).flatMap((runs) =>
    interleave(runs.v4 ?? [], runs.v6 ?? [], keyOf).map((pair) => ({
      fact: (pair.v4 ?? pair.v6)!,
      family: pair.v4 === null ? 6 : pair.v6 === null ? 4 : "both",
    })),
  );
}
