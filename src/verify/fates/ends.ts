/** Rules that end every packet alike, whatever else it is. */
import type { Action } from "../program.ts";
import { type End, LEFT } from "./outcome.ts";
import { plainEnd } from "./targets.ts";

/** How these actions end every packet, where that hangs on nothing else; else `null`. */
export function plainEndOf(actions: readonly Action[]): End | null {
  const action = actions.at(-1);
  if (action === undefined || actions.some(({ kind }) => kind === "mark" || kind === "log")) return null;
  switch (action.kind) {
    case "accept":
    case "drop":
      return action.kind;
    case "return":
      return LEFT;
    case "reject":
      return `reject with ${action.answer}`;
    case "snat":
      return action.address === null ? "from the device's address" : `from ${action.address.text}`;
    case "dnat":
      return plainEnd(action.to, listsOf(actions));
    default:
      return null;
  }
}

const NO_LISTS: readonly string[] = [];

export const listsOf = (actions: readonly Action[]): readonly string[] =>
  actions.length === 1 ? NO_LISTS : actions.flatMap((action) => (action.kind === "remember" ? [action.list] : []));
