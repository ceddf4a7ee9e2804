/**
 * Which tables a text of whole tables has to name. What it does not name stays as the kernel has it, and of what it names nothing stays: so
 * it names the tables that netc takes for its own on the node, and no other. Those are all four; raw need not be there where nobody is kept from
 * sending. Of a family of which the program says nothing, netc takes raw alone, for who may send. An `allow` says something, though it does nothing.
 */

import { HOOKS, type Hook, type Program, type Rule, type Test, type Unread, type Whole } from "./program.ts";
import { policyChain } from "./reference/filter.ts";

const RAW: readonly Hook[] = ["raw-prerouting", "raw-output"];
const OTHERS = ["filter", "mangle", "nat"] as const;

/** Whether no packet is like this, by the test alone. */
const isNever = (test: Test): boolean =>
  (test.kind === "address" && test.ranges.length === 0 && !test.isNot) ||
  (test.kind === "member" && test.elements.length === 0);

/** Whether chains do something to a packet, or lead to one that does. */
function doesAnything({ chains }: Program, roots: readonly string[]): boolean {
  const seen = new Set(roots);
  const doesOne = ({ tests, actions }: Rule): boolean =>
    !tests.some(isNever) &&
    actions.some((action) => {
      if (action.kind === "jump" || action.kind === "goto") seen.add(action.chain);
      return action.kind !== "jump" && action.kind !== "goto" && action.kind !== "return";
    });
  for (const chain of seen) if ((chains.get(chain) ?? []).some(doesOne)) return true;
  return false;
}

const atHooks = ({ hooks }: Program, some: readonly Hook[]): readonly string[] => some.flatMap((hook) => hooks[hook]);

/** What keeps a text that says what the program says from being proved: tables that are not there, and tables that are not netc's. */
export function misfitsOf(meaning: Program, { tables, chains, last }: Whole): readonly Unread[] {
  const judgesSenders = doesAnything(meaning, atHooks(meaning, RAW));
  const isSilent = !doesAnything(
    meaning,
    atHooks(
      meaning,
      HOOKS.filter((hook) => !RAW.includes(hook)),
    ),
  );
  const allows = (["input", "forward", "output"] as const).some(
    (hook) => (meaning.chains.get(policyChain(hook)) ?? []).length > 0,
  );
  const isRawAlone = judgesSenders && isSilent && !allows;
  const asked: readonly string[] = [...(judgesSenders ? ["raw"] : []), ...(isRawAlone ? [] : OTHERS)];
  const others = [...tables].filter(([name]) => isRawAlone && name !== "raw");
  return [
    ...others.map(([name, line]) => ({
      line,
      text: `*${name}`,
      reason: `the program says nothing of this family, so that the table ${name} is not netc's: what the kernel has of it would be replaced`,
    })),
    ...chains.filter(({ text }) => !others.some(([name]) => text === `*${name}`)),
    ...asked
      .filter((name) => !tables.has(name))
      .map((name) => ({
        line: last,
        text: "",
        reason: `the table ${name} is missing: what the kernel has of it stays`,
      })),
  ];
}
