/** Which chains a hook's own facts (hooks.ts) can change: those that ask how packets come or leave or, in nat, a state, or lead to one that does. */
import type { Action, Program, Rule, Test } from "../program.ts";

const OF_HOOKS: ReadonlySet<Test["kind"]> = new Set(["state", "device", "group", "way-back"]);

const asksFlag = (tests: readonly Test[]): boolean => {
  for (const { kind } of tests) if (OF_HOOKS.has(kind)) return true;
  return false;
};

/** Whether a chain means the same at every hook. */
export function sameEverywhere({ chains }: Program): (chain: string) => boolean {
  const known = new Map<string, boolean>();
  function leadsToFree(action: Action): boolean {
    if (action.kind === "jump" || action.kind === "goto") return ask(action.chain);
    return action.kind !== "verdict-map" || action.elements.every(({ value }) => ask(value));
  }
  function isFree({ tests, actions }: Rule): boolean {
    return !asksFlag(tests) && actions.every(leadsToFree);
  }
  function ask(chain: string): boolean {
    const found = known.get(chain);
    if (found !== undefined) return found;
    const is = (chains.get(chain) ?? []).every(isFree);
    known.set(chain, is);
    return is;
  }
  return ask;
}
