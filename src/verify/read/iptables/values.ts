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

/** Hexadecimal behind `0x`, 32 bits; -1 where the text is none. */
export function hexadecimal(text: string): number {
  return /^0x[0-9a-f]{1,8}$/.test(text) ? Number(text) : -1;
}

/** A port or two with a sign between, the first not over the last. */
export function ports(text: string, between: ":" | "-"): PortRange | string {
  const cut = text.indexOf(between);
  const first = decimal(cut === -1 ? text : text.slice(0, cut), 65535);
  const last = cut === -1 ? first : decimal(text.slice(cut + 1), 65535);
  if (first > 0 && last >= first) return { first, last };
  if (first > last && last > 0) return `the ports \`${text}\` end before they begin`;
  return `\`${text}\` is no port from 1 to 65535 and no range of them`;
}

export function address({ family }: Known, text: string): Address | string {
  const read = parseAddress(text);
  if (isFault(read)) return `\`${text}\` is no address: ${read.reason}`;
  return read.family === family ? read : `\`${text}\` is no address of IPv${family}`;
}

export function addressTest({ family, tests }: Known, of: AddressField, text: string): Test | string {
  const known = tests[of].get(text);
  if (known !== undefined) return known;
  const prefix = parsePrefix(text);
  if (isFault(prefix)) return `\`${text}\` is no range of addresses: ${prefix.reason}`;
  if (prefix.address.family !== family) return `\`${text}\` is no range of IPv${family}`;
  const range = { first: firstAddress(prefix), last: lastAddress(prefix) };
  const test: Test = { kind: "address", of, ranges: [range], isNot: false };
  tests[of].set(text, test);
  return test;
}

const PORT_FIELDS = {
  "--sport": "source-port",
  "--dport": "destination-port",
  "--ctorigdstport": "asked-port",
} as const;

export function portsTest({ tests }: Known, option: keyof typeof PORT_FIELDS, text: string): Test | string {
  const key = option + text;
  const known = tests.ports.get(key);
  if (known !== undefined) return known;
  const range = ports(text, ":");
  if (typeof range === "string") return range;
  const test: Test = { kind: "ports", of: PORT_FIELDS[option], ranges: [range] };
  tests.ports.set(key, test);
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
