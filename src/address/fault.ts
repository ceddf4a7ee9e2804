import type { AddressFault } from "./address.ts";
import { blocksOf } from "./blocks.ts";
import { readIpv4, readIpv6, writeIpv4, writeIpv6 } from "./literal.ts";

export function malformed(reason: string, suggestion: string | null = null): AddressFault {
  return { kind: "malformed", reason, suggestion };
}

/** True of `::ffff:0:0/96`, the IPv6 spelling of IPv4. */
export function isMapped(value: bigint): boolean {
  return value >> 32n === 0xffffn;
}

/** Why a text that is no address is none, in words a person understands, with the text to write instead where it is clear. */
export function addressFault(text: string): AddressFault {
  if (text === "") return malformed("it is empty");
  const slash = text.indexOf("/");
  if (slash !== -1) {
    const address = text.slice(0, slash);
    return readable(address) ? malformed("a single address has no length", address) : addressFault(address);
  }
  const percent = text.indexOf("%");
  if (percent !== -1) {
    const bare = text.slice(0, percent);
    return malformed("an address with a zone id means something on one machine only", readable(bare) ? bare : null);
  }
  const dash = text.indexOf("-");
  if (dash !== -1) return rangeFault(text.slice(0, dash), text.slice(dash + 1));
  return text.includes(":") ? ipv6Fault(text) : ipv4Fault(text);
}

function readable(text: string): boolean {
  if (!text.includes(":")) return readIpv4(text) >= 0;
  const value = readIpv6(text);
  return value !== null && !isMapped(value);
}

function ipv4Fault(text: string): AddressFault {
  const octets = text.split(".");
  const strange = /[^0-9.]/u.exec(text);
  if (strange !== null) return malformed(`\`${strange[0]}\` is no digit`);
  if (octets.length !== 4) return malformed(`an IPv4 address has four numbers, this has ${count(octets)}`);
  if (octets.includes("")) return malformed("a number is missing beside a dot");
  const high = octets.find((octet) => Number(octet) > 255);
  if (high !== undefined) return malformed(`${high} is over 255`);
  const zero = octets.find((octet) => octet.length > 1 && octet.startsWith("0"));
  if (zero === undefined) return malformed("it is not four numbers with dots between");
  const plain = octets.map((octet) => String(Number(octet))).join(".");
  return malformed(`the leading zero of \`${zero}\` makes it octal to some programs`, plain);
}

function count(parts: readonly string[]): string {
  const some = parts.filter((part) => part !== "").length;
  return some === 0 ? "none" : String(some);
}

function ipv6Fault(text: string): AddressFault {
  const value = readIpv6(text);
  if (value !== null && isMapped(value)) {
    return malformed("it is an IPv4 address in IPv6 clothes", writeIpv4(Number(value & 0xffffffffn)));
  }
  const strange = /[^0-9a-fA-F:.]/u.exec(text);
  if (strange !== null) return malformed(`\`${strange[0]}\` is no hexadecimal digit`);
  if (text.includes(":::")) return malformed("`:::` has a colon too many", mended(text.replace(/:{3,}/g, "::")));
  if (text.indexOf("::") !== text.lastIndexOf("::")) return malformed("`::` may stand once only");
  if (text.includes(".")) return tailFault(text);
  const groups = text.split(":").filter((group) => group !== "");
  const long = groups.find((group) => group.length > 4);
  if (long !== undefined) return malformed(`\`${long}\` has more than four hexadecimal digits`);
  if (/^:[^:]/.test(text)) return malformed("it begins with a single colon", mended(`:${text}`));
  if (/[^:]:$/.test(text)) return malformed("it ends with a single colon", mended(`${text}:`));
  if (text.includes("::")) return malformed("`::` stands for at least one group, and all eight are there");
  const hint = groups.length < 8 ? "; `::` stands for the missing ones" : "";
  return malformed(`an IPv6 address has eight groups, this has ${groups.length}${hint}`);
}

/** An IPv6 text that holds a dot is at fault in its dotted tail, or has a wrong number of groups before it. */
function tailFault(text: string): AddressFault {
  const colon = text.lastIndexOf(":");
  const tail = text.slice(colon + 1);
  if (readIpv4(tail) >= 0) return malformed("a dotted tail stands for the last two of eight groups");
  const dotted = tail.includes(".") ? ipv4Fault(tail) : malformed("a dot may stand in the last part only");
  return malformed(
    dotted.reason,
    dotted.suggestion === null ? null : mended(text.slice(0, colon + 1) + dotted.suggestion),
  );
}

function mended(text: string): string | null {
  return readable(text) ? text : null;
}

function rangeFault(from: string, to: string): AddressFault {
  const reason = "a range is written with a length, not from one address to another";
  const first = readNumber(from);
  const last = readNumber(/^[0-9]{1,3}$/.test(to) ? from.slice(0, from.lastIndexOf(".") + 1) + to : to);
  if (first === null) return addressFault(from);
  if (last === null) return addressFault(to);
  if (first.bits !== last.bits) return malformed("a range has both ends in one address family");
  if (first.value > last.value) return malformed("the range ends before it begins");
  const write = (value: bigint) => (first.bits === 32 ? writeIpv4(Number(value)) : writeIpv6(value));
  const prefixes = blocksOf(first.value, last.value, first.bits);
  return malformed(reason, prefixes.map((block) => `${write(block.value)}/${block.length}`).join(", "));
}

function readNumber(text: string): { readonly value: bigint; readonly bits: 32 | 128 } | null {
  if (!readable(text)) return null;
  return text.includes(":") ? { value: readIpv6(text)!, bits: 128 } : { value: BigInt(readIpv4(text)), bits: 32 };
}
