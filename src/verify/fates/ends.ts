/** Rules that end every packet alike, whatever else it is. */
import type { Action } from "../program.ts";
import { ACCEPT, type End, type Ends, LEFT } from "./end.ts";
import { plainEnd } from "./targets.ts";

/** How these actions end every packet, where that hangs on nothing else; else `null`. */
export function plainEndOf(ends: Ends, actions: readonly Action[]): End | null {
  const action = actions.at(-1);
  if (action === undefined || actions.some(({ kind }) => kind === "mark" || kind === "log")) return null;
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
      return plainEnd(ends, action.to, listsOf(actions));
    default:
      return null;
  }
}

const NO_LISTS: readonly string[] = [];

export const listsOf = (actions: readonly Action[]): readonly string[] =>
  actions.length === 1 ? NO_LISTS : actions.flatMap((action) => (action.kind === "remember" ? [action.list] : []));
