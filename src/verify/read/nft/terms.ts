/** Addresses, ports and protocols as the text writes them. Prefixes and ports that were read once are found again by their text. */
import { type Family, isFault, parseAddress } from "../../../address/address.ts";
import type { PortRange } from "../../../address/port.ts";
import { lastAddress, parsePrefix } from "../../../address/prefix.ts";
import type { AddressRange } from "../../program.ts";
import { protocolNamed } from "../../protocols.ts";
import { SERVICE_NAMES } from "../service-names.ts";
import { accept, fail, numberOf, peek, take, type Words } from "./words.ts";

export interface Terms {
  readonly prefixes: Map<string, AddressRange>;
  readonly ports: Map<string, PortRange>;
  /** The address of the element before: those of one door follow one another. */
  before: AddressRange | null;
}

export const noTerms = (): Terms => ({ prefixes: new Map(), ports: new Map(), before: null });

/** IP's number of a protocol, or -1. */
export const protocolOf = (word: string): number => protocolNamed(word) ?? -1;

/** One address, or why it is none. */
export function addressOf(word: string, family: Family): AddressRange | string {
  const address = parseAddress(word);
  // nft reads no IPv6 address whose end is written as an IPv4 one.
  if (isFault(address) || address.family !== family || (family === 6 && word.includes(".")))
    return `\`${word}\` is no IPv${family} address`;
  return { first: address, last: address };
}

/** The same, of an element's key. */
export function keyAddressOf(terms: Terms, word: string, family: Family): AddressRange | string {
  const { before } = terms;
  if (before !== null && before.first.text === word && before.first.family === family) return before;
  const range = addressOf(word, family);
  if (typeof range !== "string") terms.before = range;
  return range;
}

function prefixOf(terms: Terms, word: string, family: Family): AddressRange | string {
  let range = terms.prefixes.get(word);
  if (range === undefined) {
    const prefix = parsePrefix(word);
    if (isFault(prefix)) return `\`${word}\` is no prefix: ${prefix.reason}`;
    range = { first: prefix.address, last: lastAddress(prefix) };
    terms.prefixes.set(word, range);
  }
  if (family === 6 && word.includes(".")) return `\`${word}\` is no IPv6 prefix`;
  return range.first.family === family ? range : `\`${word}\` is no IPv${family} prefix`;
}

/** An address, a prefix or a range, or why it is none. */
export function addressesOf(terms: Terms, word: string, family: Family): AddressRange | string {
  const dash = word.indexOf("-");
  if (dash >= 0) {
    const first = addressOf(word.slice(0, dash), family);
    const last = addressOf(word.slice(dash + 1), family);
    if (typeof first === "string") return first;
    if (typeof last === "string") return last;
    if (first.first.value > last.last.value) return `the range \`${word}\` ends before it begins`;
    return { first: first.first, last: last.last };
  }
  if (!word.includes("/")) return addressOf(word, family);
  return prefixOf(terms, word, family);
}

/** A port or a range of ports, or why it is none. A name with a `-` is never a range: nft's scanner takes all of it for one word. */
export function portsOf(terms: Terms, word: string): PortRange | string {
  const known = terms.ports.get(word);
  if (known !== undefined) return known;
  const service = SERVICE_NAMES.get(word);
  if (service !== undefined) return { first: service.port, last: service.port };
  const dash = word.indexOf("-");
  const first = numberOf(dash < 0 ? word : word.slice(0, dash), 65535);
  const last = dash < 0 ? first : numberOf(word.slice(dash + 1), 65535);
  if (first < 1 || last < 1) return `\`${word}\` is no port and no range of ports`;
  if (first > last) return `the range \`${word}\` ends before it begins`;
  const ports = { first, last };
  terms.ports.set(word, ports);
  return ports;
}

/** `one`, or `{ one, one }`, each as `read` takes it. nft unites what overlaps in a list without a name. */
export function listOf<T extends object | number>(
  words: Words,
  read: (word: string) => T | string,
): readonly T[] | null {
  const isList = accept(words, "{");
  const found: T[] = [];
  do {
    if (isList && found.length > 0 && peek(words) === "}") break;
    const word = take(words);
    const item = read(word);
    if (typeof item === "string") return fail(words, word === "" ? "the line ends too early" : item);
    found.push(item);
    if (!isList) return found;
  } while (accept(words, ","));
  return accept(words, "}") ? found : fail(words, "the list is not closed by ` }`");
}
