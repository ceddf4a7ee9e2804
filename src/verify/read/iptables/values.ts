/** What stands behind an option. A string in the place of what was read is the reason why it was not. */
import { type Address, isFault, parseAddress } from "../../../address/address.ts";
import type { PortRange } from "../../../address/port.ts";
import { firstAddress, lastAddress, parsePrefix } from "../../../address/prefix.ts";
import type { AddressField, Test } from "../../program.ts";
import type { Known } from "./draft.ts";

/** A decimal number without leading zeros, of at most `last`; -1 where the text is none. */
export function decimal(text: string, last: number): number {
  const { length } = text;
  if (length === 0 || length > 10 || (length > 1 && text.charCodeAt(0) === 48)) return -1;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > last ? -1 : value;
}

/** Decimal, or hexadecimal behind `0x`, as xtables_strtoui takes it with base 0; octal is not known. */
export function number(text: string, last: number): number {
  if (!/^0[xX][0-9a-fA-F]{1,8}$/.test(text)) return decimal(text, last);
  const value = Number.parseInt(text.slice(2), 16);
  return value > last ? -1 : value;
}

type ReadPort = (text: string) => number;

const decimalPort: ReadPort = (text) => decimal(text, 65535);

/** A port or two with a sign between, the first not over the last. */
export function ports(text: string, between: ":" | "-", port: ReadPort = decimalPort): PortRange | string {
  const cut = text.indexOf(between);
  const first = port(cut === -1 ? text : text.slice(0, cut));
  const last = cut === -1 ? first : port(text.slice(cut + 1));
  if (first > 0 && last >= first) return { first, last };
  if (first > last && last > 0) return `the ports \`${text}\` end before they begin`;
  return `\`${text}\` is no port from 1 to 65535 and no range of them`;
}

export function address({ family }: Known, text: string): Address | string {
  const read = parseAddress(text);
  if (isFault(read)) return `\`${text}\` is no address: ${read.reason}`;
  return read.family === family ? read : `\`${text}\` is no address of IPv${family}`;
}

/** `10.0.0.0/255.0.0.0` with its length; as it is where no mask stands in it. A mask with a gap stays, and is no length. */
function withoutMask(text: string): string {
  const mask = /\/(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (mask === null) return text;
  const read = parseAddress(mask[1]!);
  if (isFault(read) || read.family !== 4) return text;
  const zeros = 2 ** 32 - Number(read.value);
  const length = 32 - Math.log2(zeros);
  return Number.isInteger(length) ? `${text.slice(0, mask.index)}/${length}` : text;
}

export function addressTest({ family, tests }: Known, of: AddressField, text: string): Test | string {
  const known = tests[of].get(text);
  if (known !== undefined) return known;
  const prefix = parsePrefix(family === 4 ? withoutMask(text) : text);
  if (isFault(prefix)) return `\`${text}\` is no range of addresses: ${prefix.reason}`;
  if (prefix.address.family !== family) return `\`${text}\` is no range of IPv${family}`;
  const range = { first: firstAddress(prefix), last: lastAddress(prefix) };
  const test: Test = { kind: "address", of, ranges: [range], isNot: false };
  tests[of].set(text, test);
  return test;
}

/** xt_statistic keeps a probability in units of 2⁻³¹ (libxt_statistic.c rounds to the nearest). */
export function shareTest({ tests }: Known, text: string): Test | string {
  const known = tests.share.get(text);
  if (known !== undefined) return known;
  if (!/^(?:0\.[0-9]{1,20}|1\.0{1,20}|[01])$/.test(text)) return `\`${text}\` is no number from 0 to 1`;
  const test: Test = { kind: "share", share: Math.round(Number(text) * 0x80000000) / 0x80000000 };
  tests.share.set(text, test);
  return test;
}

/** Whether a text has more bytes than these; a character has at most three for each of its places. */
export const bytesOver = (text: string, limit: number): boolean =>
  text.length * 3 > limit && new TextEncoder().encode(text).length > limit;
