/** One rule: `-A`, its chain, what it asks, what it does. */
import type { Action, Test } from "../../program.ts";
import { asksOfPorts, type Draft, draftOf, type Known, next } from "./draft.ts";
import { readMatches } from "./matches.ts";
import type { Chain, Table } from "./tables.ts";
import { targetReader } from "./targets.ts";

/** The words begin with `-A`. The rule is put into its chain; a string is the reason why it is not. */
export function readRule(words: readonly string[], line: number, table: Table, known: Known): string | null {
  const chain = table.chains.get(words[1] ?? "");
  if (chain === undefined) return `the table ${table.name} has no chain \`${words[1] ?? ""}\` above this line`;
  if (chain.isSilent) return `no rule is known to stand in ${chain.name}`;
  const draft = draftOf(table.name, words, 2);
  const actions = readActions(draft, table, known);
  const reason = typeof actions === "string" ? actions : neverLoaded(chain, draft.tests);
  if (typeof actions === "string" || reason !== null)
    return draft.at > words.length ? "the rule ends where another word is needed" : reason;
  chain.rules.push({ tests: draft.tests.slice(), actions, line, about: draft.about ?? "" });
  for (const what of draft.placed) chain.placed.push({ line, what });
  const last = actions.at(-1)!;
  if (last.kind === "jump" || last.kind === "goto") chain.calls.push({ line, chain: last.chain });
  else if (last.kind === "dnat" || last.kind === "snat") chain.translations.push({ line, as: translationOf(last) });
  return null;
}

const translationOf = (action: Extract<Action, { readonly kind: "dnat" | "snat" }>) =>
  action.kind === "dnat" ? "DNAT" : action.address === null ? "MASQUERADE" : "SNAT";

/** Where the kernel's own chains know no device (xshared.c); chains that they lead to may ask for it, and it is never there. */
const WITHOUT_DEVICE: ReadonlyMap<string, "in" | "out"> = new Map([
  ["PREROUTING", "out"],
  ["INPUT", "out"],
  ["OUTPUT", "in"],
  ["POSTROUTING", "in"],
]);

function neverLoaded({ name, isBuiltIn }: Chain, tests: readonly Test[]): string | null {
  if (!isBuiltIn) return null;
  const side = WITHOUT_DEVICE.get(name.slice(name.indexOf(" ") + 1));
  const isAsked = tests.some((test) => test.kind === "device" && test.side === side);
  return isAsked ? `\`${side === "in" ? "-i" : "-o"}\` may not stand in ${name}` : null;
}

function readActions(draft: Draft, table: Table, known: Known): readonly Action[] | string {
  const reason = readMatches(draft, known);
  if (reason !== null) return reason;
  if (draft.asksPort && !asksOfPorts(draft))
    return "`--ctorigdstport` is known beside `-p` of a protocol that has ports only";
  const action = next(draft) === "-g" ? chainAction("goto", next(draft), table) : readTarget(draft, table, known);
  if (typeof action === "string") return action;
  const word = draft.words[draft.at];
  if (word !== undefined) return `the word \`${word}\` is not known behind what the rule does`;
  if (draft.isLimited) {
    if (action.kind !== "log") return "`-m limit` is known in front of `LOG` only";
    draft.tests.push({ kind: "limit" });
  }
  return draft.remember === null ? [action] : [{ kind: "remember", list: draft.remember, seconds: null }, action];
}

function readTarget(draft: Draft, table: Table, known: Known): Action | string {
  const word = next(draft);
  const read = targetReader(table.name, word);
  return read === undefined ? chainAction("jump", word, table) : read(draft, known);
}

function chainAction(kind: "jump" | "goto", word: string, table: Table): Action | string {
  const chain = table.chains.get(word);
  if (chain === undefined)
    return `\`${word}\` is no chain that is declared above and no target that is known in ${table.name}`;
  return chain.isBuiltIn
    ? `\`${word}\` is a chain of the kernel's own: no rule leads there`
    : { kind, chain: chain.name };
}
