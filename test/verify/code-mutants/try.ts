/** One mutant: compiled, proved, and judged where it is proved. */
import { prove } from "../../../src/verify/prove.ts";
import { type Bundler, Endless, loaded, type Subject, within } from "./bundle.ts";
import { type Golden, keyOf, LONG } from "./golden.ts";
import { changeSize, type Judgement, judged, shownChange } from "./judged.ts";
import { applied, type Mutation } from "./mutation.ts";
import { bareText, type Outputs, type Rules, rulesIn } from "./rules.ts";
import type { Depth, Job, Phase, Survival, Verdict } from "./verdict.ts";

/** Milliseconds for the program to be loaded, for one node to be compiled, and to be proved, and for a text to be judged. */
const LOADING = 10_000;
const COMPILING = 10_000;
const PROVING = 30_000;
const JUDGING = 120_000;

interface Changed {
  readonly of: Golden;
  readonly before: Rules;
  readonly after: Rules;
}

class Stopped extends Error {}

function attempt<T>(limit: number, what: string, run: () => T): T {
  try {
    return within(limit, run);
  } catch (error) {
    const reason =
      error instanceof Endless ? "does not end" : String((error as Error)?.message ?? error).split("\n")[0]!;
    throw new Stopped(`${what}: ${reason}`);
  }
}

const changedRules = (of: Golden, outputs: Outputs): readonly Changed[] =>
  rulesIn(outputs).flatMap((after): readonly Changed[] => {
    const before = of.rules.find((each) => keyOf(each) === keyOf(after))!;
    return bareText(after) === of.bare.get(keyOf(after)) ? [] : [{ of, before, after }];
  });

interface Compiled {
  readonly changes: readonly (readonly Changed[])[];
  readonly isFrame: boolean;
}

/** Until so many nodes have other rules as are to be proved. */
function compiled(program: Subject, nodes: readonly Golden[], { isLong, nodes: most }: Depth): Compiled {
  const changes: (readonly Changed[])[] = [];
  let isFrame = false;
  for (const of of nodes) {
    if (changes.length === most || (of.size > LONG && (changes.length > 0 || !isLong))) break;
    const outputs = attempt(COMPILING, `compiling ${of.title}`, () => program.textsOf(of.cluster, of.node));
    const changed = changedRules(of, outputs);
    if (changed.length > 0) changes.push(changed);
    else isFrame ||= Object.keys(outputs).some((name) => outputs[name] !== of.outputs[name]);
  }
  return { changes, isFrame };
}

interface Proved {
  readonly proved: readonly Changed[];
  readonly refuted: readonly Changed[];
  readonly unverified: number;
}

function provedBy(program: Subject, changes: readonly (readonly Changed[])[]): Proved {
  const found = { proved: [] as Changed[], refuted: [] as Changed[], unverified: 0 };
  for (const changed of changes) {
    const { of } = changed[0]!;
    const texts = changed.map(({ after }) => after);
    const findings = attempt(PROVING, `proving ${of.title}`, () => program.prove(of.cluster, of.node, texts));
    for (const each of changed) {
      const finding = findings.find(({ text }) => text === each.after);
      if (finding === undefined) found.proved.push(each);
      else found.refuted.push(each);
      if (finding?.kind === "unverified") found.unverified += 1;
    }
  }
  return found;
}

const shown = ({ of, after }: Changed): string => `${of.title}, ${after.name}`;

function survivalOf(changed: Changed, reason: string, refuted: number): Verdict {
  const { of, before, after } = changed;
  const [finding] = prove(of.cluster, of.node, [after]);
  const alone: Survival["alone"] = finding?.kind ?? "proved";
  const change = shownChange(before, after, 4);
  return { kind: "survived", survival: { where: shown(changed), reason, change, alone, refuted } };
}

/** The smallest changes first; own chains where the whole tables are not to be judged as well. */
function toJudge(proved: readonly Changed[]): readonly Changed[] {
  const isTwin = ({ of, after }: Changed): boolean =>
    after.form === "coexist" &&
    proved.some((other) => other.of === of && other.after.target === after.target && other.after.form === "whole");
  return proved
    .filter((each) => !isTwin(each))
    .map((each) => ({ each, size: changeSize(each.before, each.after) + each.after.text.length / 1000 }))
    .sort((a, b) => a.size - b.size)
    .map(({ each }) => each);
}

function judgedInTime({ of, before, after }: Changed): Judgement {
  try {
    return within(JUDGING, () => judged(of, before, after));
  } catch (error) {
    if (error instanceof Endless) return { kind: "unknown", reason: `the judge takes more than ${JUDGING / 1000} s` };
    throw error;
  }
}

function judgedOf({ proved, refuted, unverified }: Proved, { texts }: Depth): Verdict {
  const reasons: string[] = [];
  const doubtful: { readonly changed: Changed; readonly reason: string }[] = [];
  const order = toJudge(proved);
  for (const changed of order.slice(0, texts)) {
    const { kind, reason } = judgedInTime(changed);
    if (kind === "different") return survivalOf(changed, reason, refuted.length);
    if (kind === "unknown") doubtful.push({ changed, reason });
    else reasons.push(reason);
  }
  if (refuted.length > 0)
    return { kind: "refuted", isUnverified: unverified === refuted.length, where: shown(refuted[0]!) };
  if (doubtful[0] !== undefined) return survivalOf(doubtful[0].changed, doubtful[0].reason, 0);
  return { kind: "equivalent", reason: [...new Set(reasons)].join("; "), where: shown(order[0]!) };
}

export interface Trying {
  readonly bundler: Bundler;
  readonly golden: readonly Golden[];
  readonly texts: ReadonlyMap<string, string>;
  readonly enters: (phase: Phase) => void;
}

async function programOf({ bundler, texts }: Trying, mutation: Mutation): Promise<Subject> {
  const { file } = mutation;
  const text = applied(texts.get(file)!, mutation);
  const bundle = await bundler.bundle(new Map([[file, text]])).catch((error: Error) => {
    throw new Stopped(`does not build: ${error.message}`);
  });
  return attempt(LOADING, "loading", () => loaded(bundle));
}

export async function tried({ mutation, titles, depth }: Job, trying: Trying): Promise<Verdict> {
  const { golden, enters } = trying;
  enters("compile");
  const nodes = golden.filter(({ title }) => titles.includes(title));
  try {
    const program = await programOf(trying, mutation);
    const { changes, isFrame } = compiled(program, nodes, depth);
    if (changes.length === 0) return { kind: "no rule", isFrame };
    enters("proof");
    const proved = provedBy(program, changes);
    enters("judge");
    return judgedOf(proved, depth);
  } catch (error) {
    if (error instanceof Stopped) return { kind: "stopped", reason: error.message };
    throw error;
  }
}
