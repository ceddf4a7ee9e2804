import { addressFault, isMapped } from "./fault.ts";
import { readIpv4, readIpv6, writeIpv4, writeIpv6 } from "./literal.ts";

/** An IPv4 address; `value` is unsigned 32 bit, `text` canonical. */
export interface Ipv4Address {
  readonly family: 4;
  readonly value: number;
  readonly text: string;
}

/** An IPv6 address; `value` is unsigned 128 bit, `text` canonical as of RFC 5952. */
export interface Ipv6Address {
  readonly family: 6;
  readonly value: bigint;
  readonly text: string;
}

export type Address = Ipv4Address | Ipv6Address;
export type Family = 4 | 6;

export const FAMILIES: readonly Family[] = [4, 6];

/** At most one of each family. */
export interface ByFamily<T> {
  readonly v4: T | null;
  readonly v6: T | null;
}

export function inFamily<T>(by: ByFamily<T>, family: Family): T | null {
  return family === 4 ? by.v4 : by.v6;
}

/** The ones that there are, IPv4 first. */
export function present<T>({ v4, v6 }: ByFamily<T>): readonly T[] {
  if (v4 === null) return v6 === null ? [] : [v6];
  return v6 === null ? [v4] : [v4, v6];
}

/** One address as the only one of its family. */
export function byFamily(address: Address): ByFamily<Address> {
  return address.family === 4 ? { v4: address, v6: null } : { v4: null, v6: address };
}

/** Why a text is no address or no range. `reason` goes on after a colon; `suggestion` is what to write instead. */
export interface AddressFault {
  readonly kind: "malformed" | "host-bits";
  readonly reason: string;
  readonly suggestion: string | null;
}

/** Tells what was read from why it could not be: of addresses, prefixes and ports alike. */
export function isFault<T extends object>(read: T): read is Extract<T, { readonly reason: string }> {
  return "reason" in read;
}

/** One IPv4 or IPv6 address as people write it. Leading zeros in IPv4, `::ffff:` forms, zone ids and lengths are faults. */
export function parseAddress(text: string): Address | AddressFault {
  const value = readIpv4(text);
  if (value >= 0) return { family: 4, value, text };
  const wide = text.includes(":") ? readIpv6(text) : null;
  return wide === null || isMapped(wide) ? addressFault(text) : ipv6(wide);
}

/** The address of an unsigned 32-bit value. */
export function ipv4(value: number): Ipv4Address {
  return { family: 4, value, text: writeIpv4(value) };
}

/** The address of an unsigned 128-bit value. */
export function ipv6(value: bigint): Ipv6Address {
  return { family: 6, value, text: writeIpv6(value) };
}

/** The canonical text of a value in a family. */
export function formatAddress(family: Family, value: number | bigint): string {
  return family === 4 ? writeIpv4(Number(value)) : writeIpv6(BigInt(value));
}

/** IPv4 before IPv6, then by value. */
export function compareAddress(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

export function sameAddress(a: Address, b: Address): boolean {
  return a.value === b.value && a.family === b.family;
}

/** The address after this one; null after the last of its family. */
export function nextAddress(address: Address): Address | null {
  if (address.family === 4) return address.value === 0xffffffff ? null : ipv4(address.value + 1);
  return address.value === (1n << 128n) - 1n ? null : ipv6(address.value + 1n);
}
