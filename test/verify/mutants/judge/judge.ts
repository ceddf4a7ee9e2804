/** Two texts side by side, on every class of packets that they tell apart: a judge of mutants that shares nothing with the proof. */
import type { Hook } from "../../../../src/verify/program.ts";
import { type Ask, askOf, Parted, shares } from "./ask.ts";
import type { Box } from "./box.ts";
import { type Judged, type JudgedRule, run } from "./machine.ts";

/** Lines that a mutant changed, in the one text and in the other: of rules they are, or of elements. */
export interface Touched {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

export interface Pair {
  readonly original: Judged;
  readonly mutant: Judged;
  readonly touched: Touched;
}

export interface Fates {
  readonly original: string;
  readonly mutant: string;
  readonly isSame: boolean;
  /** Some of the changed lines were asked, and matched. */
  readonly isHit: boolean;
}

/** The kernel keeps probabilities in units of 2⁻³¹. */
const TOLERANCE = 1e-7;

function isSame(some: ReadonlyMap<string, number>, others: ReadonlyMap<string, number>): boolean {
  const ends = new Set([...some.keys(), ...others.keys()]);
  return [...ends].every((end) => Math.abs((some.get(end) ?? 0) - (others.get(end) ?? 0)) < TOLERANCE);
}

const shown = (fate: ReadonlyMap<string, number>): string =>
  [...fate]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([end, share]) => (share === 1 ? end : `${Number(share.toFixed(9))} ${end}`))
    .join(" | ");

/** Throws `Parted` where the box has several fates. */
function fatesOf({ original, mutant, touched }: Pair, hook: Hook, box: Box): Fates {
  let isHit = false;
  const fate = (judged: Judged, lines: readonly number[]): ReadonlyMap<string, number> =>
    shares((draw) =>
      run(
        judged,
        hook,
        askOf({ box, family: judged.family, lines: original.lines }, draw, (line) => {
          if (lines.includes(line)) isHit = true;
        }),
      ),
    );
  const [one, other] = [fate(original, touched.before), fate(mutant, touched.after)];
  return { original: shown(one), mutant: shown(other), isSame: isSame(one, other), isHit };
}

/** What the original does with some packets of the box: those that no list has, where lists are asked. */
export function someFateOf(pair: Pair, hook: Hook, box: Box): string {
  try {
    return fatesOf(pair, hook, box).original;
  } catch (error) {
    if (!(error instanceof Parted)) throw error;
    return someFateOf(pair, hook, error.parts.at(-1)!);
  }
}

const rulesOf = (judged: Judged, lines: readonly number[]): readonly JudgedRule[] =>
  lines.length === 0
    ? []
    : [...judged.chains.values()].flatMap((rules) => rules.filter(({ line }) => lines.includes(line)));

/** Whether a packet comes to the rule's first act. What a list says depends on what was done before: it may say anything. */
function mayMatch({ steps }: JudgedRule, ask: Ask): boolean {
  for (const step of steps) {
    if (typeof step === "function") {
      if (!step(ask)) return false;
    } else if (step.kind !== "recall") return true;
  }
  return true;
}

/**
 * How many of the changed rules match, in the one text or in the other; a packet that none matches has the same fate in both. Of elements
 * nothing is known beforehand. Draws may go as they like.
 */
function touchesOf({ original, mutant, touched }: Pair): (box: Box) => number {
  const [before, after] = [rulesOf(original, touched.before), rulesOf(mutant, touched.after)];
  const isOfRules = (rules: readonly JudgedRule[], lines: readonly number[]): boolean =>
    lines.every((line) => rules.some((rule) => rule.line === line));
  if (!isOfRules(before, touched.before) || !isOfRules(after, touched.after)) return () => 1;
  const count = (rules: readonly JudgedRule[], ask: Ask): number => rules.filter((rule) => mayMatch(rule, ask)).length;
  return (box) => {
    const ask = askOf(
      { box, family: original.family, lines: original.lines },
      () => 0,
      () => {},
    );
    return Math.max(count(before, ask), count(after, ask));
  };
}

export interface Judgement {
  readonly classes: number;
  /** A class of packets with two fates. */
  readonly difference: { readonly box: Box; readonly fates: Fates } | null;
  /** Classes that come to a changed line which matches. */
  readonly hits: number;
  /** Classes that more than one changed rule matches. */
  readonly shared: number;
  /** Whether every class was looked at. */
  readonly isWhole: boolean;
}

/** Looks at classes until one has two fates, or at so many. */
export function judge(pair: Pair, hook: Hook, boxes: readonly Box[], most: number): Judgement {
  const touches = touchesOf(pair);
  const left = [...boxes];
  let [classes, hits, shared] = [0, 0, 0];
  for (let box = left.pop(); box !== undefined; box = left.pop()) {
    if (classes >= most) return { classes, difference: null, hits, shared, isWhole: false };
    try {
      const touched = touches(box);
      if (touched > 0) {
        const fates = fatesOf(pair, hook, box);
        if (!fates.isSame) return { classes, difference: { box, fates }, hits, shared, isWhole: true };
        if (fates.isHit) hits += 1;
        if (touched > 1) shared += 1;
      }
      classes += 1;
    } catch (error) {
      if (!(error instanceof Parted)) throw error;
      left.push(...error.parts);
    }
  }
  return { classes, difference: null, hits, shared, isWhole: true };
}
