/**
 * A set of nft that is full takes nobody new: the kernel leaves the rule that would put the client there, and the next one is asked. What the
 * rule did before it has happened. Lists of xt_recent make room instead.
 */
import type { Action, Program, Rule } from "../program.ts";

const isRefused = (action: Action): boolean => action.kind === "remember" && action.seconds !== null;

/** Whether the rule is left where its list is full. */
export const isLeftWhenFull = ({ actions }: Rule): boolean => actions.some(isRefused);

/** What a rule does to a client whom no list holds, where they are full; `null`: nothing. */
export function whenFull(rule: Rule): Rule | null {
  if (rule.tests.some(({ kind }) => kind === "remembered")) return null;
  const at = rule.actions.findIndex(isRefused);
  if (at === -1) return rule;
  return at === 0 ? null : { ...rule, actions: rule.actions.slice(0, at) };
}

export const canBeFull = ({ chains }: Program): boolean =>
  [...chains.values()].some((rules) => rules.some(isLeftWhenFull));
