/** A chain of facts in their order, however many they are, however long their lists. */
import type { Family } from "../../address/address.ts";
import { hashText } from "../../address/hash.ts";
import { matchKey } from "../../plan/passes/match-key.ts";
import { refuseMoreRules } from "../too-many-rules.ts";
import { heightOf, VERDICT_DEPTH } from "./depth.ts";
import { chainName, type FactStep, goTo, lookupOf, PLAIN, restRules, type Step, withoutLists } from "./dispatch.ts";
import type { IptChain, IptRule } from "./ruleset.ts";
import { type Door, doorOf, narrowed, type Split, splitsOf } from "./runs.ts";

interface Place {
  readonly family: Family;
  /** How many jumps deeper the kernel lets chains be. */
  readonly room: number;
  /** Where what nothing here ends goes on; `null`: the chain is over. */
  readonly end: string | null;
}

/** Room that the rest of a chain keeps, so that a flat lookup on both sides of a packet, and its verdict, still fit behind it. */
const KEPT = 4;

/** A chain that is being written, and the chains that it leads to. */
interface Sequence {
  /** How many jumps deeper the kernel lets chains be from here on. */
  room(): number;
  /** What `found` finds never comes back: it is called. `false` where that is too deep. */
  call(found: readonly IptChain[]): boolean;
  /** What `found` does not find goes on in the chain `rest`. `false` where that is too deep. */
  goOn(found: readonly IptChain[], rest: string): boolean;
  add(step: Step): void;
  /** The first is the one that was begun with; the last goes on at `end`. */
  chains(end: string | null): readonly IptChain[];
}

/** Every chain of a tree is named by its key: a longer one is its beginning, which people read, and a hash. */
const LONGEST_KEY = 200;

const shortened = (key: string): string =>
  key.length <= LONGEST_KEY ? key : `${key.slice(0, LONGEST_KEY)} ${hashText(key)}`;

/** However many: what is spread into a call has to fit its stack. */
function addAll<T>(to: T[], more: readonly T[]): void {
  for (const one of more) to.push(one);
}

function createSequence(begun: string, family: Family, all: number): Sequence {
  const before: IptChain[] = [];
  let name = begun;
  let rules: IptRule[] = [];
  let called: IptChain[] = [];
  let room = all;
  const keys = new Map<string, number>();

  function call(found: readonly IptChain[]): boolean {
    if (1 + heightOf(found) + VERDICT_DEPTH > room) return false;
    rules.push({ matches: [], target: { kind: "chain", chain: found[0]!.name }, comment: null });
    addAll(called, found);
    return true;
  }

  function goOn(found: readonly IptChain[], rest: string): boolean {
    const left = room - heightOf(found) - 2;
    if (left < KEPT) return false;
    rules.push(goTo(found[0]!.name));
    before.push({ name, rules });
    addAll(before, called);
    addAll(before, found);
    name = rest;
    rules = [];
    called = [];
    room = left;
    return true;
  }

  /** What is said of a list has one name whatever the list holds, so that an item more changes its own lines. */
  function keyOf({ statement, match }: FactStep): string {
    const key = shortened(`${statement} ${name} ${matchKey(withoutLists(match))}`);
    return labelled(keys, key);
  }

  function lookUp(step: FactStep): boolean {
    const key = keyOf(step);
    const rest = chainName(`${key} rest`);
    return (["tree", "flat"] as const).some((shape) => {
      const found = lookupOf(step, key, family, step.leaves ? rest : null, shape);
      return found !== null && (step.leaves ? goOn(found, rest) : call(found));
    });
  }

  function add(step: Step): void {
    if ("rules" in step) rules.push(...step.rules);
    else if (!lookUp(step)) {
      addAll(rules, step.rulesOf(step.match));
      refuseMoreRules(rules.length, step.statement);
    }
  }

  const chains = (end: string | null): readonly IptChain[] => [
    ...before,
    { name, rules: [...rules, ...restRules(end)] },
    ...called,
  ];
  return { room: () => room, call, goOn, add, chains };
}

/** The chains of steps, in which the first that ends wins; the first chain is `name`, and no other is more than `room` jumps below it. */
export function chainsInOrder(name: string, steps: readonly Step[], family: Family, room: number): readonly IptChain[] {
  const sequence = createSequence(name, family, room);
  const labels = new Map<string, number>();
  for (let at = 0; at < steps.length; ) {
    const run = runAt(steps, at);
    const next = at + Math.max(run.length, 1);
    const isLong = run.length > PLAIN;
    if (!isLong || !addRun(sequence, run, labelled(labels, `${name} before ${labelOf(steps[next])}`), family))
      for (const step of steps.slice(at, next)) sequence.add(step);
    at = next;
  }
  return sequence.chains(null);
}

/** Goes through a run by blocks; `false` where that is too deep. */
function addRun(sequence: Sequence, run: readonly DoorStep[], key: string, family: Family): boolean {
  const splits = splitsOf(doorsOf(run), family);
  const rest = chainName(`${key} rest`);
  const leaves = run.some((step) => step.leaves);
  const place = { family, room: sequence.room() - 1, end: leaves ? rest : null };
  const found = runChains(key, place, chainName(key), run, splits);
  return leaves ? sequence.goOn(found, rest) : sequence.call(found);
}

type DoorStep = FactStep & { readonly door: Door };

const doorsOf = (run: readonly DoorStep[]): readonly Door[] => run.map(({ door }) => door);

/** The facts about doors that stand at a place, one behind the other, and say something of the same. */
function runAt(steps: readonly Step[], from: number): readonly DoorStep[] {
  const run: DoorStep[] = [];
  let haveAddresses = true;
  let havePorts = true;
  for (let at = from; at < steps.length; at += 1) {
    const step = steps[at]!;
    const door = "rules" in step ? null : doorOf(step.match);
    if (door === null || (run.length > 0 && run[0]!.door.by !== door.by)) break;
    haveAddresses &&= door.prefixes !== null;
    havePorts &&= door.ports !== null;
    if (!haveAddresses && !havePorts) break;
    run.push({ ...(step as FactStep), door });
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

function runChains(
  key: string,
  place: Place,
  name: string,
  run: readonly DoorStep[],
  splits: readonly Split[],
): readonly IptChain[] {
  const [split, ...finer] = splits;
  if (run.length <= PLAIN || split === undefined) {
    const list = createSequence(name, place.family, place.room);
    for (const step of run) list.add({ ...step, match: narrowed(step.match, step.door) });
    return list.chains(place.end);
  }
  const blocks = split(doorsOf(run));
  if (blocks.length === 1) return runChains(key, place, name, run, finer);
  const deeper = { ...place, room: place.room - 1 };
  const named = blocks.map((block) => ({ ...block, chain: chainName(`${key} ${name} ${block.name}`) }));
  const rules = named.map(({ chain, matches }) => goTo(chain, matches));
  const below = named.flatMap(({ chain, members }) => {
    const inside = [...members].map(([member, door]) => ({ ...run[member]!, door }));
    return runChains(key, deeper, chain, inside, finer);
  });
  return [{ name, rules: [...rules, ...restRules(place.end)] }, ...below];
}
