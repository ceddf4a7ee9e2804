/** A node's rules in what is written for it: whole texts, and what its scripts carry. */
import type { ProvedTarget, ProvedText } from "../../../src/verify/prove.ts";
import { splitScript } from "../../../src/verify/read/script.ts";

export type Outputs = Readonly<Record<string, string>>;

export interface Rules extends ProvedText {
  readonly name: string;
}

const textsIn = (outputs: Outputs): readonly Rules[] => [
  { name: "rules.v4", target: "iptables", form: "whole", text: outputs.iptables! },
  { name: "rules.v6", target: "ip6tables", form: "whole", text: outputs.ip6tables! },
  { name: "ruleset.nft", target: "nft", form: "whole", text: outputs.nft! },
  { name: "own chains, IPv4", target: "iptables", form: "coexist", text: outputs["coexist 4"]! },
  { name: "own chains, IPv6", target: "ip6tables", form: "coexist", text: outputs["coexist 6"]! },
];

const formOf = (target: ProvedTarget): ProvedText["form"] => (target === "nft" ? "whole" : "coexist");

/** Rules that a script carries and no other text of the node has. */
const carried = (outputs: Outputs, others: readonly Rules[]): readonly Rules[] =>
  ["sh", "sh of nft"].flatMap((name) =>
    splitScript(outputs[name]!)
      .carried.map(({ target, text }) => ({ name: `${name}: ${target}`, target, form: formOf(target), text }))
      .filter(
        ({ target, form, text }) =>
          !others.some((other) => other.target === target && other.form === form && other.text === text),
      ),
  );

/** A script without all the rules that it should carry has none of this name: its text is empty. */
export function rulesIn(outputs: Outputs): readonly Rules[] {
  const texts = textsIn(outputs);
  return [...texts, ...carried(outputs, texts)];
}

const QUOTED = /"(?:[^"\\]|\\.)*"/;
const IPTABLES_COMMENT = new RegExp(` -m comment --comment (?:${QUOTED.source}|\\S+)`, "g");
const NFT_COMMENT = new RegExp(`(?: comment ${QUOTED.source})|${QUOTED.source}|\\s*#.*$`, "g");

const bareNft = (line: string): string => line.replace(NFT_COMMENT, (found) => (found.startsWith('"') ? found : ""));
const bareIptables = (line: string): string => (line.startsWith("#") ? "" : line.replace(IPTABLES_COMMENT, ""));

/** Line by line, without comments; no line is lost. */
export const bareLines = ({ target, text }: ProvedText): readonly string[] =>
  text.split("\n").map(target === "nft" ? bareNft : bareIptables);

export const bareText = (rules: ProvedText): string => bareLines(rules).join("\n");
