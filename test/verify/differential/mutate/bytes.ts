/** One byte, or what stands for one. */
import { CHARACTERS } from "../dictionary.ts";
import type { Mutation } from "./kind.ts";
import { anySpan, put } from "./place.ts";

export const insertByte: Mutation = (random, text) => {
  const at = random.number(0, text.length);
  return put(text, { from: at, to: at }, random.one(CHARACTERS));
};

export const replaceByte: Mutation = (random, text) => {
  const from = random.number(0, text.length - 1);
  return put(text, { from, to: from + 1 }, random.one(CHARACTERS));
};

export const deleteByte: Mutation = (random, text) => {
  const from = random.number(0, text.length - 1);
  return put(text, { from, to: from + 1 }, "");
};

/** Within quotes nearly everything is a comment's to a reader, whatever the tool makes of it. */
export const insertIntoQuotes: Mutation = (random, text) => {
  const quotes = anySpan(random, text, /"[^"\n]*"/g);
  if (quotes === null) return text;
  const at = random.number(quotes.from + 1, quotes.to - 1);
  return put(text, { from: at, to: at }, random.one(CHARACTERS));
};

/** Behind a `#` too. */
export const insertIntoRemark: Mutation = (random, text) => {
  const remark = anySpan(random, text, /#[^\n]*/g);
  if (remark === null) return text;
  const at = random.number(remark.from + 1, remark.to);
  return put(text, { from: at, to: at }, random.one(CHARACTERS));
};

/** A blank as another one, as several, or as none. */
export const changeBlank: Mutation = (random, text) => {
  const blank = anySpan(random, text, /[ \t]+/g);
  return blank === null
    ? text
    : put(text, blank, random.one(["\t", "  ", "\r", "\v", "\f", "\0", "\u00a0", "", " \t "]));
};

const BEHIND = [" ", "\t", "\r", "\\", ";", " #", " # x", "\0", "\v", "\f", " [0:0]"];
/** Counters, as `iptables-save -c` prints them. */
const IN_FRONT = [" ", "\t", ";", "#", "\0", "\v", "[7:420] ", "[0:0] ", "[7:420]"];

/** What stands at the ends of a line. */
export const changeEnds: Mutation = (random, text) => {
  const line = anySpan(random, text, /^.*$/gm);
  if (line === null) return text;
  if (random.percent(60)) return put(text, { from: line.to, to: line.to }, random.one(BEHIND));
  return put(text, { from: line.from, to: line.from }, random.one(IN_FRONT));
};

export const beginWithMark: Mutation = (_, text) => `\ufeff${text}`;
