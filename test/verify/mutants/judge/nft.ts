/** The text of an nft table as the judge runs it, for one family. What it does not know it throws: nothing is said of such a text. */
import type { Hook } from "../../../../src/verify/program.ts";
import { type HookChain, hooksBy, type Judged, type JudgedRule, requireChains, type Step } from "./machine.ts";
import { readStatement } from "./nft-statements.ts";
import { type NftText, nftText } from "./nft-text.ts";

function ruleOf(all: readonly string[], line: number, text: NftText): JudgedRule {
  const words = { all, at: 0 };
  const steps: Step[] = [];
  while (words.at < all.length) readStatement({ words, text, steps });
  return { line, steps };
}

const HOOKS: Readonly<Record<Hook, string>> = {
  "raw-prerouting": "filter prerouting -300",
  "raw-output": "filter output -300",
  "mangle-prerouting": "filter prerouting -150",
  "nat-prerouting": "nat prerouting -100",
  "mangle-output": "route output -150",
  "nat-output": "nat output -100",
  "filter-input": "filter input 0",
  "filter-forward": "filter forward 0",
  "filter-output": "filter output 0",
  "nat-postrouting": "nat postrouting 100",
};

/** The lists that the rules of one chain fill are a port line's: netc has a chain for each of its doors. */
function linesOf({ chains }: NftText): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const [chain, rules] of chains) {
    for (const { words } of rules) {
      const said = words.join(" ");
      const [, set, key = ""] = /update @(\S+) \{ (.*?) timeout/.exec(said) ?? [];
      if (set === undefined) continue;
      const list = [set, ...[...key.matchAll(/offset (\d+)/g)].map(([, number]) => number)].join(" ");
      if (!lines.has(list)) lines.set(list, chain);
    }
  }
  return lines;
}

export function judgedNft(source: string, family: 4 | 6): Judged {
  const text = nftText(source);
  const chains = new Map(
    [...text.chains].map(([name, rules]) => [name, rules.map(({ words, line }) => ruleOf(words, line, text))]),
  );
  requireChains(chains);
  const strange = text.bases.find(({ hook }) => !Object.values(HOOKS).includes(hook));
  if (strange !== undefined) throw new Error(`a chain at ${strange.hook} is not known to the judge`);
  return {
    family,
    chains,
    hooks: hooksBy((hook): readonly HookChain[] => text.bases.filter((base) => base.hook === HOOKS[hook])),
    // What an own table accepts and what it leaves goes the same way.
    alike: { accept: "pass" },
    lines: linesOf(text),
  };
}
