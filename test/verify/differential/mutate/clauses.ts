/** Clauses of rules: a test or a statement with its values, put elsewhere, doubled, left out, taken from another rule. */
import type { Random } from "../random.ts";
import type { Corpus, Mutation } from "./kind.ts";
import { anySpan, put } from "./place.ts";

const IPTABLES_RULE = /^-A .*$/gm;
const NFT_RULE = /^\t\t(?!type|typeof|size|flags|elements|\t|\}).*$/gm;

const IPTABLES_CLAUSE = /(?:! )?-[sdiop] \S+|-m (?:"[^"]*"|[^ "]+| (?!-[mjgsdiop] |! -[sdiop] ))*|-[jg] .*/g;
const NFT_CLAUSE =
  /(?:ip6? [sd]addr|(?:tcp|udp|sctp) [sd]port|meta (?:l4proto|nfproto)|icmpv6 type|ct (?:original (?:ip6? daddr|proto-dst)))(?: !=)? (?:\{[^}]*\}|\S+)|ct (?:state|status)(?: !)? \S+|[io]ifname "[^"]*"|fib \S+ type \S+|limit rate \S+ burst \d+ packets|log(?: prefix "[^"]*")?|meta mark set .{10,45}? 0x[0-9a-f]+|update @\S+ \{[^}]*\}|numgen random mod \d+ < \d+|comment "[^"]*"|(?:jump|goto) \S+|\S+/g;

interface Rule {
  readonly span: { readonly from: number; readonly to: number };
  readonly head: string;
  readonly clauses: readonly string[];
}

function clausesOf(line: string, { target }: Corpus): Omit<Rule, "span"> {
  const head = target === "nft" ? "\t\t" : (/^-A \S+ ?/.exec(line)?.[0] ?? "");
  return { head, clauses: line.slice(head.length).match(target === "nft" ? NFT_CLAUSE : IPTABLES_CLAUSE) ?? [] };
}

function anyRule(random: Random, text: string, corpus: Corpus): Rule | null {
  const span = anySpan(random, text, corpus.target === "nft" ? NFT_RULE : IPTABLES_RULE);
  return span === null ? null : { span, ...clausesOf(text.slice(span.from, span.to), corpus) };
}

const write = (text: string, { span, head }: Rule, clauses: readonly string[]): string =>
  put(text, span, head + clauses.map((clause) => clause.trim()).join(" "));

/** Changes the clauses of one rule. */
const onClauses =
  (change: (random: Random, clauses: readonly string[], corpus: Corpus) => readonly string[]): Mutation =>
  (random, text, corpus) => {
    const rule = anyRule(random, text, corpus);
    return rule === null || rule.clauses.length === 0 ? text : write(text, rule, change(random, rule.clauses, corpus));
  };

export const dropClause = onClauses((random, clauses) => clauses.toSpliced(random.number(0, clauses.length - 1), 1));

export const doubleClause = onClauses((random, clauses) =>
  clauses.toSpliced(random.number(0, clauses.length), 0, random.one(clauses)),
);

/** Two of them: the order of tests is nearly never a matter, that of effects is. */
export const swapClauses = onClauses((random, clauses) => {
  const [one, other] = [random.number(0, clauses.length - 1), random.number(0, clauses.length - 1)];
  return clauses.with(one, clauses[other]!).with(other, clauses[one]!);
});

export const insertClause = onClauses((random, clauses, corpus) => {
  const { clauses: others } = clausesOf(random.one(corpus.rules), corpus);
  return others.length === 0 ? clauses : clauses.toSpliced(random.number(0, clauses.length - 1), 0, random.one(others));
});

export const replaceClause = onClauses((random, clauses, corpus) => {
  const { clauses: others } = clausesOf(random.one(corpus.rules), corpus);
  return others.length === 0 ? clauses : clauses.with(random.number(0, clauses.length - 1), random.one(others));
});
