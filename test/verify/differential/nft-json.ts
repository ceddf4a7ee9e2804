/** Reads what `nft -j list table inet netc` prints, as a program of one family. It shares nothing with the reader that is under test. */
import { byHook, type Hook, type Program, type Rule } from "../../../src/verify/program.ts";
import { unlisted } from "./literals.ts";
import { listedRule } from "./nft-json-rule.ts";
import { type Json, type ListedSet, listedSet, objectOf } from "./nft-json-sets.ts";

const AT: Readonly<Record<string, Hook>> = {
  "filter prerouting -300": "raw-prerouting",
  "filter output -300": "raw-output",
  "filter prerouting -150": "mangle-prerouting",
  "nat prerouting -100": "nat-prerouting",
  "route output -150": "mangle-output",
  "nat output -100": "nat-output",
  "filter input 0": "filter-input",
  "filter forward 0": "filter-forward",
  "filter output 0": "filter-output",
  "nat postrouting 100": "nat-postrouting",
};

interface ListedRule {
  readonly family: 4 | 6 | null;
  readonly rule: Rule;
}

/** A table as it is listed. */
export interface Listing {
  readonly chains: ReadonlyMap<string, readonly ListedRule[]>;
  readonly hooks: Readonly<Record<Hook, readonly string[]>>;
  readonly sets: ReadonlyMap<string, ListedSet>;
}

function addHook(hooks: Readonly<Record<Hook, string[]>>, chain: Json): void {
  if (chain.hook === undefined) return;
  const key = `${chain.type} ${chain.hook} ${chain.prio}`;
  if (chain.policy !== "accept" || !Object.hasOwn(AT, key)) unlisted("a base chain", chain);
  hooks[AT[key]!].push(`${chain.name}`);
}

export function readListing(text: string): Listing {
  const items = (JSON.parse(text) as { nftables: readonly Json[] }).nftables;
  const chains = new Map<string, ListedRule[]>();
  const hooks = byHook((): string[] => []);
  const sets = new Map<string, ListedSet>();
  for (const item of items) {
    const [kind = "", value] = Object.entries(item)[0] ?? [];
    const said = objectOf(value);
    if (kind === "set" || kind === "map") sets.set(`${said.name}`, listedSet(said));
    else if (kind === "chain") {
      chains.set(`${said.name}`, []);
      addHook(hooks, said);
    } else if (kind === "rule")
      (chains.get(`${said.chain}`) ?? unlisted("a rule of no chain", said)).push(listedRule(said.expr, sets));
    else if (kind !== "metainfo" && !(kind === "table" && said.flags === undefined)) unlisted("an object", item);
  }
  return { chains, hooks, sets };
}

export function programOf({ chains, hooks }: Listing, family: 4 | 6): Program {
  const rules = [...chains].map(
    ([name, all]) =>
      [name, all.filter((each) => each.family === null || each.family === family).map(({ rule }) => rule)] as const,
  );
  return { family, chains: new Map(rules), hooks };
}

/**
 * nft 1.0.6 lists `meta nfproto ipv4 meta l4proto icmp` as `meta l4proto icmp`, and so for IPv6: its listing does not say which of the two was
 * loaded (`nft --debug=netlink` does). So such rules are left out of the family that has no such packets, on both sides.
 */
export function withoutOtherIcmp(program: Program): Program {
  const other = program.family === 4 ? 58 : 1;
  const isOther = ({ tests }: Rule): boolean =>
    tests.some((test) => test.kind === "protocol" && test.protocols.length === 1 && test.protocols[0] === other);
  const chains = [...program.chains].map(([name, rules]) => [name, rules.filter((rule) => !isOther(rule))] as const);
  return { ...program, chains: new Map(chains) };
}

/** What the declarations say besides elements, a line for each set. */
export const setLines = ({ sets }: Listing): readonly string[] =>
  [...sets].map(([name, { size, flags }]) => `${name} size ${size} flags ${flags.join(",")}`).sort();
