/** Inside a log's prefix nft reads `$` as a variable, and knows no escape: a prefix that holds one is itself made a variable. */
import { identifierFor } from "../../address/identifier.ts";
import { quoted } from "./comment.ts";
import type { NftChain } from "./ruleset.ts";

const hasDollar = (prefix: string): boolean => prefix.includes("$");

/** A variable's name is letters, digits and `_`. */
const variableOf = (prefix: string): string => identifierFor("nft", "netc_log_", prefix).replace(/[^A-Za-z0-9_]/g, "_");

export const prefixText = (prefix: string): string => (hasDollar(prefix) ? `"$${variableOf(prefix)}"` : quoted(prefix));

/** The variables of all prefixes that need one, each once. */
export function prefixDefinitions(chains: readonly NftChain[]): string {
  const prefixes = new Set<string>();
  for (const { rules } of chains) {
    for (const { actions } of rules) {
      for (const action of actions) if (action.kind === "log" && hasDollar(action.prefix)) prefixes.add(action.prefix);
    }
  }
  return [...prefixes]
    .sort()
    .map((prefix) => `define ${variableOf(prefix)} = ${quoted(prefix)}\n`)
    .join("");
}
