/** Addresses, ports and protocols of both tools' texts as spans. */
import { addressOf } from "../../draw.ts";
import { only, type Span, type Spans, spansOf } from "./box.ts";

export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  "ipv6-icmp": 58,
  icmpv6: 58,
  sctp: 132,
};

const NUMBER = /^(?:0x[\da-f]+|\d+)$/i;

/** Throws where the text is no number. */
export function numberOf(text: string): bigint {
  if (!NUMBER.test(text)) throw new Error(`${text} is no number that the judge knows`);
  return BigInt(text.toLowerCase());
}

const protocolNumber = (text: string): bigint => BigInt(PROTOCOLS[text] ?? numberOf(text));

/** Of iptables `all` and 0 are every protocol. */
export const protocolSpans = (text: string): Spans => only(protocolNumber(text));

const bitsOf = (text: string): number => (text.includes(":") ? 128 : 32);

/** `255.255.0.0` is 16. */
function lengthOf(text: string, bits: number): number {
  if (!text.includes(".")) return Number(numberOf(text));
  const mask = Number(addressOf(text).value);
  const length = Math.clz32(~mask);
  if (length < bits && mask << length !== 0) throw new Error(`${text} is no mask that the judge knows`);
  return length;
}

/** `a`, `a/length`, `a/mask`, `a-b`. */
function addressSpan(text: string): Span {
  const [first = "", last] = text.split("-");
  if (last !== undefined) return [BigInt(addressOf(first).value), BigInt(addressOf(last).value)];
  const [host = "", length] = text.split("/");
  const bits = bitsOf(host);
  const rest = BigInt(bits - (length === undefined ? bits : lengthOf(length, bits)));
  const begin = (BigInt(addressOf(host).value) >> rest) << rest;
  return [begin, begin + (1n << rest) - 1n];
}

export const addressSpans = (texts: readonly string[]): Spans => spansOf(texts.map(addressSpan));

/** As /etc/services names them. */
const SERVICES: Readonly<Record<string, string>> = { ssh: "22", domain: "53", http: "80", https: "443", bootps: "67" };

const port = (text: string): bigint => numberOf(SERVICES[text] ?? text);

/** `80`, `http`, `80:90`, `80-90`, `:90`, `80:`. */
export function portSpan(text: string): Span {
  const [first = "", last = first] = /^[a-z]/.test(text) ? [text] : text.split(/[:-]/);
  return [first === "" ? 0n : port(first), last === "" ? 65535n : port(last)];
}

export const portSpans = (texts: readonly string[]): Spans => spansOf(texts.map(portSpan));

/** A device's name as a number, since all that is asked of it is whether it is one. */
export function deviceSpans(name: string): Spans {
  if (/[+*]$/.test(name)) throw new Error(`${name} is more than one device`);
  let number = 0;
  for (const char of name) number = (Math.imul(number, 31) + char.charCodeAt(0)) >>> 0;
  return only(number);
}

/** `host`, `host:ports`, `[host]:ports`. */
export function socketOf(text: string): { readonly host: string; readonly ports: string | null } {
  const [, six, four, ports = null] = /^(?:\[(.+)\]|([^:]+)):([^:]+)$/.exec(text) ?? [];
  return { host: six ?? four ?? text, ports };
}

const SECONDS: Readonly<Record<string, number>> = { d: 86_400, h: 3600, m: 60, s: 1 };

/** `90s`, `1h30m`: as ` for 90s`. */
export function secondsOf(text: string): string {
  if (!/^(?:\d+[dhms])+$/.test(text)) throw new Error(`${text} is no time that the judge knows`);
  const seconds = [...text.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, many, unit]) => sum + Number(many) * SECONDS[unit!]!,
    0,
  );
  return ` for ${seconds}s`;
}
