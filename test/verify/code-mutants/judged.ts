/** Whether packets tell a mutated text from the one before: the judge of `npm run mutants`, of unmutated code, which knows no reference. */
import { diffArrays } from "diff";
import type { Mutant } from "../mutants/make.ts";
import { judgedAlone } from "../mutants/verdict.ts";
import type { NodeOfProgram } from "./programs.ts";
import { bareLines, isRenamed, type Rules } from "./rules.ts";

/** Longer texts are not judged: the walk through them takes hours. */
const LONGEST = 2500;

/** Lines, from 1, that the one text has and the other has not. */
function changedLines(before: Rules, after: Rules): Pick<Mutant, "before" | "after"> {
  const found = { before: [] as number[], after: [] as number[] };
  let [old, now] = [1, 1];
  for (const { added, removed, value } of diffArrays([...bareLines(before)], [...bareLines(after)])) {
    const many = value.length;
    if (removed) found.before.push(...value.map((_, at) => old + at));
    if (added) found.after.push(...value.map((_, at) => now + at));
    if (!added) old += many;
    if (!removed) now += many;
  }
  return found;
}

/** Own chains of iptables have no policy: that one is there says nothing, and its rules and the jumps to it are lines of their own. */
function withoutDeclared({ text }: Rules, lines: readonly number[]): readonly number[] {
  const all = text.split("\n");
  return lines.filter((line) => !/^:NETC\S* - \[0:0\]$/.test(all[line - 1]!));
}

/** The first lines of the change, as `diff` writes them. */
export function shownChange(before: Rules, after: Rules, most: number): string {
  const { before: gone, after: come } = changedLines(before, after);
  const [old, now] = [before.text.split("\n"), after.text.split("\n")];
  const line = (text: string): string => (text.length > 220 ? `${text.slice(0, 217)}…` : text);
  return [
    ...gone.slice(0, most).map((at) => `- ${at}: ${line(old[at - 1]!.trim())}`),
    ...come.slice(0, most).map((at) => `+ ${at}: ${line(now[at - 1]!.trim())}`),
  ].join("\n");
}

export const changeSize = (before: Rules, after: Rules): number => {
  const { before: gone, after: come } = changedLines(before, after);
  return gone.length + come.length;
};

export interface Judgement {
  /** `unknown`: not walked through to the end, or not read. */
  readonly kind: "equivalent" | "different" | "unknown";
  readonly reason: string;
}

/** Of what the judge could not find out. */
const UNKNOWN = /: more than \d+ classes|^the judge does not know/;

export function judged({ program, cluster, node }: NodeOfProgram, before: Rules, after: Rules): Judgement {
  if (isRenamed(before, after))
    return { kind: "equivalent", reason: "lists of clients have other names, each its own" };
  const lines = Math.max(before.text.split("\n").length, after.text.split("\n").length);
  if (lines > LONGEST) return { kind: "unknown", reason: `not judged: ${lines} lines` };
  const sample = { ...before, program, cluster, node };
  const changed = changedLines(before, after);
  const mutant: Mutant = {
    ...{ kind: "code", sample, text: after.text },
    before: withoutDeclared(before, changed.before),
    after: withoutDeclared(after, changed.after),
  };
  try {
    const verdict = judgedAlone(mutant);
    const reason = "reason" in verdict ? verdict.reason : "";
    // What the judge says of one changed line or of two says nothing of many.
    if (verdict.kind === "equivalent")
      return { kind: "equivalent", reason: `${lines} lines: every class of packets ends alike in both texts` };
    return { kind: UNKNOWN.test(reason) ? "unknown" : "different", reason };
  } catch (error) {
    return { kind: "unknown", reason: `the judge does not know what it means: ${(error as Error).message}` };
  }
}
