/** Which chains a hook's own facts (hooks.ts) can change: those that ask a flag, or lead to one that does. */
import type { Action, Program, Rule, Test } from "../program.ts";

const asksFlag = ({ kind }: Test): boolean => kind === "own" || kind === "device";

function chainsOf(action: Action): readonly string[] {
  if (action.kind === "jump" || action.kind === "goto") return [action.chain];
  return action.kind === "verdict-map" ? action.elements.map(({ value }) => value) : [];
}

/** Whether a chain means the same at every hook. */
export function sameEverywhere({ chains }: Program): (chain: string) => boolean {
  const known = new Map<string, boolean>();
  const isFree = ({ tests, actions }: Rule): boolean =>
    !tests.some(asksFlag) && actions.every((action) => chainsOf(action).every(ask));
  function ask(chain: string): boolean {
    const found = known.get(chain);
    if (found !== undefined) return found;
    const is = (chains.get(chain) ?? []).every(isFree);
    known.set(chain, is);
    return is;
  }
  return ask;
}
