/** The texts of a run: each is made of the run's seed and its own number. */
import { dangerous } from "./dictionary.ts";
import type { Asked } from "./judge.ts";
import type { Corpus } from "./mutate/kind.ts";
import { mutated } from "./mutate/mutate.ts";
import { randomOf } from "./random.ts";
import { type Seed, seedTexts } from "./seeds.ts";

/** What a fault is reported with: where its text came from. */
export interface Mutant extends Asked {
  readonly number: number;
  readonly of: string;
}

const TARGETS = ["iptables", "ip6tables", "nft"] as const;

const RULE = {
  iptables: /^-A .*$/gm,
  ip6tables: /^-A .*$/gm,
  nft: /^\t\t(?!type|typeof|size|flags|elements|\t|\}).*$/gm,
};

function corpusOf(target: Seed["target"], seeds: readonly Seed[]): Corpus {
  const texts = seeds.filter((seed) => seed.target === target).map(({ text }) => text);
  const all = texts.join("\n");
  return {
    target,
    texts,
    rules: [...new Set(all.match(RULE[target]) ?? [])],
    words: [...new Set(all.match(/"[^"\n]*"|[^ \t\n]+/g) ?? [])],
    dangerous: dangerous(target),
  };
}

/** Of a hundred texts so many are of each: nft's grammar is the largest, and IPv6 differs from IPv4 in few words. */
const SHARES = [
  { target: "nft", form: "whole", share: 45 },
  { target: "iptables", form: "whole", share: 34 },
  { target: "ip6tables", form: "whole", share: 9 },
  { target: "iptables", form: "coexist", share: 9 },
  { target: "ip6tables", form: "coexist", share: 3 },
] as const;

export function createTexts(seed: number): (number: number) => Mutant {
  const seeds = seedTexts();
  const corpora = new Map(TARGETS.map((target) => [target, corpusOf(target, seeds)]));
  const groups = SHARES.map((group) => ({
    ...group,
    seeds: seeds.filter(({ target, form }) => target === group.target && form === group.form),
  }));
  const bag = groups.flatMap((group) => Array.from({ length: group.share }, () => group));
  return (number) => {
    const random = randomOf(seed, number);
    const group = random.one(bag);
    const source = random.one(group.seeds);
    const variant = source.target === "nft" || random.percent(50) ? "nft" : "legacy";
    const { target, form, name: of } = source;
    return { number, of, target, form, variant, text: mutated(random, source.text, corpora.get(target)!) };
  };
}
