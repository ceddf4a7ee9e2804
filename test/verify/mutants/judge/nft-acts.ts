/** What a rule of nft does to packets, and how its parts are read. */
import { only } from "./box.ts";
import type { Act, Step } from "./machine.ts";
import { accept, find, keyOf, listName, type Part, take, type Words } from "./nft-key.ts";
import type { NftElement, NftSet, NftText } from "./nft-text.ts";
import { secondsOf, socketOf } from "./values.ts";

export interface Draft {
  readonly words: Words;
  readonly text: NftText;
  readonly steps: Step[];
}

/** The kernel takes out whoever was there for too long. */
export const HAS = only(0);

export const familyIs =
  (family: 4 | 6): Step =>
  (ask) =>
    ask.family === family;

export const end = ({ steps }: Draft, said: string): void => {
  steps.push({ kind: "end", end: () => said });
};

const target = ([address, port]: readonly string[]): Act => ({
  kind: "end",
  end: (ask) => `to ${address} port ${port ?? ask.value("destination-port") ?? "+0"}`,
});

export const lookup = (
  key: readonly Part[],
  elements: readonly NftElement[],
  act: (value: readonly string[]) => Act,
): Act => ({
  kind: "find",
  find: (ask) => {
    const found = find(ask, key, elements);
    return found === null ? null : act(found.value);
  },
});

export function namedSet({ sets }: NftText, word: string): NftSet {
  const set = sets.get(word.slice(1));
  if (!word.startsWith("@") || set === undefined) throw new Error(`${word} is no set that is there`);
  return set;
}

export const setOf = ({ words, text }: Draft): readonly NftElement[] => namedSet(text, take(words)).elements;

/** `{ 8000 : 10.0.0.1 . 9000, ... }` */
function inline(words: Words): readonly NftElement[] {
  const found: NftElement[] = [];
  while (!accept(words, "}")) {
    const asked = take(words);
    accept(words, ":");
    const address = take(words);
    accept(words, ".");
    found.push({ line: 0, key: [asked], value: [address, take(words).replace(/,$/, "")] });
  }
  return found;
}

export function dnat(draft: Draft): void {
  const { words, steps } = draft;
  steps.push(familyIs(take(words) === "ip" ? 4 : 6));
  accept(words, "to");
  const key = keyOf(words);
  if (key === null) {
    const { host, ports } = socketOf(take(words));
    steps.push(target(ports === null ? [host] : [host, ports]));
    return;
  }
  accept(words, "map");
  steps.push(lookup(key, accept(words, "{") ? inline(words) : setOf(draft), target));
}

/** How ports are drawn, as part of the end. */
export const randomly = (words: Words): string => (accept(words, "fully-random") ? " at random" : "");

export function snat(draft: Draft): void {
  const { words, steps } = draft;
  steps.push(familyIs(take(words) === "ip" ? 4 : 6));
  accept(words, "to");
  const to = take(words);
  end(draft, `from ${to}${randomly(words)}`);
}

/** A key's addresses have a family. */
export function requireFamily({ steps }: Draft, key: readonly Part[]): void {
  for (const part of key) if ("field" in part && part.family !== null) steps.push(familyIs(part.family));
}

/** A full set takes nobody new, and the kernel leaves the rule (nft_dynset.c, `nft_dynset_eval`). */
export function update(draft: Draft): void {
  const { words, text, steps } = draft;
  const word = take(words);
  const { size, time, flags } = namedSet(text, word);
  const name = word.slice(1);
  if (!accept(words, "{")) throw new Error("update without an element");
  const key = keyOf(words)!;
  requireFamily(draft, key);
  const list = listName(name, key);
  const timed = accept(words, "timeout") ? secondsOf(take(words)) : time;
  // nft adds `dynamic` itself; the rest the kernel refuses (nf_tables_api.c, EOPNOTSUPP).
  if ((timed !== "" && !flags.includes("timeout")) || flags.includes("interval") || flags.includes("constant"))
    throw new Error(`rules cannot put clients into ${name}`);
  steps.push({ kind: "remember", list, time: timed, set: { name, size } });
  if (!accept(words, "}")) throw new Error("update of more than an element");
}
