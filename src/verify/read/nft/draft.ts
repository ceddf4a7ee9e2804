/** A rule as far as its line is read. */
import type { Family } from "../../../address/address.ts";
import type { Action, Test } from "../../program.ts";
import { hasPorts } from "../../protocols.ts";
import type { NamedSet } from "./sets.ts";
import type { Terms } from "./terms.ts";
import { fail, type Words } from "./words.ts";

/** What a rule may refer to. */
export interface Known {
  readonly terms: Terms;
  readonly sets: ReadonlyMap<string, NamedSet>;
  /** Names of sets and maps that are declared, but could not be read. */
  readonly broken: ReadonlySet<string>;
  readonly definitions: ReadonlyMap<string, string>;
}

export interface Draft {
  readonly words: Words;
  readonly known: Known;
  /** The only family that it holds for; `null`: both. */
  family: Family | null;
  readonly tests: Test[];
  readonly actions: Action[];
  /** Where among the tests a client is looked up: for how long, what puts it there says. */
  readonly looked: { readonly at: number; readonly list: string }[];
  /** Nothing is done behind what was read. */
  isEnded: boolean;
  /** Something stands in it that does nothing to a packet: a counter. */
  hasIdle: boolean;
}

/** Says that the rule holds for that family alone. */
export function bind(draft: Draft, family: Family | null): boolean {
  if (family === null || draft.family === family) return true;
  if (draft.family !== null) {
    fail(draft.words, "the rule asks for IPv4 and for IPv6: it holds for no packet");
    return false;
  }
  if (isCounted(draft)) {
    fail(draft.words, "a condition stands behind an action: what is asked of one family alone stands in front");
    return false;
  }
  draft.family = family;
  return true;
}

/** Whether what was read so far does something already, or counts packets: a limit counts what comes as far as it. */
const isCounted = ({ tests, actions }: Draft): boolean => actions.length > 0 || tests.at(-1)?.kind === "limit";

export function addTest(draft: Draft, test: Test): null {
  if (isCounted(draft)) fail(draft.words, "a condition stands behind an action or a limit");
  draft.tests.push(test);
  return null;
}

/** Where nft knows one protocol of a rule it refuses another, or puts a condition of its own in front: one is enough. */
export function addProtocols(draft: Draft, protocols: readonly number[]): null {
  const before = draft.tests.find((test) => test.kind === "protocol");
  if (
    before?.kind === "protocol" &&
    (before.protocols.length > 1 || protocols.length > 1 || before.protocols[0] !== protocols[0])
  ) {
    return fail(draft.words, "the rule asks for protocols twice");
  }
  return before === undefined ? addTest(draft, { kind: "protocol", protocols }) : null;
}

/** What ends the rule comes last. */
export function addAction(draft: Draft, action: Action, follows: "goes on" | "ends"): null {
  draft.actions.push(action);
  if (follows === "ends") draft.isEnded = true;
  return null;
}

/** Whether the rule is of protocols that have ports, and of no others. */
export const isOfPorts = ({ tests }: Draft): boolean =>
  tests.some((test) => test.kind === "protocol" && test.protocols.every(hasPorts));

/** The set or map behind `@`; fails where there is none. */
export function namedSet({ words, known }: Draft, word: string): NamedSet | null {
  const name = word.slice(1);
  if (!word.startsWith("@")) return fail(words, `\`${word}\` stands where the name of a set or map is expected`);
  const set = known.sets.get(name);
  if (set !== undefined) return set;
  return fail(words, known.broken.has(name) ? UNREAD_SET : `there is no set and no map \`${name}\``);
}

/** Not told: why the set could not be read is told already. */
export const UNREAD_SET = "\0";
