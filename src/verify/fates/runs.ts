/** Rules of a chain that follow one another and match alike, but for what is drawn and who is remembered: those of one door. */

import type { Rule, Test } from "../program.ts";
import { type End, ON } from "./end.ts";
import { drawn, endOf, type Held, mixed, ON_THEN, type Outcome, remembering } from "./outcome.ts";

/** What changes from packet to packet that looks alike. */
export const isChance = ({ kind }: Test): boolean => kind === "share" || kind === "remembered";

const plainOf = (tests: readonly Test[]): readonly Test[] =>
  tests.some(isChance) ? tests.filter((test) => !isChance(test)) : tests;

export interface Run {
  readonly tests: readonly Test[];
  readonly rules: readonly Rule[];
}

/** But for chance. Tests that are one object are the same. */
function areAlike(one: readonly Test[], other: readonly Test[]): boolean {
  for (let i = 0, j = 0; ; i += 1, j += 1) {
    while (i < one.length && isChance(one[i]!)) i += 1;
    while (j < other.length && isChance(other[j]!)) j += 1;
    if (i === one.length || j === other.length) return i === one.length && j === other.length;
    if (one[i] !== other[j]) return false;
  }
}

export function runsOf(rules: readonly Rule[]): readonly Run[] {
  const runs: Run[] = [];
  for (let from = 0, to = 0; from < rules.length; from = to) {
    const { tests } = rules[from]!;
    to += 1;
    while (to < rules.length && areAlike(tests, rules[to]!.tests)) to += 1;
    runs.push({ tests: plainOf(tests), rules: rules.slice(from, to) });
  }
  return runs;
}

interface Chance {
  /** Of what the rule is asked about it matches so much, whoever is remembered. */
  readonly share: number;
  readonly remembered: Extract<Test, { readonly kind: "remembered" }> | null;
}

function chanceOf(tests: readonly Test[]): Chance {
  let share = 1;
  let remembered: Chance["remembered"] = null;
  for (let at = 0; at < tests.length; at += 1) {
    const test = tests[at]!;
    if (test.kind === "share") share *= test.share;
    else if (test.kind === "remembered") remembered = test;
  }
  return { share, remembered };
}

/** What a rule that matches does to such a packet: what is not drawn, and who is not remembered, goes on. */
export function withChance(tests: readonly Test[], outcome: Outcome): Outcome {
  const { share, remembered } = chanceOf(tests);
  if (remembered === null) return share === 1 ? outcome : mixed(share, outcome, ON_THEN);
  const { list, seconds } = remembered;
  return remembering({ list, seconds, end: endOf(outcome), share }, ON_THEN);
}

/** What the rules of a run do, each of which ends a packet that it matches in one way. */
export function drawnOf(rules: readonly Rule[], to: readonly End[]): Outcome {
  const held: Held[] = [];
  let open = 1;
  const shares = rules.map(({ tests }, at) => {
    const { share, remembered } = chanceOf(tests);
    const part = open * share;
    if (remembered === null) {
      open *= 1 - share;
      return part;
    }
    if (part > 0) held.push({ list: remembered.list, seconds: remembered.seconds, end: to[at]!, share: part });
    return 0;
  });
  const ends = [...to];
  if (open > 0) {
    ends.push(ON);
    shares.push(open);
  }
  return drawn(ends, shares, held);
}
