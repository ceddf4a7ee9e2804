/** The text of an nft table as the judge runs it, for one family. It takes the text for well-formed. */
import type { Hook } from "../../../../src/verify/program.ts";
import { type Act, hooksBy, type Judged, type JudgedRule, type Step } from "./machine.ts";
import { readStatement } from "./nft-statements.ts";
import { type NftText, nftText } from "./nft-text.ts";

function ruleOf(all: readonly string[], line: number, text: NftText): JudgedRule {
  const words = { all, at: 0 };
  const [steps, acts]: [Step[], Act[]] = [[], []];
  while (words.at < all.length) readStatement({ words, text, steps, acts });
  return { line, steps, acts };
}

const HOOKS: Readonly<Record<Hook, string>> = {
  "raw-prerouting": "filter prerouting raw",
  "raw-output": "filter output raw",
  "mangle-prerouting": "filter prerouting",
  "nat-prerouting": "nat prerouting",
  "mangle-output": "route output",
  "nat-output": "nat output",
  "filter-input": "filter input",
  "filter-forward": "filter forward",
  "filter-output": "filter output",
  "nat-postrouting": "nat postrouting",
};

export function judgedNft(source: string, family: 4 | 6): Judged {
  const text = nftText(source);
  const chains = new Map(
    [...text.chains].map(([name, rules]) => [name, rules.map(({ words, line }) => ruleOf(words, line, text))]),
  );
  return {
    family,
    chains,
    hooks: hooksBy((hook) => {
      const chain = text.hooks.get(HOOKS[hook]);
      return chain === undefined ? [] : [chain];
    }),
    // One table is asked at a hook: what it accepts and what it leaves goes the same way.
    alike: { accept: "pass" },
  };
}
