/** Rules as the judge runs them: chains of tests and acts, whatever text they are read from. */
import { HOOKS, type Hook } from "../../../../src/verify/program.ts";
import type { Ask } from "./ask.ts";
import { type Field, NEVER, only, type Spans, TRACKED } from "./box.ts";

export type Act =
  | { readonly kind: "end"; readonly end: (ask: Ask) => string }
  | { readonly kind: "return" }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  /** A log, or that conntrack leaves the packet alone. */
  | { readonly kind: "note"; readonly note: string }
  /** The bits to keep, then those to turn. */
  | { readonly kind: "mark"; readonly keep: number; readonly turn: number }
  /** `set`: where there is no room for a new client the rule breaks off. */
  | {
      readonly kind: "remember";
      readonly list: string;
      readonly time: string;
      readonly set: { readonly name: string; readonly size: number } | null;
    }
  /** What is found: an end, or a chain to jump to. Nothing: the rule breaks off. */
  | { readonly kind: "find"; readonly find: (ask: Ask) => Act | null };

export type Test = (ask: Ask) => boolean;

/** Whether a list has had the client for so many seconds at most. */
export interface Recall {
  readonly kind: "recall";
  readonly list: string;
  readonly within: Spans;
  readonly isNot: boolean;
}

export type Step = Test | Recall | Act;

/** Steps are taken one after another, until a test fails or an act ends the rule: what was done before stays done. */
export interface JudgedRule {
  /** From 1. */
  readonly line: number;
  readonly steps: readonly Step[];
}

export interface HookChain {
  readonly chain: string;
  /** What becomes of what falls off its end. */
  readonly policy: "pass" | "drop";
}

export interface Judged {
  readonly family: 4 | 6;
  readonly chains: ReadonlyMap<string, readonly JudgedRule[]>;
  /** The chains that a hook asks: what one of them accepts the next is asked all the same. */
  readonly hooks: Readonly<Record<Hook, readonly HookChain[]>>;
  /** Ends that are as good as another. */
  readonly alike: Readonly<Record<string, string>>;
  /** By list: the lists of one port line have one name here, and a client is in one of them at most. */
  readonly lines: ReadonlyMap<string, string>;
}

export const isOf =
  (field: Field, values: Spans, isNot = false): Test =>
  (ask) =>
    ask.is(field, values) !== isNot;

export const hasConnection: Test = (ask) => ask.is("state", TRACKED);

/** Within so many a minute, behind a burst: the same for both texts where the words are the same. */
export const within = (rate: string): Test => isOf(`limit ${rate}`, only(1));

export const hooksBy = (chainsOf: (hook: Hook) => readonly HookChain[]): Judged["hooks"] =>
  Object.fromEntries(HOOKS.map((hook) => [hook, chainsOf(hook)])) as unknown as Judged["hooks"];

/** Throws where a chain is named that is not there: the tool would not load the text. */
export function requireChains(chains: Judged["chains"]): void {
  for (const step of [...chains.values()].flatMap((rules) => rules.flatMap(({ steps }) => steps))) {
    if (typeof step === "function" || (step.kind !== "jump" && step.kind !== "goto")) continue;
    if (!chains.has(step.chain)) throw new Error(`there is no chain ${step.chain}`);
  }
}

/** The chain that jumped here goes on. */
const LEFT = "\tleft";
/** The next rule is asked. */
const NEXT = "\tnext";

/** What becomes of the packets at the hook, in words: the end, what is noted in its order, the mark, who is remembered. */
export function run(judged: Judged, hook: Hook, ask: Ask): string {
  const notes: string[] = [];
  const lists = new Map<string, string>();
  let [keep, turn] = [-1, 0];

  function recalls({ list, within: values, isNot }: Recall): boolean {
    const holds = lists.has(list) ? values.some(([first]) => first === 0n) : ask.is(`list ${list}`, values);
    return holds !== isNot;
  }

  function remember(act: Act & { readonly kind: "remember" }): string | null {
    const { list, time, set } = act;
    if (set !== null && !lists.has(list) && ask.is(`clients ${set.name}`, [[BigInt(set.size), NEVER]])) {
      if (!ask.is(`list ${list}`, only(0))) return NEXT;
    }
    lists.set(list, time);
    return null;
  }

  function act(step: Act, depth: number): string | null {
    switch (step.kind) {
      case "end":
        return step.end(ask);
      case "return":
        return LEFT;
      case "jump":
        return chain(step.chain, depth + 1) ?? NEXT;
      case "goto":
        return chain(step.chain, depth + 1) ?? LEFT;
      case "find": {
        const found = step.find(ask);
        return found === null ? NEXT : act(found, depth);
      }
      case "note":
        notes.push(step.note);
        return null;
      case "mark":
        [keep, turn] = [keep & step.keep, (turn & step.keep) ^ step.turn];
        return null;
      case "remember":
        return remember(step);
    }
  }

  function ruleEnd({ steps, line }: JudgedRule, depth: number): string | null {
    let isHit = false;
    for (const step of steps) {
      if (typeof step === "function" || step.kind === "recall") {
        if (!(typeof step === "function" ? step(ask) : recalls(step))) return null;
        continue;
      }
      if (!isHit) ask.hit(line);
      isHit = true;
      const end = act(step, depth);
      if (end === NEXT) return null;
      if (end !== null) return end;
    }
    if (!isHit) ask.hit(line);
    return null;
  }

  /** An end, or `null`: its caller goes on. */
  function chain(name: string, depth: number): string | null {
    const rules = judged.chains.get(name);
    if (rules === undefined || depth > 60) throw new Error(`no chain ${name}, or a circle`);
    for (const rule of rules) {
      const end = ruleEnd(rule, depth);
      if (end === LEFT) return null;
      if (end !== null) return end;
    }
    return null;
  }

  let end = "pass";
  for (const { chain: name, policy } of judged.hooks[hook]) {
    if (end === "pass" || end === "accept") end = chain(name, 0) ?? policy;
  }
  const mark = keep === -1 && turn === 0 ? [] : [`mark & ${hex(keep)} ^ ${hex(turn)}`];
  const clients = [...lists].map(([list, time]) => `remembers ${list}${time}`).sort();
  return [judged.alike[end] ?? end, ...notes, ...mark, ...clients].join("; ");
}

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;
