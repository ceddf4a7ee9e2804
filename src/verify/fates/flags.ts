/**
 * Which chains mean the same at every hook: those that do not ask, nor lead to one that asks, what a hook says of every packet (hooks.ts), how
 * packets come or leave or, in nat, a state. Those that do not ask what a client asked for either mean the same of connections of many kinds.
 */
import type { Action, KeyPart, Program, Rule, Test } from "../program.ts";
import type { Scene } from "./scene.ts";

type Asks = (one: Test | KeyPart) => boolean;

const OF_HOOKS: ReadonlySet<string> = new Set(["state", "device", "group", "way-back"]);
const OF_CONNECTIONS: ReadonlySet<string> = new Set([...OF_HOOKS, "translated"]);

const asksOfHooks: Asks = ({ kind }) => OF_HOOKS.has(kind);

const asksOfConnections: Asks = (one) =>
  OF_CONNECTIONS.has(one.kind) || ("of" in one && (one.of === "asked" || one.of === "asked-port"));

function isAsked(asks: Asks, tests: readonly Test[]): boolean {
  for (const test of tests) if (asks(test) || (test.kind === "member" && test.key.some(asks))) return true;
  return false;
}

/** Whether a chain, and all that it leads to, is free of something. */
function chainsWithout({ chains }: Program, asks: Asks): (chain: string) => boolean {
  const known = new Map<string, boolean>();
  function leadsToFree(action: Action): boolean {
    if (action.kind === "jump" || action.kind === "goto") return ask(action.chain);
    if ("key" in action && action.key.some(asks)) return false;
    return action.kind !== "verdict-map" || action.elements.every(({ value }) => ask(value));
  }
  function isFree({ tests, actions }: Rule): boolean {
    return !isAsked(asks, tests) && actions.every(leadsToFree);
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

/** Whether a chain means the same at every hook. */
export const sameEverywhere = (program: Program): ((chain: string) => boolean) => chainsWithout(program, asksOfHooks);

/** Whether a chain means the same at every hook, of every connection that is alike (see below). */
export const sameOfConnections = (program: Program): ((chain: string) => boolean) =>
  chainsWithout(program, asksOfConnections);

/** ICMP errors have one protocol, ways have a header of their own, and full lists leave rules out. */
export const areAlike = (scene: Scene): boolean =>
  scene.kind !== "untranslated-error" && scene.kind !== "ways" && !(scene.kind === "untranslated" && scene.isFull);
