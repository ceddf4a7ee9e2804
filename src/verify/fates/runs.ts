/** Rules of a chain that follow one another and match alike, but for what is drawn and who is remembered: those of one door. */

import type { Rule, Test } from "../program.ts";
import { type End, ON } from "./end.ts";
import { drawn, endOf, type Held, mixed, NOTHING_HELD, ON_THEN, type Outcome, remembering } from "./outcome.ts";

/** What changes from packet to packet that looks alike. */
export const isChance = ({ kind }: Test): boolean => kind === "share" || kind === "remembered";

const plainOf = (tests: readonly Test[]): readonly Test[] =>
  tests.some(isChance) ? tests.filter((test) => !isChance(test)) : tests;

export interface Run {
  readonly tests: readonly Test[];
  readonly rules: readonly Rule[];
}

const areSame = (a: readonly Test[], b: readonly Test[]): boolean =>
  a.length === b.length && a.every((test, at) => test === b[at]);

/** Tests that are one object are the same. */
export function runsOf(rules: readonly Rule[]): readonly Run[] {
  const runs: { tests: readonly Test[]; rules: Rule[] }[] = [];
  for (const rule of rules) {
    const tests = plainOf(rule.tests);
    const before = runs.at(-1);
    if (before !== undefined && areSame(before.tests, tests)) before.rules.push(rule);
    else runs.push({ tests, rules: [rule] });
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
  for (const test of tests) {
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
  return drawn(ends, shares, held.length === 0 ? NOTHING_HELD : held);
}
