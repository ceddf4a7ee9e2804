/** What a rule of nft does to packets, and how its parts are read. */
import { only } from "./box.ts";
import type { Act, Step } from "./machine.ts";
import { accept, find, keyOf, listName, type Part, take, type Words } from "./nft-key.ts";
import type { NftElement, NftText } from "./nft-text.ts";
import { socketOf } from "./values.ts";

export interface Draft {
  readonly words: Words;
  readonly text: NftText;
  readonly steps: Step[];
  readonly acts: Act[];
}

/** The kernel takes out whoever was there for too long. */
export const HAS = only(0);

export const familyIs =
  (family: 4 | 6): Step =>
  (ask) =>
    ask.family === family;

export const end = ({ acts }: Draft, said: string): void => {
  acts.push({ kind: "end", end: () => said });
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

export const setOf = ({ words, text }: Draft): readonly NftElement[] => text.sets.get(take(words).slice(1))!;

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
  const { words, steps, acts } = draft;
  steps.push(familyIs(take(words) === "ip" ? 4 : 6));
  accept(words, "to");
  const key = keyOf(words);
  if (key === null) {
    const { host, ports } = socketOf(take(words));
    acts.push(target(ports === null ? [host] : [host, ports]));
    return;
  }
  accept(words, "map");
  acts.push(lookup(key, accept(words, "{") ? inline(words) : setOf(draft), target));
}

export function snat(draft: Draft): void {
  const { words, steps } = draft;
  steps.push(familyIs(take(words) === "ip" ? 4 : 6));
  accept(words, "to");
  end(draft, `from ${take(words)}`);
  accept(words, "fully-random");
}

/** A full set takes nobody new, and the kernel leaves the rule. */
export function update({ words, steps }: Draft): void {
  const set = take(words).slice(1);
  accept(words, "{");
  const list = listName(set, keyOf(words)!);
  accept(words, "timeout");
  steps.push((ask) => ask.is(`list ${list}`, HAS) || !ask.is("lists-full", only(1)));
  steps.push({ remember: `${list} for ${take(words)}` });
  accept(words, "}");
}
