/** The kernel takes no chains that lead in a circle, and neither does a proof. */
import type { Rule } from "../../program.ts";
import type { Chain } from "./tables.ts";

/** A rule that leads back into a chain which leads to it. */
export interface Cycle {
  readonly line: number;
  readonly chain: string;
}

interface Place {
  readonly chain: Chain;
  at: number;
}

function leadsTo({ actions }: Rule): string | null {
  const last = actions.at(-1);
  return last !== undefined && (last.kind === "jump" || last.kind === "goto") ? last.chain : null;
}

/** At least one rule of each circle; none where there is no circle. `chains` are by their whole name. */
export function cyclesOf(chains: ReadonlyMap<string, Chain>): readonly Cycle[] {
  const found: Cycle[] = [];
  const states = new Map<string, "on the way" | "done">();
  for (const root of chains.values()) {
    const way: Place[] = [];
    const enter = (chain: Chain): void => {
      states.set(chain.name, "on the way");
      way.push({ chain, at: 0 });
    };
    if (!states.has(root.name)) enter(root);
    for (let place = way.at(-1); place !== undefined; place = way.at(-1)) {
      const rule = place.chain.rules[place.at];
      place.at += 1;
      if (rule === undefined) {
        states.set(place.chain.name, "done");
        way.pop();
        continue;
      }
      const chain = leadsTo(rule);
      if (chain === null) continue;
      const state = states.get(chain);
      if (state === undefined) enter(chains.get(chain)!);
      else if (state === "on the way") found.push({ line: rule.line, chain });
    }
  }
  return found;
}
