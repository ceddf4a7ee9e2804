/** For how long clients are remembered: a list has one time, whichever rule puts a client into it. */
import { isFull, report, type Source } from "./blocks.ts";
import type { Chain } from "./chains.ts";

export function checkTimes(source: Source, chains: Iterable<Chain>): void {
  const known = new Map<string, { readonly seconds: number | null; readonly line: number }>();
  for (const { rules } of chains) {
    for (const { rule } of rules) {
      for (const action of rule.actions) {
        if (action.kind !== "remember") continue;
        const before = known.get(action.list);
        if (before === undefined) known.set(action.list, { seconds: action.seconds, line: rule.line });
        else if (before.seconds !== action.seconds && !isFull(source)) {
          report(source, rule.line, `on line ${before.line} the client is remembered for another time`);
        }
      }
    }
  }
}
