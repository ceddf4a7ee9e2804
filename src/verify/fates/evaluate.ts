/** A program's chains at one hook as a diagram of what becomes of every packet of a scene. */
import { Bug } from "../../diagnostics/bug.ts";
import { EVERY_TRAIT } from "../../packetset/combine.ts";
import type { Diagram, Diagrams } from "../../packetset/diagram.ts";
import type { Action, MapElement, Program, Rule, Test } from "../program.ts";
import type { Entry } from "./apart.ts";
import { type Effect, NO_EFFECTS } from "./effect.ts";
import { LEFT, NO, ON, YES } from "./end.ts";
import { effectOf, endOf, isLimited, plainEndOf } from "./ends.ts";
import { whenFull } from "./full.ts";
import { isYes, levelsOf } from "./guard.ts";
import { createOrder } from "./in-order.ts";
import { type Element, lookup } from "./lookup.ts";
import { certain, noted, type Outcome, renamed, TRAITS } from "./outcome.ts";
import { drawnOf, isChance, type Run, runsOf, withChance } from "./runs.ts";
import type { Constraint, View } from "./scene.ts";
import { plainEnd, throughDoor, towards } from "./targets.ts";

export interface Evaluation {
  readonly program: Program;
  readonly diagrams: Diagrams<Outcome>;
  readonly view: View;
  /** Diagrams of chains that no hook's own facts change, kept from hook to hook of one scene. */
  readonly shared: Chains;
  readonly isShared: (chain: string) => boolean;
  /** Diagrams of chains that mean the same of other scenes' connections, as one of these made them; `null` of a scene unlike others. */
  readonly others: Others | null;
}

export interface Others {
  readonly chains: Chains;
  readonly isSame: (chain: string) => boolean;
}

/** Diagrams of chains by name: of those that are jumped to and of those that are gone to. */
export interface Chains {
  readonly jumped: Map<string, Diagram<Outcome>>;
  readonly gone: Map<string, Diagram<Outcome>>;
}

export const createChains = (): Chains => ({ jumped: new Map(), gone: new Map() });

/** What becomes of packets at the hook; what falls off all of its chains passes. */
export function evaluate(evaluation: Evaluation, hook: keyof Program["hooks"]): Diagram<Outcome> {
  const { program, diagrams, view, shared, isShared, others } = evaluation;
  const own = createChains();
  const { ends } = view;
  const { after, inOrder } = createOrder(diagrams, ends);
  const leftIsOn = (outcome: Outcome): Outcome => renamed(ends, outcome, LEFT, ON);
  const [on, left] = [diagrams.leaf(certain(ON)), diagrams.leaf(certain(LEFT))];
  const { scene } = view;
  const isFull = scene.kind === "untranslated" && scene.isFull;
  const [yes, no] = [diagrams.leaf(certain(YES)), diagrams.leaf(certain(NO))];

  function kept(name: string, how: keyof Chains, make: () => Diagram<Outcome>): Diagram<Outcome> {
    const known = (isShared(name) ? shared : own)[how];
    const before = known.get(name);
    if (before !== undefined) return before;
    const found = others === null || !others.isSame(name) ? make() : adopted(others.chains[how], name, make);
    known.set(name, found);
    return found;
  }

  function adopted(known: Map<string, Diagram<Outcome>>, name: string, make: () => Diagram<Outcome>): Diagram<Outcome> {
    const before = known.get(name);
    if (before !== undefined) return diagrams.adopt(before);
    const made = make();
    known.set(name, made);
    return made;
  }

  function entriesOf(name: string): readonly Entry[] {
    const rules = program.chains.get(name) ?? [];
    const runs = runsOf(isFull ? rules.map(whenFull).filter((rule) => rule !== null) : rules);
    const entries: Entry[] = [];
    for (const run of runs) {
      const entry = entryOf(run);
      if (entry === null) continue;
      entries.push(entry);
      // No packet comes to what stands behind it.
      if (entry.levels.length === 0 && (entry.found.traits & TRAITS.on) === 0) break;
    }
    return entries;
  }

  /** What leaves it goes on behind the jump. */
  const chainOf = (name: string): Diagram<Outcome> =>
    kept(name, "jumped", () => diagrams.map(inOrder(entriesOf(name), on), TRAITS.left, leftIsOn));

  /** What leaves it leaves the chain that it was gone to from. */
  const goneTo = (name: string): Diagram<Outcome> => kept(name, "gone", () => inOrder(entriesOf(name), left));

  /** What comes to it and does not match, it leaves. */
  function entryOf({ tests, rules }: Run): Entry | null {
    let found = bodyOf(rules);
    const constraints = tests.map((test): Constraint => {
      if (test.kind === "member") found = diagrams.choose(memberOf(test), isYes, found, on);
      return view.constraintOf(test) ?? true;
    });
    const levels = levelsOf(constraints);
    return levels === null ? null : { levels, found };
  }

  function bodyOf(rules: readonly Rule[]): Diagram<Outcome> {
    const plain = rules.map((rule) => plainEndOf(ends, rule));
    if (plain.every((end) => end !== null)) return diagrams.leaf(drawnOf(rules, plain));
    return rules.map(chancesOf).reduceRight((rest, one) => after(one, rest));
  }

  function chancesOf(rule: Rule): Diagram<Outcome> {
    const found = actionsOf(rule);
    const { tests } = rule;
    return tests.some(isChance) ? diagrams.map(found, EVERY_TRAIT, (one) => withChance(tests, one)) : found;
  }

  function memberOf({ key, elements }: Test & { readonly kind: "member" }): Diagram<Outcome> {
    const all = elements.map((terms): Element => ({ key: terms, found: yes, end: null }));
    return lookup(diagrams, view, key, all, no);
  }

  function actionsOf(rule: Rule): Diagram<Outcome> {
    const end = plainEndOf(ends, rule);
    if (end !== null) return diagrams.leaf(certain(end));
    const effects: Effect[] = [];
    for (const action of rule.actions) {
      const effect = effectOf(action, isLimited(rule));
      if (effect === null) return noting(effects, decidedBy(action));
      effects.push(effect);
    }
    return noting(effects, on);
  }

  const noting = (effects: readonly Effect[], found: Diagram<Outcome>): Diagram<Outcome> =>
    effects.length === 0 ? found : diagrams.map(found, EVERY_TRAIT, (outcome) => noted(ends, effects, outcome));

  /** What the action that ends a rule does, apart from the effects in front of it. */
  function decidedBy(action: Action): Diagram<Outcome> {
    switch (action.kind) {
      case "jump":
        return chainOf(action.chain);
      case "goto":
        return goneTo(action.chain);
      case "dnat":
        return towards(diagrams, view, action.to, NO_EFFECTS);
      case "dnat-map": {
        const isDrawn = action.key.some(({ kind }) => kind === "draw");
        const elements = action.elements.map(({ key, value }): Element => {
          const end = plainEnd(ends, value);
          return { key, found: isDrawn && end !== null ? null : towards(diagrams, view, value, NO_EFFECTS), end };
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
      default: {
        const end = endOf(ends, action);
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
