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

/** What one fault may cost: a text is loaded for each. */
const MOST_TRIES = 300;
/** More are counted, and not made smaller. */
const MOST_FAULTS = 40;

/** What either understood; nothing where they agree. */
function sidesOf(verdict: Verdict): { readonly reader: string; readonly tool: string } | null {
  switch (verdict.kind) {
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

function faultOf(seed: number, mutant: Mutant, key: string, read: Reader): Fault {
  const ask = (text: string): Asked => ({ ...mutant, text });
  const text = fewestLines(mutant.text, MOST_TRIES, (less) => keyOf(ask(less), judge(ask(less), read)) === key);
  const sides = sidesOf(judge(ask(text), read)) ?? { reader: "another answer than before", tool: "the same" };
  const { number, of, target, form, variant } = mutant;
  return { key, seed, number, of: `${of}, ${target} ${form}, ${variant}`, text, ...sides };
}

export function runTexts(seed: number, mutants: Iterable<Mutant>, read: Reader): Tally {
  const faults = new Map<string, Fault>();
  const count = { texts: 0, read: 0, loaded: 0, equal: 0, faulty: 0 };
  for (const mutant of mutants) {
    const verdict = judge(mutant, read);
    count.texts += 1;
    if (verdict.kind !== "unread") count.read += 1;
    if (verdict.kind === "equal" || verdict.kind === "differs") count.loaded += 1;
    if (verdict.kind === "equal") count.equal += 1;
    const key = keyOf(mutant, verdict);
    if (key === null) continue;
    count.faulty += 1;
    if (!faults.has(key) && faults.size < MOST_FAULTS) faults.set(key, faultOf(seed, mutant, key, read));
  }
  return { ...count, faults: [...faults.values()] };
}
