/** The kernel takes no chains that lead in a circle, and neither does a proof. */
import type { Call, Chain } from "./tables.ts";

interface Place {
  readonly chain: Chain;
  at: number;
}

export interface Order {
  /** Rules that lead back into a chain which leads to them: at least one of each circle. */
  readonly cycles: readonly Call[];
  /** Where there is no circle, each chain stands behind all that lead to it. */
  readonly chains: readonly Chain[];
}

/** `chains` are by their whole name. */
export function orderOf(chains: ReadonlyMap<string, Chain>): Order {
  const cycles: Call[] = [];
  const left: Chain[] = [];
  const states = new Map<string, "on the way" | "done">();
  for (const root of chains.values()) {
    const way: Place[] = [];
    const enter = (chain: Chain): void => {
      states.set(chain.name, "on the way");
      way.push({ chain, at: 0 });
    };
    if (!states.has(root.name)) enter(root);
    for (let place = way.at(-1); place !== undefined; place = way.at(-1)) {
      const call = place.chain.calls[place.at];
      place.at += 1;
      if (call === undefined) {
        states.set(place.chain.name, "done");
        left.push(place.chain);
        way.pop();
        continue;
      }
      const state = states.get(call.chain);
      if (state === undefined) enter(chains.get(call.chain)!);
      else if (state === "on the way") cycles.push(call);
    }
  }
  return { cycles, chains: left.reverse() };
}
