/** A node's rules in what is written for it: whole texts, and what its scripts carry. */
import type { ProvedTarget, ProvedText } from "../../../src/verify/prove.ts";
import { splitScript } from "../../../src/verify/read/script.ts";

export type Outputs = Readonly<Record<string, string>>;

export interface Rules extends ProvedText {
  readonly name: string;
}

/** An output that a mutant does not make is empty. */
const textOf = (outputs: Outputs, name: string): string => String(outputs[name] ?? "");

const textsIn = (outputs: Outputs): readonly Rules[] => [
  { name: "rules.v4", target: "iptables", form: "whole", text: textOf(outputs, "iptables") },
  { name: "rules.v6", target: "ip6tables", form: "whole", text: textOf(outputs, "ip6tables") },
  { name: "ruleset.nft", target: "nft", form: "whole", text: textOf(outputs, "nft") },
  { name: "own chains, IPv4", target: "iptables", form: "coexist", text: textOf(outputs, "coexist 4") },
  { name: "own chains, IPv6", target: "ip6tables", form: "coexist", text: textOf(outputs, "coexist 6") },
];

const formOf = (target: ProvedTarget): ProvedText["form"] => (target === "nft" ? "whole" : "coexist");

/** Rules that a script carries and no other text of the node has. */
const carried = (outputs: Outputs, others: readonly Rules[]): readonly Rules[] =>
  ["sh", "sh of nft"].flatMap((name) =>
    splitScript(textOf(outputs, name))
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

/** Line by line, without comments and blanks at the end; no line is lost. */
export const bareLines = ({ target, text }: ProvedText): readonly string[] =>
  text.split("\n").map((line) => (target === "nft" ? bareNft(line) : bareIptables(line)).trimEnd());

export const bareText = (rules: ProvedText): string => bareLines(rules).join("\n");

const LIST = / --name (\S+)/g;

/**
 * Whether the texts differ in the names of clients' lists alone, each name in the place of one other: the judge takes lists of other names for
 * other lists.
 */
export function isRenamed(before: ProvedText, after: ProvedText): boolean {
  const [old, now] = [bareText(before), bareText(after)];
  const [from, to] = [old, now].map((text) => [...text.matchAll(LIST)].map(([, name]) => name!)) as [
    string[],
    string[],
  ];
  const names = new Map(from.map((name, at) => [name, to[at]!]));
  if (from.length !== to.length || new Set(names.values()).size !== names.size) return false;
  return old.replace(LIST, (_, name: string) => ` --name ${names.get(name)}`) === now;
}
