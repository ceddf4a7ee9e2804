import type { Address, AddressFault } from "./address.ts";
import { compareAddress, ipv4, ipv6, isFault, parseAddress } from "./address.ts";
import { isMapped, malformed } from "./fault.ts";
import { readIpv4, readIpv6, writeIpv4 } from "./literal.ts";

/** A range with a length: `address` is its first address, so host bits are zero. `text` is canonical and always holds the length. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
  readonly text: string;
}

/** An address with the length that stood behind it (`10.244.1.10/24`), null where none did. Host bits are no fault here. */
export interface AddressWithLength {
  readonly address: Address;
  readonly length: number | null;
}

export function parseAddressWithLength(text: string): AddressWithLength | AddressFault {
  const slash = text.indexOf("/");
  if (slash === -1) {
    const address = parseAddress(text);
    return isFault(address) ? address : { address, length: null };
  }
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (isFault(address)) return withLength(address, text.slice(0, slash), digits);
  const length = readLength(digits);
  return length >= 0 && length <= bitsOf(address) ? { address, length } : lengthFault(address, digits);
}

/** A range as people write it, `10.0.0.0/8` or `fd00::/64`; without a length it is the one address. Host bits are a fault. */
export function parsePrefix(text: string): Prefix | AddressFault {
  const read = parseAddressWithLength(text);
  if (isFault(read)) return read.suggestion === null ? read : { ...read, suggestion: withoutHostBits(read.suggestion) };
  if (read.length === null) return hostPrefix(read.address);
  const prefix = prefixOf(read.address, read.length);
  if (prefix.address.value === read.address.value) return prefix;
  const reason = `the range of length ${read.length} that holds it begins at ${prefix.address.text}`;
  return { kind: "host-bits", reason, suggestion: prefix.text };
}

/** The prefix that holds this address alone. */
export function hostPrefix(address: Address): Prefix {
  const length = bitsOf(address);
  return { address, length, text: `${address.text}/${length}` };
}

/** The prefix of this length that holds the address. */
export function prefixOf(address: Address, length: number): Prefix {
  const first = masked(address, length);
  return { address: first, length, text: `${first.text}/${length}` };
}

export function firstAddress(prefix: Prefix): Address {
  return prefix.address;
}

export function lastAddress(prefix: Prefix): Address {
  const { address, length } = prefix;
  if (length === bitsOf(address)) return address;
  if (address.family === 4) return ipv4(address.value + 2 ** (32 - length) - 1);
  return ipv6(address.value + (1n << BigInt(128 - length)) - 1n);
}

export function contains(prefix: Prefix, address: Address): boolean {
  const from = prefix.address;
  if (from.family === 4) {
    return address.family === 4 && (prefix.length === 0 || (from.value ^ address.value) >>> (32 - prefix.length) === 0);
  }
  return address.family === 6 && (from.value ^ address.value) >> BigInt(128 - prefix.length) === 0n;
}

export function covers(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && contains(outer, inner.address);
}

/** Two prefixes overlap exactly when one covers the other. */
export function overlaps(a: Prefix, b: Prefix): boolean {
  return covers(a, b) || covers(b, a);
}

/** By first address, IPv4 before IPv6; of two that begin together the wider first. */
export function comparePrefix(a: Prefix, b: Prefix): number {
  return compareAddress(a.address, b.address) || a.length - b.length;
}

/** 32 or 128. */
export function bitsOf(address: Address): 32 | 128 {
  return address.family === 4 ? 32 : 128;
}

function masked(address: Address, length: number): Address {
  if (address.family === 4) {
    const value = length === 0 ? 0 : (address.value & (-1 << (32 - length))) >>> 0;
    return value === address.value ? address : ipv4(value);
  }
  const host = BigInt(128 - length);
  const value = (address.value >> host) << host;
  return value === address.value ? address : ipv6(value);
}

/** What a suggestion for a malformed range has to say to be a range itself. */
function withoutHostBits(suggestion: string): string {
  const read = suggestion.includes(",") ? null : parseAddressWithLength(suggestion);
  if (read === null || isFault(read) || read.length === null) return suggestion;
  return prefixOf(read.address, read.length).text;
}

/** Decimal without leading zeros, at most three digits; else -1. */
function readLength(digits: string): number {
  return /^(0|[1-9][0-9]{0,2})$/.test(digits) ? Number(digits) : -1;
}

function lengthFault(address: Address, digits: string): AddressFault {
  const bits = bitsOf(address);
  if (digits === "") return malformed("no length stands behind the `/`", `${address.text}/${bits}`);
  if (/^0+[0-9]+$/.test(digits) && Number(digits) <= bits) {
    return malformed(`the length \`${digits}\` has a leading zero`, `${address.text}/${Number(digits)}`);
  }
  if (/^[0-9]+$/.test(digits)) {
    return malformed(`the length of an IPv${address.family} range is at most ${bits}, not ${digits}`);
  }
  const length = address.family === 4 ? lengthOfMask(readIpv4(digits)) : -1;
  if (length < 0) return malformed(`\`${digits}\` is no length`);
  return malformed("a range is written with a length, not a mask", `${address.text}/${length}`);
}

/** The length that a netmask such as 255.255.255.0 says; -1 where its ones do not stand together. */
function lengthOfMask(mask: number): number {
  if (mask < 0) return -1;
  const length = Math.clz32(~mask);
  return mask === (length === 0 ? 0 : (-1 << (32 - length)) >>> 0) ? length : -1;
}

/** The fault of the address in front of a `/`: what it suggests keeps the length, which in an IPv4-mapped one counts 96 bits more. */
function withLength(fault: AddressFault, address: string, digits: string): AddressFault {
  const length = readLength(digits);
  if (fault.suggestion === null || length < 0 || fault.suggestion.includes(",")) return fault;
  const wide = address.includes(":") ? readIpv6(address) : null;
  if (wide === null || !isMapped(wide)) return { ...fault, suggestion: `${fault.suggestion}/${length}` };
  if (length < 96 || length > 128) return { ...fault, suggestion: null };
  return { ...fault, suggestion: `${writeIpv4(Number(wide & 0xffffffffn))}/${length - 96}` };
}
