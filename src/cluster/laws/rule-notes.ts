/** How laws that compare rules name the other ones. */
import type { Note } from "../../diagnostics/diagnostic.ts";
import type { PolicyRule } from "../cluster.ts";

/** So many are named one by one. */
const NAMED = 3;

/** Who looks for rules to name needs no more. */
export const ENOUGH = NAMED + 1;

export function statementsOf(rules: readonly PolicyRule[]): string {
  const named = rules.slice(0, NAMED).map(({ statement }) => `\`${statement}\``);
  const all = rules.length > NAMED ? [...named, "others"] : named;
  return all.length === 1 ? all[0]! : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

export function notesOf(rules: readonly PolicyRule[]): readonly Note[] {
  return rules.slice(0, NAMED).map(({ statement, origin }) => ({ message: `\`${statement}\` is here`, origin }));
}
