/** Rules of a chain that follow one another and match alike, but for what is drawn and who is remembered: those of one door. */

import type { Rule, Test } from "../program.ts";
import { type End, ON } from "./end.ts";
import { asked, certain, drawn, mixed, ON_THEN, type Outcome } from "./outcome.ts";

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
  /** All of these lists must hold the client. */
  readonly remembered: readonly Remembered[];
}

type Remembered = Extract<Test, { readonly kind: "remembered" }>;

const NOBODY: readonly Remembered[] = [];

function chanceOf(tests: readonly Test[]): Chance {
  let share = 1;
  let remembered = NOBODY;
  for (let at = 0; at < tests.length; at += 1) {
    const test = tests[at]!;
    if (test.kind === "share") share *= test.share;
    else if (test.kind === "remembered") remembered = [...remembered, test];
  }
  return { share, remembered };
}

/** What a rule that matches does to such a packet: what is not drawn, and who is not remembered, gets what stands behind it. */
export function withChance(tests: readonly Test[], outcome: Outcome, behind: Outcome = ON_THEN): Outcome {
  const { share, remembered } = chanceOf(tests);
  const hit = share === 1 ? outcome : mixed(share, outcome, behind);
  return remembered.reduceRight((then, { list, seconds }) => asked(list, seconds, then, behind), hit);
}

/** What rules do of which each ends a packet that it matches in one way, and none looks a client up. */
function drawnAlone(rules: readonly Rule[], to: readonly End[]): Outcome {
  let open = 1;
  const shares = rules.map(({ tests }) => {
    const { share } = chanceOf(tests);
    const part = open * share;
    open *= 1 - share;
    return part;
  });
  const ends = [...to];
  if (open > 0) {
    ends.push(ON);
    shares.push(open);
  }
  return drawn(ends, shares);
}

/** The same of any rules of a run. */
export function drawnOf(rules: readonly Rule[], to: readonly End[]): Outcome {
  const lookups = rules.findLastIndex(({ tests }) => tests.some(({ kind }) => kind === "remembered")) + 1;
  let outcome = drawnAlone(rules.slice(lookups), to.slice(lookups));
  for (let at = lookups - 1; at >= 0; at -= 1) outcome = withChance(rules[at]!.tests, certain(to[at]!), outcome);
  return outcome;
}
