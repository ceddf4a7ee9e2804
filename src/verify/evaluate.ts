/** A program's chains at one hook as a diagram of what becomes of every packet of a scene. */
import { unreachable } from "../diagnostics/bug.ts";
import { type Diagram, type Diagrams, type Early, isLeaf } from "./diagram.ts";
import { type Element, lookup } from "./lookup.ts";
import {
  certain,
  type End,
  followed,
  type Held,
  LEFT,
  mixed,
  noted,
  ON,
  type Outcome,
  remembering,
  renamed,
} from "./outcome.ts";
import type { Action, Door, Program, Rule, Target, Test } from "./program.ts";
import type { View } from "./scene.ts";

/** It stays as it is, and nothing more is asked. */
export const PASS: End = "pass";

type Lists = readonly string[];

/** Who a client is remembered by stands behind the end. */
const withLists = (end: End, lists: Lists): End =>
  lists.length === 0 ? end : `${end}\tremembered by ${lists.join(", ")}`;

/** `port`: a port, how many ports behind the one that was asked for (`+0` keeps it), or what else becomes of it. */
const targetEnd = ({ address }: Target, port: string): End => `to ${address.text} port ${port}`;

export interface Evaluation {
  readonly program: Program;
  readonly diagrams: Diagrams<Outcome>;
  readonly view: View;
}

const leftIsOn = (outcome: Outcome): Outcome => renamed(outcome, LEFT, ON);
const onIsLeft = (outcome: Outcome): Outcome => renamed(outcome, ON, LEFT);
const onIsPass = (outcome: Outcome): Outcome => renamed(outcome, ON, PASS);

/** What becomes of packets at the hook; what falls off all of its chains passes. */
export function evaluate(evaluation: Evaluation, hook: keyof Program["hooks"]): Diagram<Outcome> {
  const { program, diagrams, view } = evaluation;
  const known = new Map<string, Diagram<Outcome>>();
  const on = diagrams.leaf(certain(ON));
  const yes = certain("yes");
  const no = certain("no");

  function chainOf(name: string): Diagram<Outcome> {
    const found = known.get(name);
    if (found !== undefined) return found;
    const rules = program.chains.get(name) ?? [];
    const whole = diagrams.map(inOrder(rules, 0, rules.length), leftIsOn);
    known.set(name, whole);
    return whole;
  }

  /** What `first` decides it decides alone, and what it leaves alone `then` does. */
  const early: Early<Outcome> = (first, then) => {
    if (first === on) return then;
    return isLeaf(first) && !first.value.ends.has(ON) ? first : null;
  };

  const after = (first: Diagram<Outcome>, then: Diagram<Outcome>): Diagram<Outcome> =>
    diagrams.join(first, then, followed, early);

  /** By halves, so that a long list of rules is not walked again for each of them. */
  function inOrder(rules: readonly Rule[], from: number, to: number): Diagram<Outcome> {
    if (to - from === 0) return on;
    if (to - from === 1) return ruleOf(rules[from]!, on);
    const middle = (from + to) >> 1;
    return after(inOrder(rules, from, middle), inOrder(rules, middle, to));
  }

  /** Where a conjunction of plain tests holds. */
  function conditionOf(tests: readonly Test[]): Diagram<Outcome> {
    let condition: Diagram<Outcome> = diagrams.leaf(yes);
    const never = diagrams.leaf(no);
    for (const test of tests) {
      const holds = holdsOf(test);
      if (holds !== null) condition = diagrams.choose(condition, isYes, holds, never);
    }
    return condition;
  }

  function holdsOf(test: Test): Diagram<Outcome> | null {
    if (test.kind === "member") {
      const elements = test.elements.map((key): Element => ({ key, found: diagrams.leaf(yes), end: null }));
      return lookup(diagrams, view, test.key, elements, diagrams.leaf(no));
    }
    const constraint = view.constraintOf(test);
    if (constraint === null || constraint === true) return null;
    if (constraint === false) return diagrams.leaf(no);
    return diagrams.where(constraint.level, constraint.ranges, diagrams.leaf(yes), diagrams.leaf(no));
  }

  const isYes = (outcome: Outcome): boolean => outcome.ends.has("yes");

  function ruleOf({ tests, actions }: Rule, rest: Diagram<Outcome>): Diagram<Outcome> {
    const condition = conditionOf(tests);
    const then = actionsOf(actions, rest);
    const held = tests.find((test) => test.kind === "remembered");
    const share = tests.find((test) => test.kind === "share");
    if (held?.kind === "remembered") {
      const { list, seconds } = held;
      const looked = diagrams.join(then, rest, (found, other) => {
        const [end] = found.ends.keys();
        return remembering({ list, seconds, end: end! }, other);
      });
      return diagrams.choose(condition, isYes, looked, rest);
    }
    const drawn =
      share?.kind === "share" ? diagrams.join(then, rest, (one, other) => mixed(share.share, one, other)) : then;
    return diagrams.choose(condition, isYes, drawn, rest);
  }

  function actionsOf(actions: readonly Action[], rest: Diagram<Outcome>): Diagram<Outcome> {
    const lists = actions.flatMap((action) => (action.kind === "remember" ? [action.list] : []));
    let found = rest;
    for (const action of actions.toReversed()) found = actionOf(action, found, rest, lists);
    return found;
  }

  /** `then`: what the actions behind it do; `rest`: what the rules behind this one do. */
  function actionOf(action: Action, then: Diagram<Outcome>, rest: Diagram<Outcome>, lists: Lists): Diagram<Outcome> {
    switch (action.kind) {
      case "accept":
        return diagrams.leaf(certain("accept"));
      case "drop":
        return diagrams.leaf(certain("drop"));
      case "return":
        return diagrams.leaf(certain(LEFT));
      case "reject":
        return diagrams.leaf(certain(`reject with ${action.answer}`));
      case "jump":
        return after(chainOf(action.chain), rest);
      case "goto":
        return diagrams.map(chainOf(action.chain), onIsLeft);
      case "dnat":
        return towards(action.to, lists);
      case "dnat-map": {
        const elements = action.elements.map(({ key, value }): Element => {
          const found = towards(value, lists);
          return { key, found, end: isLeaf(found) ? [...found.value.ends.keys()][0]! : null };
        });
        return after(lookup(diagrams, view, action.key, elements, on), rest);
      }
      case "verdict-map": {
        const elements = action.elements.map(({ key, value }): Element => ({ key, found: chainOf(value), end: null }));
        return after(lookup(diagrams, view, action.key, elements, on), rest);
      }
      case "doors": {
        const elements = action.elements.map(
          ({ key, value }): Element => ({ key, found: throughDoor(value), end: null }),
        );
        return after(lookup(diagrams, view, action.key, elements, on), rest);
      }
      case "snat":
        return diagrams.leaf(
          certain(action.address === null ? "from the device's address" : `from ${action.address.text}`),
        );
      case "mark":
        return diagrams.map(then, (outcome) => noted(`mark ${action.value}/${action.mask}`, outcome));
      case "log":
        return diagrams.map(then, (outcome) => noted(`log ${action.prefix}`, outcome));
      case "remember":
        return then;
      default:
        return unreachable(action);
    }
  }

  /** The port of a range keeps its place in it; what asks for a port that the range does not hold gets any of its ports. */
  function towards(to: Target, lists: Lists): Diagram<Outcome> {
    const { ports, base } = to;
    const leaf = (port: string): Diagram<Outcome> => diagrams.leaf(certain(withLists(targetEnd(to, port), lists)));
    if (ports === null) return leaf("+0");
    if (base === null && ports.first === ports.last) return leaf(String(ports.first));
    const first = base ?? ports.first;
    const range = { first, last: first + ports.last - ports.first };
    const constraint = view.constraintOf({ kind: "ports", of: "destination-port", ranges: [range] });
    const others = leaf(`any of ${ports.first}-${ports.last}`);
    if (typeof constraint !== "object" || constraint === null) return others;
    return diagrams.where(constraint.level, constraint.ranges, leaf(`+${ports.first - first}`), others);
  }

  function throughDoor({ backends, affinity }: Door): Diagram<Outcome> {
    if (backends.length === 0) return diagrams.leaf(certain("accept"));
    const sum = backends.reduce((total, { weight }) => total + weight, 0);
    let whole: Diagram<Outcome> | null = null;
    let left = 0;
    // A range's ports part each backend's diagram alike, so that they are drawn port by port.
    for (const { to, weight } of backends) {
      const lists = affinity === null ? [] : [listOf(affinity.key, to)];
      const one = towards(to, lists);
      left += weight;
      const share = weight / left;
      whole = whole === null ? one : diagrams.join(one, whole, (a, b) => mixed(share, a, b));
    }
    if (sum === 0 || whole === null) return diagrams.leaf(certain("accept"));
    if (affinity === null) return whole;
    const { key, seconds } = affinity;
    for (const { to } of backends) {
      const list = listOf(key, to);
      whole = diagrams.join(towards(to, [list]), whole, (found, other) => {
        const [end] = found.ends.keys();
        const held: Held = { list, seconds, end: end! };
        return remembering(held, other);
      });
    }
    return whole;
  }

  const asked = program.hooks[hook].reduce<Diagram<Outcome>>(
    (before, name) => after(before, chainOf(name)),
    on,
  );
  return diagrams.map(asked, onIsPass);
}

const listOf = (key: string, { address, ports }: Target): string =>
  `${key} ${address.text} ${ports === null ? "" : `${ports.first}-${ports.last}`}`;
