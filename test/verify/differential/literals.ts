/** Values in the tools' own listings, read with another library than the readers use. What is not known throws. */
import ipaddr from "ipaddr.js";
import { type Address, ipv4, ipv6 } from "../../../src/address/address.ts";
import type { PortRange } from "../../../src/address/port.ts";
import type { AddressRange } from "../../../src/verify/program.ts";

export class Unlisted extends Error {}

/** What a listing says is not in the closed subset: the tool understood something that no reader should have read. */
export function unlisted(what: string, value: unknown): never {
  throw new Unlisted(`the listing says ${what}: ${typeof value === "string" ? value : JSON.stringify(value)}`);
}

const bigOf = (bytes: readonly number[]): bigint => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

const addressFrom = (value: bigint, family: 4 | 6): Address => (family === 4 ? ipv4(Number(value)) : ipv6(value));

export function listedAddress(text: unknown, family: 4 | 6): Address {
  if (typeof text !== "string" || !ipaddr.isValid(text)) return unlisted("an address", text);
  const parsed = ipaddr.parse(text);
  if (parsed.kind() !== `ipv${family}`) return unlisted(`an address that is not of IPv${family}`, text);
  return addressFrom(bigOf(parsed.toByteArray()), family);
}

export function listedPrefix(text: unknown, length: number, family: 4 | 6): AddressRange {
  const first = BigInt(listedAddress(text, family).value);
  const size = 1n << BigInt((family === 4 ? 32 : 128) - length);
  if (first % size !== 0n) return unlisted("a prefix with host bits", `${text}/${length}`);
  return { first: addressFrom(first, family), last: addressFrom(first + size - 1n, family) };
}

export function listedNumber(value: unknown, last: number): number {
  const number = typeof value === "string" && /^[0-9]+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0 || number > last)
    return unlisted("a number", value);
  return number;
}

export function listedPorts(text: string, between: string): PortRange {
  const [first = "", last = first, more] = text.split(between);
  if (more !== undefined) return unlisted("ports", text);
  return { first: listedNumber(first, 65535), last: listedNumber(last, 65535) };
}

const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  "ipv6-icmp": 58,
  sctp: 132,
  "ipv6-mh": 135,
  udplite: 136,
};

export const listedProtocol = (word: unknown): number =>
  typeof word === "string" && Object.hasOwn(PROTOCOL_NUMBERS, word) ? PROTOCOL_NUMBERS[word]! : listedNumber(word, 255);
