/** Who leads to which chain: every chain that is named must be there, and no way may lead back. */
import type { Action, Hook } from "../../program.ts";
import { isFull, report, type Source } from "./blocks.ts";
import type { Chain } from "./chains.ts";
import type { NamedSet } from "./sets.ts";

interface Way {
  readonly to: string;
  readonly line: number;
}

function waysOf({ rules }: Chain): readonly Way[] {
  const ways: Way[] = [];
  for (const { rule } of rules) {
    for (const action of rule.actions) {
      if (action.kind === "jump" || action.kind === "goto") ways.push({ to: action.chain, line: rule.line });
      if (action.kind === "verdict-map") for (const { value, line } of action.elements) ways.push({ to: value, line });
    }
  }
  return ways;
}

function wrongEnd(chains: ReadonlyMap<string, Chain>, to: string): string | null {
  const chain = chains.get(to);
  if (chain === undefined) return `there is no chain \`${to}\``;
  return chain.hook === null ? null : `\`${to}\` is asked by a hook: nothing can jump to it`;
}

/** Reports each way whose end is not there. A map that no rule asks counts as well. */
function checkEnds(source: Source, chains: ReadonlyMap<string, Chain>, sets: Iterable<NamedSet>): void {
  const check = ({ to, line }: Way): void => {
    const reason = isFull(source) ? null : wrongEnd(chains, to);
    if (reason !== null) report(source, line, reason);
  };
  for (const { holding } of sets) {
    if (holding.kind === "chains") for (const { value, line } of holding.elements) check({ to: value, line });
  }
  for (const chain of chains.values()) {
    for (const { rule } of chain.rules) {
      for (const action of rule.actions) {
        if (action.kind === "jump" || action.kind === "goto") check({ to: action.chain, line: rule.line });
      }
    }
  }
}

interface Step {
  readonly chain: Chain;
  readonly ways: readonly Way[];
  next: number;
}

/** Reports the first way that leads back; deep chains are no deep calls. */
function checkLoops(source: Source, chains: ReadonlyMap<string, Chain>): void {
  const done = new Set<string>();
  for (const start of chains.values()) {
    if (done.has(start.name)) continue;
    const path: Step[] = [{ chain: start, ways: waysOf(start), next: 0 }];
    const open = new Set([start.name]);
    while (path.length > 0) {
      const step = path.at(-1)!;
      const way = step.ways[step.next];
      step.next += 1;
      if (way === undefined) {
        open.delete(step.chain.name);
        done.add(step.chain.name);
        path.pop();
        continue;
      }
      const chain = chains.get(way.to);
      if (chain === undefined || chain.hook !== null || done.has(chain.name)) continue;
      if (open.has(chain.name)) {
        const names = path.map((each) => each.chain.name);
        const loop = [...names.slice(names.indexOf(chain.name)), chain.name].join(" → ");
        report(source, way.line, `the chains lead in a circle: ${loop}`);
        return;
      }
      open.add(chain.name);
      path.push({ chain, ways: waysOf(chain), next: 0 });
    }
  }
}

/** Where the kernel takes what an action does. */
function placesOf(action: Action): { readonly word: string; readonly hooks: readonly Hook[] } | null {
  switch (action.kind) {
    case "dnat":
    case "dnat-map":
      return { word: "dnat", hooks: ["nat-prerouting", "nat-output"] };
    case "snat":
      return action.address === null
        ? { word: "masquerade", hooks: ["nat-postrouting"] }
        : { word: "snat", hooks: ["nat-postrouting"] };
    default:
      return null;
  }
}

/** The kernel refuses a translation in a chain that another hook leads to. */
function checkPlaces(source: Source, chains: ReadonlyMap<string, Chain>): void {
  for (const base of chains.values()) {
    if (base.hook === null) continue;
    const seen = new Set([base.name]);
    for (const name of seen) {
      const chain = chains.get(name);
      if (chain === undefined) continue;
      for (const { to } of waysOf(chain)) seen.add(to);
      for (const { rule } of chain.rules) {
        for (const action of rule.actions) {
          const places = placesOf(action);
          if (places === null || places.hooks.includes(base.hook) || isFull(source)) continue;
          report(source, rule.line, `\`${places.word}\` cannot stand where \`${base.name}\` leads`);
        }
      }
    }
  }
}

export function checkGraph(source: Source, chains: ReadonlyMap<string, Chain>, sets: Iterable<NamedSet>): void {
  checkEnds(source, chains, sets);
  if (!isFull(source)) checkLoops(source, chains);
  if (source.unread.length === 0) checkPlaces(source, chains);
}
