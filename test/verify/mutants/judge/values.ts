/** Addresses, ports and protocols of both tools' texts as spans. */
import { addressOf } from "../../draw.ts";
import { only, type Span, type Spans, spansOf } from "./box.ts";

export const PROTOCOLS: Readonly<Record<string, number>> = {
  icmp: 1,
  tcp: 6,
  udp: 17,
  "ipv6-icmp": 58,
  sctp: 132,
};

export const protocolSpans = (text: string): Spans => only(PROTOCOLS[text] ?? Number(text));

const bitsOf = (text: string): number => (text.includes(":") ? 128 : 32);

/** `a`, `a/length`, `a-b`. */
function addressSpan(text: string): Span {
  const [first = "", last] = text.split("-");
  if (last !== undefined) return [BigInt(addressOf(first).value), BigInt(addressOf(last).value)];
  const [host = "", length] = text.split("/");
  const rest = BigInt(bitsOf(host) - Number(length ?? bitsOf(host)));
  const begin = (BigInt(addressOf(host).value) >> rest) << rest;
  return [begin, begin + (1n << rest) - 1n];
}

export const addressSpans = (texts: readonly string[]): Spans => spansOf(texts.map(addressSpan));

/** `80`, `80:90`, `80-90`. */
export function portSpan(text: string): Span {
  const [first = "", last = first] = text.split(/[:-]/);
  return [BigInt(first), BigInt(last)];
}

export const portSpans = (texts: readonly string[]): Spans => spansOf(texts.map(portSpan));

/** A device's name as a number, since all that is asked of it is whether it is one. */
export function deviceSpans(name: string): Spans {
  let number = 0;
  for (const char of name) number = (Math.imul(number, 31) + char.charCodeAt(0)) >>> 0;
  return only(number);
}

/** `host`, `host:ports`, `[host]:ports`. */
export function socketOf(text: string): { readonly host: string; readonly ports: string | null } {
  const [, six, four, ports = null] = /^(?:\[(.+)\]|([^:]+)):([^:]+)$/.exec(text) ?? [];
  return { host: six ?? four ?? text, ports };
}
