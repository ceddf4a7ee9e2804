/** Who leads to which chain: every chain that is named must be there, and no way may lead back. */
import { isFull, report, type Source } from "./blocks.ts";
import type { Chain } from "./chains.ts";
import { checkPlaces } from "./places.ts";
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

/** Each chain behind all that it leads to; `null` where a way leads back: the first is reported. Deep chains are no deep calls. */
function orderOf(source: Source, chains: ReadonlyMap<string, Chain>): readonly Chain[] | null {
  const done = new Set<Chain>();
  for (const start of chains.values()) {
    if (done.has(start)) continue;
    const path: Step[] = [{ chain: start, ways: waysOf(start), next: 0 }];
    const open = new Set([start.name]);
    while (path.length > 0) {
      const step = path.at(-1)!;
      const way = step.ways[step.next];
      step.next += 1;
      if (way === undefined) {
        open.delete(step.chain.name);
        done.add(step.chain);
        path.pop();
        continue;
      }
      const chain = chains.get(way.to);
      if (chain === undefined || chain.hook !== null || done.has(chain)) continue;
      if (open.has(chain.name)) {
        const names = path.map((each) => each.chain.name);
        const loop = [...names.slice(names.indexOf(chain.name)), chain.name].join(" → ");
        report(source, way.line, `the chains lead in a circle: ${loop}`);
        return null;
      }
      open.add(chain.name);
      path.push({ chain, ways: waysOf(chain), next: 0 });
    }
  }
  return [...done];
}

/** One below NFT_JUMP_STACK_SIZE: the kernel refuses a chain that is further below a hook's ("Too many links"). */
const DEEPEST = 15;

function checkDepth(source: Source, order: readonly Chain[]): void {
  const depths = new Map<string, number>();
  for (const chain of order) {
    let depth = 0;
    for (const { to } of waysOf(chain)) depth = Math.max(depth, 1 + (depths.get(to) ?? 0));
    depths.set(chain.name, depth);
    if (chain.hook === null || depth <= DEEPEST || isFull(source)) continue;
    report(source, chain.line, `\`${chain.name}\` leads ${depth} chains deep: the kernel takes ${DEEPEST}`);
  }
}

export function checkGraph(source: Source, chains: ReadonlyMap<string, Chain>, sets: Iterable<NamedSet>): void {
  checkEnds(source, chains, sets);
  const order = isFull(source) ? null : orderOf(source, chains);
  if (order === null || source.unread.length > 0) return;
  checkDepth(source, order);
  checkPlaces(source, chains.values(), (chain) => waysOf(chain).flatMap(({ to }) => chains.get(to) ?? []));
}
