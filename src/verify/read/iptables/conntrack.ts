/** `-m conntrack`: what the kernel knows of a packet's connection. */
import type { Test } from "../../program.ts";
import { add, type Draft, type Known, next } from "./draft.ts";
import { notBefore, saysNothing, twice } from "./reasons.ts";
import { addressTest, portsTest } from "./values.ts";
import type { Reason } from "./words.ts";

export function readConntrack(draft: Draft, known: Known): Reason {
  let seen = "";
  for (;;) {
    const isNot = draft.words[draft.at] === "!";
    const option = draft.words[draft.at + (isNot ? 1 : 0)];
    const isState = option === "--ctstate";
    if (!isState && option !== "--ctorigdst" && option !== "--ctorigdstport") {
      return seen === "" ? saysNothing("conntrack") : null;
    }
    if (isNot && !isState) return notBefore(option);
    if (seen.includes(`${option} `)) return twice(option);
    seen += `${option} `;
    draft.at += isNot ? 2 : 1;
    const reason = add(draft, conntrackTest(draft, known, option, isNot));
    if (reason !== null) return reason;
  }
}

function conntrackTest(
  draft: Draft,
  known: Known,
  option: "--ctstate" | "--ctorigdst" | "--ctorigdstport",
  isNot: boolean,
): Test | string {
  const word = next(draft);
  if (option === "--ctstate") return stateTest(word, isNot);
  if (option === "--ctorigdst") return addressTest(known, "asked", word);
  draft.asksPort = true;
  return portsTest(known, option, word);
}

const STATES = { NEW: "new", ESTABLISHED: "established", RELATED: "related" } as const;

const isState = (word: string): word is keyof typeof STATES => Object.hasOwn(STATES, word);

/** A list is true of any of its words, and DNAT is no state beside the others. */
function stateTest(list: string, isNot: boolean): Test | string {
  if (list === "DNAT") return { kind: "translated", is: !isNot };
  if (isNot) return notBefore(`--ctstate ${list}`);
  const words = list.split(",");
  if (!words.every(isState) || new Set(words).size < words.length)
    return `\`${list}\` is no list of states that is known`;
  return { kind: "state", states: words.map((word) => STATES[word]) };
}
