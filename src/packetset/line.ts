/**
 * All addresses of both families on one line of whole numbers: each number is a stretch of addresses that no prefix in
 * use tells apart. IPv4 comes first. What is not an address may stand behind them.
 */
import type { Address } from "../address/address.ts";
import type { Prefix } from "../address/prefix.ts";
import { lastFrom } from "./search.ts";

export interface AddressLine {
  /** Where the stretches begin, ascending, each family from its first address on. */
  readonly v4: readonly number[];
  readonly v6: readonly bigint[];
  /** How many stretches there are. */
  readonly size: number;
}

const unique = <T>(sorted: readonly T[]): readonly T[] =>
  sorted.filter((value, at) => at === 0 || value !== sorted[at - 1]);

const ends4 = ({ address, length }: Prefix): number => Number(address.value) + 2 ** (32 - length);
const ends6 = ({ address, length }: Prefix): bigint => BigInt(address.value) + (1n << BigInt(128 - length));

export function addressLine(prefixes: readonly Prefix[]): AddressLine {
  const v4 = [0];
  const v6 = [0n];
  for (const prefix of prefixes) {
    if (prefix.address.family === 4) v4.push(prefix.address.value, ends4(prefix));
    else v6.push(prefix.address.value, ends6(prefix));
  }
  const all4 = unique(v4.sort((a, b) => a - b)).filter((start) => start < 2 ** 32);
  const all6 = unique(v6.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))).filter((start) => start < 1n << 128n);
  return { v4: all4, v6: all6, size: all4.length + all6.length };
}

export function placeOf(line: AddressLine, address: Address): number {
  return address.family === 4 ? lastFrom(line.v4, address.value) : line.v4.length + lastFrom(line.v6, address.value);
}

/** First and last stretch of a prefix that the line was made with. */
export function stretchOf(line: AddressLine, prefix: Prefix): readonly [number, number] {
  const first = placeOf(line, prefix.address);
  const last =
    prefix.address.family === 4
      ? lastFrom(line.v4, ends4(prefix) - 1)
      : line.v4.length + lastFrom(line.v6, ends6(prefix) - 1n);
  return [first, last];
}
