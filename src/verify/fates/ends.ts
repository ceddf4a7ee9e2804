/** Rules that end every packet alike, whatever else it is. */
import type { Action, Rule } from "../program.ts";
import { type Effect, NO_EFFECTS } from "./effect.ts";
import { ACCEPT, type End, type Ends, LEFT } from "./end.ts";
import { plainEnd } from "./targets.ts";

/** What an action does besides; `null` of one that decides. */
export function effectOf(action: Action, isLimited: boolean): Effect | null {
  switch (action.kind) {
    case "mark":
      return { kind: "mark", value: action.value, mask: action.mask };
    case "log":
      return { kind: "log", prefix: action.prefix, isLimited };
    case "remember":
      return { kind: "remember", list: action.list, seconds: action.seconds };
    default:
      return null;
  }
}

/** Only logs stand behind a limit. */
export const isLimited = ({ tests }: Rule): boolean => tests.some(({ kind }) => kind === "limit");

/** What the actions in front of the last one do; `null` where one of them decides. */
function effectsOf(rule: Rule): readonly Effect[] | null {
  const { actions } = rule;
  if (actions.length < 2) return NO_EFFECTS;
  const found: Effect[] = [];
  for (const action of actions.slice(0, -1)) {
    const effect = effectOf(action, isLimited(rule));
    if (effect === null) return null;
    found.push(effect);
  }
  return found;
}

/** How a rule ends every packet, where that hangs on nothing else; else `null`. */
export function plainEndOf(ends: Ends, rule: Rule): End | null {
  const action = rule.actions.at(-1);
  const end = action === undefined ? null : endOf(ends, action);
  const effects = end === null ? null : effectsOf(rule);
  if (end === null || effects === null) return null;
  return effects.length === 0 ? end : ends.after(effects, end);
}

/** How an action ends every packet alike. */
export function endOf(ends: Ends, action: Action): End | null {
  switch (action.kind) {
    case "accept":
      return ACCEPT;
    case "drop":
      return ends.named("drop");
    case "return":
      return LEFT;
    case "reject":
      return ends.named(`reject with ${action.answer}`);
    case "snat":
      return ends.named(`from ${action.address === null ? "the device's address" : action.address.text}`);
    case "dnat":
      return plainEnd(ends, action.to);
    default:
      return null;
  }
}
