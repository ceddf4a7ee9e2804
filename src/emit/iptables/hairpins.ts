/** Hairpins are pairs of one address twice. Many of them are found by descending prefixes of the source, which only a pod has. */
import { type Address, compareAddress } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import { bitsOf } from "../../address/prefix.ts";
import type { SourceTranslation } from "../../plan/plan.ts";
import { blocksPart } from "./blocks.ts";
import type { IptChain, IptRule } from "./ruleset.ts";

/** Up to this many stand as a list. */
const LIST = 16;

interface Pair {
  readonly from: Address;
  readonly source: SourceTranslation;
}

function pairOf(source: SourceTranslation): Pair | null {
  const from = source.match.find(({ kind }) => kind === "source");
  if (from?.kind !== "source" || from.prefixes.length !== 1) return null;
  const [{ address, length }] = from.prefixes as [(typeof from.prefixes)[number]];
  return length === bitsOf(address) ? { from: address, source } : null;
}

/** The chains of a stage of hairpins, `null` where a list does; `rulesOf` writes one as plain rules. */
export function hairpinChains(
  name: string,
  sources: readonly SourceTranslation[],
  rulesOf: (source: SourceTranslation) => readonly IptRule[],
): readonly IptChain[] | null {
  if (sources.length <= LIST) return null;
  const pairs = sources
    .map(pairOf)
    .filter((pair) => pair !== null)
    .sort((a, b) => compareAddress(a.from, b.from));
  if (pairs.length < sources.length) return null;
  const { rules, chains } = blocksPart(
    {
      side: "source",
      addressOf: ({ from }: Pair) => from,
      chainOf: (prefix) => identifierFor("chain", "NETC-HP-", prefix.text),
      partOf: ({ source }) => ({ rules: rulesOf(source), chains: [] }),
    },
    pairs,
  );
  return [{ name, rules }, ...chains];
}
