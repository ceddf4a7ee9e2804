/** Rules as the judge runs them: chains of tests and acts, whatever text they are read from. */
import { HOOKS, type Hook } from "../../../../src/verify/program.ts";
import type { Ask } from "./ask.ts";
import type { Field, Spans } from "./box.ts";

export type Act =
  | { readonly kind: "end"; readonly end: (ask: Ask) => string }
  | { readonly kind: "return" }
  | { readonly kind: "jump" | "goto"; readonly chain: string }
  | { readonly kind: "note"; readonly note: string }
  /** What is found: an end, a chain to jump to, or nothing. */
  | { readonly kind: "find"; readonly find: (ask: Ask) => Act | null };

/** A test, or a client put into a list where it stands among them. */
export type Step = ((ask: Ask) => boolean) | { readonly remember: string };

export interface JudgedRule {
  /** From 1. */
  readonly line: number;
  readonly steps: readonly Step[];
  readonly acts: readonly Act[];
}

export interface Judged {
  readonly family: 4 | 6;
  readonly chains: ReadonlyMap<string, readonly JudgedRule[]>;
  /** The chains that a hook asks, and what becomes of what they leave. */
  readonly hooks: Readonly<Record<Hook, readonly string[]>>;
  /** Ends that are as good as another. */
  readonly alike: Readonly<Record<string, string>>;
}

export const isOf =
  (field: Field, values: Spans, isNot = false): Step =>
  (ask) =>
    ask.is(field, values) !== isNot;

export const hooksBy = (chainsOf: (hook: Hook) => readonly string[]): Judged["hooks"] =>
  Object.fromEntries(HOOKS.map((hook) => [hook, chainsOf(hook)])) as unknown as Judged["hooks"];

/** What becomes of the packets at the hook, in words. */
export function run(judged: Judged, hook: Hook, ask: Ask): string {
  const notes: string[] = [];
  const lists: string[] = [];

  function holds({ steps }: JudgedRule): boolean {
    for (const step of steps) {
      if (typeof step !== "function") lists.push(step.remember);
      else if (!step(ask)) return false;
    }
    return true;
  }

  /** An end, or `null`: its caller goes on. */
  function chain(name: string, depth: number): string | null {
    const rules = judged.chains.get(name);
    if (rules === undefined || depth > 60) throw new Error(`no chain ${name}, or a circle`);
    for (const rule of rules) {
      if (!holds(rule)) continue;
      ask.hit(rule.line);
      const end = acts(rule.acts, depth);
      if (end === "\tleft") return null;
      if (end !== null) return end;
    }
    return null;
  }

  function acts(all: readonly Act[], depth: number): string | null {
    for (const act of all) {
      if (act.kind === "end") return act.end(ask);
      if (act.kind === "return") return "\tleft";
      if (act.kind === "note") notes.push(act.note);
      else if (act.kind === "goto") return chain(act.chain, depth + 1) ?? "\tleft";
      else {
        const next = act.kind === "find" ? act.find(ask) : act;
        const end = next === null ? null : next.kind === "jump" ? chain(next.chain, depth + 1) : acts([next], depth);
        if (end !== null) return end;
      }
    }
    return null;
  }

  let end: string | null = null;
  for (const name of judged.hooks[hook]) end ??= chain(name, 0);
  end ??= "pass";
  return [judged.alike[end] ?? end, ...notes, ...lists.map((list) => `remembers ${list}`)].join("; ");
}
