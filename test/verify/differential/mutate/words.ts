/** Whole words: another in its place, one twice, one less, two swapped. */
import type { Mutation } from "./kind.ts";
import { anySpan, put, spansOf } from "./place.ts";

const WORD = /"[^"\n]*"|[^ \t\n]+/g;

/** What looks alike: one of these is replaced by another of the same kind. */
const KINDS: readonly RegExp[] = [
  /\b\d+\.\d+\.\d+\.\d+(?:\/\d+)?/g,
  /\b[0-9a-f]+:[0-9a-f:]*:[0-9a-f]*(?:\/\d+)?/g,
  /(?<=[ :.-])\d{1,5}(?=[ ,:\n-])/g,
  /0x[0-9a-f]+/g,
  /"[^"\n]*"/g,
  /\b(?:tcp|udp|sctp|icmp|ipv6-icmp|icmpv6)\b/g,
  /\b(?:ACCEPT|DROP|RETURN|accept|drop|return)\b/g,
  /\b(?:NEW|ESTABLISHED,RELATED|ESTABLISHED|DNAT|new|established,related|established)\b/g,
  /\b(?:NETC-[\w./-]+|netc-[\w./-]+)/g,
  /(?<= )-[a-zA-Z](?= )/g,
  /--[a-z-]+/g,
  /\b(?:saddr|daddr|sport|dport|jump|goto|iifname|oifname|ipv4|ipv6|ip|ip6)\b/g,
];

/** By another of the same kind, or with a digit changed. */
export const replaceAlike: Mutation = (random, text, { texts }) => {
  const kind = random.one(KINDS);
  const span = anySpan(random, text, kind);
  if (span === null) return text;
  const others = spansOf(random.percent(60) ? text : random.one(texts), kind);
  const source = others.length === 0 ? span : random.one(others);
  const other = text.slice(source.from, source.to);
  return put(text, span, /^\S*$/.test(other) && other !== "" ? other : text.slice(span.from, span.to));
};

export const changeDigit: Mutation = (random, text) => {
  const digit = anySpan(random, text, /\d/g);
  return digit === null ? text : put(text, digit, random.one(["0", "1", "2", "9", "00", "10", ""]));
};

export const replaceWord: Mutation = (random, text, { words }) => {
  const span = anySpan(random, text, WORD);
  return span === null ? text : put(text, span, random.one(words));
};

export const endanger: Mutation = (random, text, { dangerous }) => {
  const span = anySpan(random, text, WORD);
  return span === null ? text : put(text, span, random.one(dangerous));
};

export const insertWord: Mutation = (random, text, { dangerous, words }) => {
  const span = anySpan(random, text, WORD);
  if (span === null) return text;
  const word = random.one(random.percent(60) ? dangerous : words);
  return put(text, { from: span.from, to: span.from }, `${word} `);
};

export const doubleWord: Mutation = (random, text) => {
  const span = anySpan(random, text, WORD);
  return span === null ? text : put(text, { from: span.to, to: span.to }, ` ${text.slice(span.from, span.to)}`);
};

export const dropWord: Mutation = (random, text) => {
  const span = anySpan(random, text, / (?:"[^"\n]*"|[^ \t\n]+)/g);
  return span === null ? text : put(text, span, "");
};

/** Two words of one line. */
export const swapWords: Mutation = (random, text) => {
  const line = anySpan(random, text, /^.*\S .*\S.*$/gm);
  if (line === null) return text;
  const said = text.slice(line.from, line.to);
  const words = spansOf(said, WORD);
  const at = random.number(0, words.length - 2);
  const [one, other] = [words[at]!, words[random.number(at + 1, words.length - 1)]!];
  const swapped = put(put(said, other, said.slice(one.from, one.to)), one, said.slice(other.from, other.to));
  return put(text, line, swapped);
};

const CHAIN = /^:(\S+) -|^\t(?:chain|set|map) (\S+) \{/gm;

/** A chain, set or map everywhere by another name. */
export const rename: Mutation = (random, text, { dangerous, words }) => {
  const names = [...text.matchAll(CHAIN)].map((found) => found[1] ?? found[2]!);
  if (names.length === 0) return text;
  const name = random.one(names);
  const other = random.one(random.percent(80) ? dangerous : words);
  return text.replace(/[^\s:@]+/g, (word) => (word === name ? other : word === `${name},` ? `${other},` : word));
};

/** The words of a comment or prefix. */
export const changeQuoted: Mutation = (random, text, { dangerous }) => {
  const quotes = anySpan(random, text, /"[^"\n]*"/g);
  if (quotes === null) return text;
  const long = "x".repeat(random.one([27, 28, 29, 30, 126, 127, 128, 129, 254, 255, 256, 300]));
  const by = random.one([`"${random.one(dangerous)}"`, `"${long}"`, random.one(dangerous), `'a b'`, `""`, `"a" b`]);
  return put(text, quotes, by);
};
