/** Judges the texts of a run one after another, and tells each class of faults once. */
import { type Asked, judge, type Reader, type Verdict } from "./judge.ts";
import { keyOf } from "./keys.ts";
import { fewestLines } from "./smallest.ts";
import type { Mutant } from "./texts.ts";

/** A text that the reader and the tool understand differently. */
export interface Fault {
  /** Alike faults have the same. */
  readonly key: string;
  readonly seed: number;
  readonly number: number;
  /** The golden output that was mutated, and which tool it is for. */
  readonly of: string;
  readonly text: string;
  readonly reader: string;
  readonly tool: string;
}

export interface Tally {
  readonly texts: number;
  /** By the reader. */
  readonly read: number;
  /** By the tool, of those. */
  readonly loaded: number;
  readonly equal: number;
  readonly faulty: number;
  readonly faults: readonly Fault[];
}

/** What making one fault smaller may cost: a text is loaded for each try. */
export const MOST_TRIES = 300;
/** More are counted, and not made smaller. */
const MOST_FAULTS = 40;

export interface Run {
  readonly seed: number;
  readonly read: Reader;
  /** None: faults are told as they are. */
  readonly tries: number;
}

/** What either understood; nothing where they agree. */
function sidesOf(verdict: Verdict): { readonly reader: string; readonly tool: string } | null {
  switch (verdict.kind) {
    case "crashed":
      return { reader: verdict.reason, tool: "is not asked" };
    case "refused":
      return { reader: "reads it", tool: `refuses it: ${verdict.reason}` };
    case "differs": {
      const { where, reader, tool } = verdict.difference;
      return { reader: `${where}: ${reader ?? "nothing"}`, tool: `${where}: ${tool ?? "nothing"}` };
    }
    default:
      return null;
  }
}

function faultOf({ seed, read, tries }: Run, mutant: Mutant, key: string): Fault {
  const ask = (text: string): Asked => ({ ...mutant, text });
  const text = fewestLines(mutant.text, tries, (less) => keyOf(ask(less), judge(ask(less), read)) === key);
  const sides = sidesOf(judge(ask(text), read)) ?? { reader: "another answer than before", tool: "the same" };
  const { number, of, target, form, variant } = mutant;
  return { key, seed, number, of: `${of}, ${target} ${form}, ${variant}`, text, ...sides };
}

export function runTexts(run: Run, mutants: Iterable<Mutant>): Tally {
  const faults = new Map<string, Fault>();
  const count = { texts: 0, read: 0, loaded: 0, equal: 0, faulty: 0 };
  for (const mutant of mutants) {
    const verdict = judge(mutant, run.read);
    count.texts += 1;
    if (verdict.kind !== "unread" && verdict.kind !== "crashed") count.read += 1;
    if (verdict.kind === "equal" || verdict.kind === "differs") count.loaded += 1;
    if (verdict.kind === "equal") count.equal += 1;
    const key = keyOf(mutant, verdict);
    if (key === null) continue;
    count.faulty += 1;
    if (!faults.has(key) && faults.size < MOST_FAULTS) faults.set(key, faultOf(run, mutant, key));
  }
  return { ...count, faults: [...faults.values()] };
}
