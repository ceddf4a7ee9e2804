/** A rule while its words are read, and what is known from rules before it. */
import type { Test } from "../../program.ts";
import { hasPorts } from "../../protocols.ts";
import type { TableName } from "./facts.ts";
import type { Reason } from "./words.ts";

/** What a text of an address or of ports was read as: the same for the next rule that says it. */
export interface Known {
  readonly family: 4 | 6;
  readonly tests: Readonly<
    Record<"source" | "destination" | "asked" | "ports" | "protocol" | "share", Map<string, Test>>
  >;
}

/** Matches that the kernel takes at some hooks alone; `-i` is taken elsewhere too, where kernels differ in what it means. */
export type Placed = "-i" | "--src-group" | "--dst-group" | "-m rpfilter";

export interface Draft {
  readonly table: TableName;
  readonly words: readonly string[];
  /** The next word to read. */
  at: number;
  readonly tests: Test[];
  /** IP's number; -1 where the rule names none. */
  protocol: number;
  /** The list of xt_recent that the client is put into. */
  remember: string | null;
  isLimited: boolean;
  /** How many `-m` were read. */
  matches: number;
  asksPort: boolean;
  /** What may not be asked at every hook. */
  readonly placed: Placed[];
  /** A module of `-p` itself was read. */
  saysPorts: boolean;
  about: string | null;
}

export const draftOf = (table: TableName, words: readonly string[], at: number): Draft => ({
  table,
  words,
  at,
  tests: [],
  protocol: -1,
  remember: null,
  isLimited: false,
  matches: 0,
  asksPort: false,
  placed: [],
  saysPorts: false,
  about: null,
});

export const knownOf = (family: 4 | 6): Known => ({
  family,
  tests: {
    source: new Map(),
    destination: new Map(),
    asked: new Map(),
    ports: new Map(),
    protocol: new Map(),
    share: new Map(),
  },
});

/** What is no test is the reason why. */
export function add(draft: Draft, test: Test | string): Reason {
  if (typeof test === "string") return test;
  draft.tests.push(test);
  return null;
}

/** The next word, which is read with it; empty behind the last one. */
export function next(draft: Draft): string {
  const word = draft.words[draft.at] ?? "";
  draft.at += 1;
  return word;
}

/** Whether the next word is this one: then it is read. */
export function takes(draft: Draft, expected: string): boolean {
  if (draft.words[draft.at] !== expected) return false;
  draft.at += 1;
  return true;
}

/** The same of several words: all of them, or none. */
export function takesAll(draft: Draft, expected: readonly string[]): boolean {
  for (let index = 0; index < expected.length; index += 1) {
    if (draft.words[draft.at + index] !== expected[index]) return false;
  }
  draft.at += expected.length;
  return true;
}

export const asksOfPorts = ({ protocol }: Draft): boolean => hasPorts(protocol);
