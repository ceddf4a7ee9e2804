import type { Address } from "./address.ts";
import { compareAddress, ipv4, ipv6, nextAddress } from "./address.ts";
import { blocksOf } from "./blocks.ts";
import type { Prefix } from "./prefix.ts";
import { comparePrefix, covers, lastAddress, prefixOf } from "./prefix.ts";

/** The smallest set of disjoint prefixes with the same addresses, sorted; IPv4 before IPv6. */
export function mergePrefixes(prefixes: readonly Prefix[]): readonly Prefix[] {
  const merged: Prefix[] = [];
  for (const prefix of [...prefixes].sort(comparePrefix)) {
    const above = merged.at(-1);
    if (above !== undefined && covers(above, prefix)) continue;
    let grown = prefix;
    for (let left = merged.at(-1); left !== undefined && areHalves(left, grown); left = merged.at(-1)) {
      merged.pop();
      grown = prefixOf(left.address, left.length - 1);
    }
    merged.push(grown);
  }
  return merged;
}

/** True of the lower and the upper half of one prefix, in this order. */
function areHalves(low: Prefix, high: Prefix): boolean {
  const length = low.length;
  if (length !== high.length || length === 0) return false;
  const a = low.address;
  const b = high.address;
  if (a.family === 4) return b.family === 4 && (a.value ^ b.value) >>> (32 - length) === 1 && a.value < b.value;
  return b.family === 6 && (a.value ^ b.value) >> BigInt(128 - length) === 1n && a.value < b.value;
}

/** The fewest prefixes that hold exactly `first` to `last`, ascending; none across families or when `last` is below `first`. */
export function rangeToPrefixes(first: Address, last: Address): readonly Prefix[] {
  if (first.family !== last.family) return [];
  const blocks = blocksOf(BigInt(first.value), BigInt(last.value), first.family === 4 ? 32 : 128);
  return blocks.map((block) => prefixOf(addressOf(first.family, block.value), block.length));
}

/** The smallest set of prefixes that holds the addresses of `a` that `b` does not hold. */
export function subtractPrefixes(a: readonly Prefix[], b: readonly Prefix[]): readonly Prefix[] {
  const holes = mergePrefixes(b);
  const left: Prefix[] = [];
  let at = 0;
  for (const prefix of mergePrefixes(a)) {
    while (at < holes.length && liesBefore(holes[at]!, prefix)) at++;
    const hole = holes[at];
    if (hole === undefined || liesBefore(prefix, hole)) left.push(prefix);
    else if (!covers(hole, prefix)) at = pushAround(prefix, holes, at, left);
  }
  return left;
}

/** Pushes what is left of `prefix` around the holes inside it, from `holes[at]` on; answers the first hole behind it. */
function pushAround(prefix: Prefix, holes: readonly Prefix[], at: number, left: Prefix[]): number {
  let from: Address | null = prefix.address;
  let next = at;
  for (; from !== null && next < holes.length && covers(prefix, holes[next]!); next++) {
    const hole = holes[next]!;
    if (compareAddress(from, hole.address) < 0) left.push(...rangeToPrefixes(from, previous(hole.address)));
    from = nextAddress(lastAddress(hole));
  }
  const last = lastAddress(prefix);
  if (from !== null && compareAddress(from, last) <= 0) left.push(...rangeToPrefixes(from, last));
  return next;
}

/** The smallest set of prefixes that holds the addresses that both hold. */
export function intersectPrefixes(a: readonly Prefix[], b: readonly Prefix[]): readonly Prefix[] {
  const ours = mergePrefixes(a);
  const theirs = mergePrefixes(b);
  const both: Prefix[] = [];
  let mine = 0;
  let other = 0;
  while (mine < ours.length && other < theirs.length) {
    const p = ours[mine]!;
    const q = theirs[other]!;
    if (covers(p, q)) {
      both.push(q);
      other++;
    } else if (covers(q, p)) {
      both.push(p);
      mine++;
    } else if (comparePrefix(p, q) < 0) mine++;
    else other++;
  }
  return both;
}

/** The addresses that the prefixes hold, each counted once. */
export function countAddresses(prefixes: readonly Prefix[]): bigint {
  return mergePrefixes(prefixes).reduce(
    (sum, prefix) => sum + (1n << BigInt((prefix.address.family === 4 ? 32 : 128) - prefix.length)),
    0n,
  );
}

/** Of prefixes that do not overlap: the first ends before the second begins. */
function liesBefore(first: Prefix, second: Prefix): boolean {
  return comparePrefix(first, second) < 0 && !covers(first, second);
}

function previous(address: Address): Address {
  return addressOf(address.family, BigInt(address.value) - 1n);
}

function addressOf(family: 4 | 6, value: bigint): Address {
  return family === 4 ? ipv4(Number(value)) : ipv6(value);
}
