/** A rule in nft's JSON as far as it was read. */
import type { Action, Test } from "../../../src/verify/program.ts";
import { unlisted } from "./literals.ts";
import type { ListedField, ListedSet } from "./nft-json-sets.ts";

export interface Draft {
  readonly sets: ReadonlyMap<string, ListedSet>;
  readonly tests: Test[];
  readonly actions: Action[];
  family: 4 | 6 | null;
}

/** A rule that holds for both families alone holds for none. */
export function bind(draft: Draft, family: 4 | 6 | null): void {
  if (family === null) return;
  if (draft.family !== null && draft.family !== family) unlisted("a rule of both families", draft.tests);
  draft.family = family;
}

export function bindKey(draft: Draft, key: readonly ListedField[]): void {
  for (const { family, protocol } of key) {
    bind(draft, family);
    if (protocol !== null) draft.tests.push({ kind: "protocol", protocols: [protocol] });
  }
}

export const setNamed = (draft: Draft, name: unknown): ListedSet =>
  (typeof name === "string" ? draft.sets.get(name.slice(1)) : undefined) ?? unlisted("no set", name);

/** The list of a client: the set's name and the numbers behind the client's address. */
export function listName(name: unknown, key: readonly ListedField[]): string {
  const [client, ...numbers] = key.map(({ part }) => part);
  if (client?.kind !== "address" || client.of !== "source") unlisted("a list of no client", key);
  const values = numbers.map((part) => (part.kind === "number" ? part.value : unlisted("a number", part)));
  return [`${name}`.slice(1), ...values].join(" ");
}
