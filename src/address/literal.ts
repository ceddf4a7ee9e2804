/** Digits to values and back: what an address looks like, apart from what it means. */

const DOT = 46;
const COLON = 58;
const ZERO = 48;

/**
 * The value of the dotted IPv4 text in `text[start, end)`, or -1 where it is none. Strict: four decimal numbers of at
 * most 255, no leading zeros, nothing around them. What this accepts is canonical as it stands.
 */
export function readIpv4(text: string, start = 0, end = text.length): number {
  if (end - start < 7 || end - start > 15) return -1;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let at = start; at < end; at++) {
    const char = text.charCodeAt(at);
    if (char === DOT) {
      if (octet < 0 || ++dots > 3) return -1;
      value = value * 256 + octet;
      octet = -1;
      continue;
    }
    const digit = char - ZERO;
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return dots === 3 && octet >= 0 ? value * 256 + octet : -1;
}

function hexDigit(char: number): number {
  if (char >= 48 && char <= 57) return char - 48;
  const lower = char | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/**
 * The value of an IPv6 text, or null where it is none. Accepts every form of RFC 4291: upper case, leading zeros in a
 * group, one `::`, a dotted IPv4 tail; no zone id.
 */
export function readIpv6(text: string): bigint | null {
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return null;
    gap = 0;
    at = 2;
  }
  while (at < text.length) {
    if (groups.length === 8) return null;
    const start = at;
    let group = 0;
    for (; at < text.length; at++) {
      const digit = hexDigit(text.charCodeAt(at));
      if (digit < 0) break;
      group = group * 16 + digit;
      if (at - start > 3) return null;
    }
    if (text.charCodeAt(at) === DOT) {
      const tail = readIpv4(text, start);
      if (tail < 0 || groups.length > 6) return null;
      groups.push(tail >>> 16, tail & 0xffff);
      at = text.length;
      break;
    }
    if (at === start) return null;
    groups.push(group);
    if (at === text.length) break;
    if (text.charCodeAt(at++) !== COLON || at === text.length) return null;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return null;
      gap = groups.length;
      at++;
    }
  }
  if (gap < 0 ? groups.length !== 8 : groups.length > 7) return null;
  return joinGroups(groups, gap < 0 ? 8 : gap);
}

function joinGroups(groups: readonly number[], gap: number): bigint {
  const words = [0, 0, 0, 0];
  const missing = 8 - groups.length;
  for (let index = 0; index < groups.length; index++) {
    const place = index < gap ? index : index + missing;
    words[place >> 1]! += (place & 1) === 0 ? groups[index]! * 65536 : groups[index]!;
  }
  const high = (BigInt(words[0]!) << 32n) | BigInt(words[1]!);
  const low = (BigInt(words[2]!) << 32n) | BigInt(words[3]!);
  return (high << 64n) | low;
}

export function writeIpv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** RFC 5952: lower case, no leading zeros, the first longest run of two or more zero groups as `::`, never a dotted tail. */
export function writeIpv6(value: bigint): string {
  const groups = groupsOf(value);
  let gap = -1;
  let gapLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > gapLength) {
      gap = start;
      gapLength = end - start;
    }
    start = Math.max(start, end);
  }
  let text = "";
  for (let at = 0; at < 8; at++) {
    if (at === gap) {
      text += "::";
      at += gapLength - 1;
    } else text += (text === "" || text.endsWith("::") ? "" : ":") + groups[at]!.toString(16);
  }
  return text;
}

function groupsOf(value: bigint): readonly number[] {
  const groups: number[] = [];
  for (let shift = 96n; shift >= 0n; shift -= 32n) {
    const word = Number((value >> shift) & 0xffffffffn);
    groups.push(word >>> 16, word & 0xffff);
  }
  return groups;
}
