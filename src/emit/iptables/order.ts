/** A chain of facts in their order, however many of them are about doors. */
import type { Family } from "../../address/address.ts";
import { chainName, type FactStep, goTo, listChains, PLAIN, type Step } from "./dispatch.ts";
import type { IptChain } from "./ruleset.ts";
import { type Asked, askedOf, type Split, splitsOf } from "./runs.ts";

/** The chains of steps, in which the first that ends wins; the first chain is `name`. */
export function chainsInOrder(name: string, steps: readonly Step[], family: Family): readonly IptChain[] {
  const chains: IptChain[] = [];
  let current = name;
  let list: Step[] = [];
  const labels = new Map<string, number>();
  for (let at = 0; at < steps.length; ) {
    const run = runAt(steps, at);
    if (run.length <= PLAIN) {
      list.push(...steps.slice(at, at + Math.max(run.length, 1)));
      at += Math.max(run.length, 1);
      continue;
    }
    at += run.length;
    const key = labelled(labels, `${name} before ${labelOf(steps[at])}`);
    const rest = at < steps.length ? chainName(`${key} rest`) : null;
    const root = chainName(key);
    chains.push(...listChains(current, [...list, { rules: [goTo(root)] }], family, null));
    chains.push(
      ...runChains(
        { key, family, rest },
        root,
        run,
        splitsOf(
          run.map(({ asked }) => asked),
          family,
        ),
      ),
    );
    if (rest === null) return chains;
    current = rest;
    list = [];
  }
  return [...chains, ...listChains(current, list, family, null)];
}

type DoorStep = FactStep & { readonly asked: Asked };

/** The facts about doors that stand at a place, one behind the other. */
function runAt(steps: readonly Step[], from: number): readonly DoorStep[] {
  const run: DoorStep[] = [];
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at]!;
    const asked = "rules" in step ? null : askedOf(step.match);
    if (asked === null) break;
    run.push({ ...(step as FactStep), asked });
  }
  return run;
}

const labelOf = (step: Step | undefined): string =>
  step === undefined ? "the end" : "rules" in step ? "rules" : step.statement;

/** A label that comes again is counted. */
function labelled(labels: Map<string, number>, label: string): string {
  const before = labels.get(label) ?? 0;
  labels.set(label, before + 1);
  return before === 0 ? label : `${label} ${before + 1}`;
}

interface Run {
  readonly key: string;
  readonly family: Family;
  /** Where what nothing here ends goes on; `null`: the chain is over. */
  readonly rest: string | null;
}

function runChains(run: Run, name: string, steps: readonly DoorStep[], splits: readonly Split[]): readonly IptChain[] {
  const [split, ...finer] = splits;
  if (steps.length <= PLAIN || split === undefined) return listChains(name, steps, run.family, run.rest);
  const blocks = split(steps.map(({ asked }) => asked));
  if (blocks.length === 1) return runChains(run, name, steps, finer);
  const named = blocks.map((block) => ({ ...block, chain: chainName(`${run.key} ${name} ${block.name}`) }));
  const rules = named.map(({ chain, matches }) => goTo(chain, matches));
  const below = named.flatMap(({ chain, members }) =>
    runChains(
      run,
      chain,
      members.map((member) => steps[member]!),
      finer,
    ),
  );
  return [{ name, rules: [...rules, ...(run.rest === null ? [] : [goTo(run.rest)])] }, ...below];
}
