/** A program's chains at one hook as a diagram of what becomes of every packet of a scene. */
import { Bug } from "../../diagnostics/bug.ts";
import { type Early, EVERY_TRAIT } from "../../packetset/combine.ts";
import { type Diagram, type Diagrams, isLeaf } from "../../packetset/diagram.ts";
import type { Action, MapElement, Program, Rule, Test } from "../program.ts";
import { apart, type Entry } from "./apart.ts";
import { listsOf, plainEndOf } from "./ends.ts";
import { isLeftWhenFull } from "./full.ts";
import { guarded, isYes, levelsOf } from "./guard.ts";
import { type Element, lookup } from "./lookup.ts";
import { canEnd, certain, followed, LEFT, noted, ON, type Outcome, renamed, TRAITS } from "./outcome.ts";
import { drawnOf, isChance, type Run, runsOf, withChance } from "./runs.ts";
import type { Constraint, View } from "./scene.ts";
import { plainEnd, throughDoor, towards } from "./targets.ts";

export interface Evaluation {
  readonly program: Program;
  readonly diagrams: Diagrams<Outcome>;
  readonly view: View;
  /** Diagrams of chains that no hook's own facts change, kept from hook to hook of one scene. */
  readonly shared: Map<string, Diagram<Outcome>>;
  readonly isShared: (chain: string) => boolean;
}

const leftIsOn = (outcome: Outcome): Outcome => renamed(outcome, LEFT, ON);
const onIsLeft = (outcome: Outcome): Outcome => renamed(outcome, ON, LEFT);

/** What becomes of packets at the hook; what falls off all of its chains passes. */
export function evaluate(evaluation: Evaluation, hook: keyof Program["hooks"]): Diagram<Outcome> {
  const { program, diagrams, view, shared, isShared } = evaluation;
  const own = new Map<string, Diagram<Outcome>>();
  const on = diagrams.leaf(certain(ON));
  const { scene } = view;
  const isFull = scene.kind === "untranslated" && scene.isFull;
  const [yes, no] = [diagrams.leaf(certain("yes")), diagrams.leaf(certain("no"))];

  function chainOf(name: string): Diagram<Outcome> {
    const kept = isShared(name) ? shared : own;
    const found = kept.get(name);
    if (found !== undefined) return found;
    const rules = program.chains.get(name) ?? [];
    const runs = runsOf(isFull ? rules.filter((rule) => !isLeftWhenFull(rule)) : rules);
    const entries = runs.map(entryOf).filter((entry) => entry !== null);
    const whole = diagrams.map(inOrder(entries, 0), TRAITS.left, leftIsOn);
    kept.set(name, whole);
    return whole;
  }

  /** What `first` decides it decides alone, and what it leaves alone `then` does. */
  const early: Early<Outcome> = (first, then) => {
    if (first === on) return then;
    if (then === on) return first;
    return isLeaf(first) && !canEnd(first.value, ON) ? first : null;
  };

  const after = (first: Diagram<Outcome>, then: Diagram<Outcome>): Diagram<Outcome> =>
    diagrams.join(first, then, followed, early);

  /** Those of one packet by halves, so that a long list of rules is not walked again for each of them. */
  function inOrder(entries: readonly Entry[], depth: number): Diagram<Outcome> {
    const [one] = entries;
    if (one === undefined) return on;
    if (entries.length === 1) return guarded(diagrams, one.levels.slice(depth), one.found, on);
    const parted = apart(diagrams, entries, depth, on, inOrder);
    if (parted !== null) return parted;
    const middle = entries.length >> 1;
    return after(inOrder(entries.slice(0, middle), depth), inOrder(entries.slice(middle), depth));
  }

  /** What comes to it and does not match, it leaves. */
  function entryOf({ tests, rules }: Run): Entry | null {
    let found = bodyOf(rules);
    const constraints: Constraint[] = [];
    for (const test of tests) {
      if (test.kind === "member") found = diagrams.choose(memberOf(test), isYes, found, on);
      else constraints.push(view.constraintOf(test) ?? true);
    }
    const levels = levelsOf(constraints);
    return levels === null ? null : { levels, found };
  }

  function bodyOf(rules: readonly Rule[]): Diagram<Outcome> {
    const ends = rules.map(({ actions }) => plainEndOf(actions));
    if (ends.every((end) => end !== null)) return diagrams.leaf(drawnOf(rules, ends));
    return rules.map(chancesOf).reduceRight((rest, one) => after(one, rest));
  }

  function chancesOf({ tests, actions }: Rule): Diagram<Outcome> {
    const found = actionsOf(actions);
    return tests.some(isChance) ? diagrams.map(found, EVERY_TRAIT, (one) => withChance(tests, one)) : found;
  }

  function memberOf({ key, elements }: Test & { readonly kind: "member" }): Diagram<Outcome> {
    const all = elements.map((terms): Element => ({ key: terms, found: yes, end: null }));
    return lookup(diagrams, view, key, all, no);
  }

  function actionsOf(actions: readonly Action[]): Diagram<Outcome> {
    const end = plainEndOf(actions);
    if (end !== null) return diagrams.leaf(certain(end));
    const lists = listsOf(actions);
    return actions.reduceRight<Diagram<Outcome>>((then, action) => actionOf(action, then, lists), on);
  }

  /** `then`: what the actions behind it do. */
  function actionOf(action: Action, then: Diagram<Outcome>, lists: readonly string[]): Diagram<Outcome> {
    switch (action.kind) {
      case "jump":
        return chainOf(action.chain);
      case "goto":
        return diagrams.map(chainOf(action.chain), TRAITS.on, onIsLeft);
      case "dnat":
        return towards(diagrams, view, action.to, lists);
      case "dnat-map": {
        const isDrawn = action.key.some(({ kind }) => kind === "draw");
        const elements = action.elements.map(({ key, value }): Element => {
          const end = plainEnd(value, lists);
          return { key, found: isDrawn && end !== null ? null : towards(diagrams, view, value, lists), end };
        });
        return lookup(diagrams, view, action.key, elements, on);
      }
      case "verdict-map":
        return lookup(diagrams, view, action.key, found(action.elements, chainOf), on);
      case "doors":
        return lookup(
          diagrams,
          view,
          action.key,
          found(action.elements, (door) => throughDoor(diagrams, view, isFull ? { ...door, affinity: null } : door)),
          on,
        );
      case "mark":
        return diagrams.map(then, EVERY_TRAIT, (outcome) => noted(`mark ${action.value}/${action.mask}`, outcome));
      case "log":
        return diagrams.map(then, EVERY_TRAIT, (outcome) => noted(`log ${action.prefix}`, outcome));
      case "remember":
        return then;
      default: {
        const end = plainEndOf([action]);
        if (end === null) throw new Bug(`${action.kind} has no end`);
        return diagrams.leaf(certain(end));
      }
    }
  }

  return program.hooks[hook].reduce<Diagram<Outcome>>((before, name) => after(before, chainOf(name)), on);
}

function found<T>(elements: readonly MapElement<T>[], leadsTo: (value: T) => Diagram<Outcome>): readonly Element[] {
  return elements.map(({ key, value }) => ({ key, found: leadsTo(value), end: null }));
}
