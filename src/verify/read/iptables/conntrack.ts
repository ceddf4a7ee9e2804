/** `-m conntrack`: what the kernel knows of a packet's connection. */
import { CONNTRACK_STATES, type ConntrackState, type Test, TRACKED } from "../../program.ts";
import { add, type Draft, type Known, next } from "./draft.ts";
import { portsTest } from "./ports.ts";
import { notBefore, saysNothing, twice } from "./reasons.ts";
import { addressTest } from "./values.ts";
import type { Reason } from "./words.ts";

type Option = "--ctstate" | "--ctorigdst" | "--ctorigdstport";

const isOption = (word: string | undefined): word is Option =>
  word === "--ctstate" || word === "--ctorigdst" || word === "--ctorigdstport";

/**
 * Where a packet has no connection, conntrack_mt answers by the test of the state alone, and whatever else the match asks is passed over. So a
 * match is known to ask for both only where no such packet has the state.
 */
export function readConntrack(draft: Draft, known: Known): Reason {
  const seen: Option[] = [];
  let holdsWithout: string | null = null;
  for (;;) {
    const isNot = draft.words[draft.at] === "!";
    const option = draft.words[draft.at + (isNot ? 1 : 0)];
    if (!isOption(option)) break;
    if (isNot && option !== "--ctstate") return notBefore(option);
    if (seen.includes(option)) return twice(option);
    seen.push(option);
    draft.at += isNot ? 2 : 1;
    const test = conntrackTest(draft, known, option, isNot);
    const reason = add(draft, test);
    if (reason !== null) return reason;
    if (typeof test !== "string" && holdsWithoutConnection(test)) holdsWithout = draft.words[draft.at - 1] ?? "";
  }
  if (seen.length === 0) return saysNothing("conntrack");
  if (holdsWithout === null || seen.length === 1) return null;
  return `a packet without connection has the state of \`${holdsWithout}\`, and the kernel then asks nothing else of this match`;
}

function conntrackTest(draft: Draft, known: Known, option: Option, isNot: boolean): Test | string {
  const word = next(draft);
  if (option === "--ctstate") return stateTest(word, isNot);
  if (option === "--ctorigdst") return addressTest(known, "asked", word);
  draft.asksPort = true;
  return portsTest(known, draft, option, word);
}

function holdsWithoutConnection(test: Test): boolean {
  if (test.kind === "translated") return !test.is;
  return test.kind === "state" && !test.states.every((state) => TRACKED.includes(state));
}

const STATES: ReadonlyMap<string, ConntrackState> = new Map(
  CONNTRACK_STATES.map((state) => [state.toUpperCase(), state]),
);

/** A list is true of any of its words, and DNAT is no state beside the others. */
function stateTest(list: string, isNot: boolean): Test | string {
  if (list === "DNAT") return { kind: "translated", is: !isNot };
  const words = list.split(",");
  const states = words.map((word) => STATES.get(word)).filter((state) => state !== undefined);
  if (states.length < words.length || new Set(states).size < states.length)
    return `\`${list}\` is no list of states that is known`;
  return { kind: "state", states: isNot ? CONNTRACK_STATES.filter((state) => !states.includes(state)) : states };
}
