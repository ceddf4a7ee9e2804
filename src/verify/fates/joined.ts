/** Rules one behind the other that do the same to one address after another are one rule about all of these: a long list is asked as one. */
import type { Action, Program, Rule, Test } from "../program.ts";

type AddressTest = Extract<Test, { readonly kind: "address" }>;

/** A rule that asks for an address alone, and for some rather than for all but some. */
function aloneOf({ tests }: Rule): AddressTest | null {
  const [test] = tests;
  return tests.length === 1 && test?.kind === "address" && !test.isNot ? test : null;
}

/** Of what never comes back, and does nothing else: a jump may be made again for the next address, a goto is not. */
function isSameAction(one: Action, other: Action): boolean {
  if (one.kind === "goto" && other.kind === "goto") return one.chain === other.chain;
  return one.kind === other.kind && (one.kind === "accept" || one.kind === "drop" || one.kind === "return");
}

const doSame = (one: Rule, other: Rule): boolean =>
  one.actions.length === 1 && other.actions.length === 1 && isSameAction(one.actions[0]!, other.actions[0]!);

function joinedRules(rules: readonly Rule[]): readonly Rule[] {
  const found: Rule[] = [];
  for (let from = 0, to = 0; from < rules.length; from = to) {
    const rule = rules[from]!;
    const first = aloneOf(rule);
    to += 1;
    while (first !== null && to < rules.length && aloneOf(rules[to]!)?.of === first.of && doSame(rule, rules[to]!))
      to += 1;
    if (first === null || to - from === 1) found.push(rule);
    else {
      const ranges = rules.slice(from, to).flatMap((each) => aloneOf(each)!.ranges);
      found.push({ ...rule, tests: [{ ...first, ranges }] });
    }
  }
  return found.length === rules.length ? rules : found;
}

/** It does the same to every packet. */
export const withJoinedRules = (program: Program): Program => ({
  ...program,
  chains: new Map([...program.chains].map(([name, rules]) => [name, joinedRules(rules)])),
});
