import assert from "node:assert/strict";
import fc from "fast-check";
import { type Address, ipv4, ipv6, isFault, parseAddress } from "../../src/address/address.ts";
import { isMapped } from "../../src/address/fault.ts";
import { type Prefix, parsePrefix, prefixOf } from "../../src/address/prefix.ts";

export const ipv4Value = fc.oneof(fc.nat({ max: 0xffffffff }), fc.constantFrom(0, 0xffffffff, 0x80000000, 0x7f000001));

/** Many zero groups, since those are what RFC 5952 is about; never an IPv4-mapped one. */
export const ipv6Value = fc
  .array(fc.oneof(fc.constant(0), fc.nat({ max: 0xffff }), fc.constant(0xffff)), { minLength: 8, maxLength: 8 })
  .map((groups) => groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n))
  .filter((value) => !isMapped(value));

export const anyAddress: fc.Arbitrary<Address> = fc.oneof(ipv4Value.map(ipv4), ipv6Value.map(ipv6));

export const anyPrefix: fc.Arbitrary<Prefix> = anyAddress.chain((address) =>
  fc.nat({ max: address.family === 4 ? 32 : 128 }).map((length) => prefixOf(address, length)),
);

/** Prefixes inside 10.0.0.0/26 or fd00::/122, so that they often touch, and every address can be looked at. */
export const crowdedPrefix: fc.Arbitrary<Prefix> = fc
  .tuple(fc.boolean(), fc.nat({ max: 63 }), fc.nat({ max: 6 }))
  .map(([wide, offset, host]) =>
    wide
      ? prefixOf(ipv6((0xfd00n << 112n) + BigInt(offset)), 128 - host)
      : prefixOf(ipv4(0x0a000000 + offset), 32 - host),
  );

export const crowdedPrefixes = fc.array(crowdedPrefix, { maxLength: 20 });

export const crowd: readonly Address[] = Array.from({ length: 64 }, (_, at) => [
  ipv4(0x0a000000 + at),
  ipv6((0xfd00n << 112n) + BigInt(at)),
]).flat();

export function parsed(text: string): Address {
  const read = parseAddress(text);
  assert.ok(!isFault(read), `${text} is malformed`);
  return read;
}

export function prefix(text: string): Prefix {
  const read = parsePrefix(text);
  assert.ok(!isFault(read), `${text} is malformed`);
  return read;
}
