/** Arithmetic on addresses, the reference's own: it shares none with what writes rules. */
import { type Address, type ByFamily, type Family, ipv4, ipv6 } from "../../address/address.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { AddressRange } from "../program.ts";

export const ofFamily = <T>({ v4, v6 }: ByFamily<T>, family: Family): T | null => (family === 4 ? v4 : v6);

export const isOf =
  (family: Family) =>
  ({ address }: Prefix): boolean =>
    address.family === family;

/** A range of one. */
export const only = (address: Address): AddressRange => ({ first: address, last: address });

/** None of what is not there. */
export const onlyIf = (address: Address | null): readonly AddressRange[] => (address === null ? [] : [only(address)]);

/** Of `10.244.0.0/16` what begins with its first 16 bits (language.md §1, "with `/len` for a range"). */
export function rangeOf({ address, length }: Prefix): AddressRange {
  if (address.family === 4) return { first: address, last: ipv4(address.value + 2 ** (32 - length) - 1) };
  return { first: address, last: ipv6(address.value + (1n << BigInt(128 - length)) - 1n) };
}

export const rangesIn = (family: Family, prefixes: readonly Prefix[]): readonly AddressRange[] =>
  prefixes.filter(isOf(family)).map(rangeOf);

export const holds = ({ first, last }: AddressRange, address: Address): boolean =>
  first.family === address.family && first.value <= address.value && address.value <= last.value;

export const liesIn = (inner: AddressRange, outer: AddressRange): boolean =>
  holds(outer, inner.first) && holds(outer, inner.last);

/** The one after a range's first. */
export function second({ address }: Prefix): Address {
  return address.family === 4 ? ipv4(address.value + 1) : ipv6(address.value + 1n);
}

/** Of IPv4 addresses and networks that every machine knows. */
export const v4 = (a: number, b: number, c: number, d: number, length = 32): AddressRange => {
  const value = ((a * 256 + b) * 256 + c) * 256 + d;
  return { first: ipv4(value), last: ipv4(value + 2 ** (32 - length) - 1) };
};

/** Of IPv6, by its first 16 bits, or of one address by its last. */
export const v6Network = (group: bigint, length: number): AddressRange => {
  const value = group << 112n;
  return { first: ipv6(value), last: ipv6(value + (1n << BigInt(128 - length)) - 1n) };
};
export const v6Address = (last: bigint): AddressRange => only(ipv6(last));
