/**
 * A set of nft that is full takes nobody new: the kernel leaves the rule that would put the client there, and the next one is asked. Lists of
 * xt_recent make room instead.
 */
import type { Program, Rule } from "../program.ts";

/** Whether the rule is left where its list is full. */
export const isLeftWhenFull = ({ actions }: Rule): boolean =>
  actions.some((action) => action.kind === "remember" && action.seconds !== null);

export const canBeFull = ({ chains }: Program): boolean =>
  [...chains.values()].some((rules) => rules.some(isLeftWhenFull));
