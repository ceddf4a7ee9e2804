/** How laws that compare rules name the other ones. */
import type { Note } from "../../diagnostics/diagnostic.ts";
import type { PolicyRule } from "../cluster.ts";

/** So many are named one by one; more are counted. */
const NAMED = 3;

export function statementsOf(rules: readonly PolicyRule[]): string {
  const named = rules.slice(0, NAMED).map(({ statement }) => `\`${statement}\``);
  const more = rules.length - named.length;
  const all = more > 0 ? [...named, `${more} more`] : named;
  return all.length === 1 ? all[0]! : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

export function notesOf(rules: readonly PolicyRule[]): readonly Note[] {
  return rules.slice(0, NAMED).map(({ statement, origin }) => ({ message: `\`${statement}\` is here`, origin }));
}
