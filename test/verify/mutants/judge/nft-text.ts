/** The blocks of a table of nft: sets and maps with their elements, chains with their rules. */

import { numberOf, secondsOf } from "./values.ts";

export interface NftElement {
  readonly line: number;
  /** Words of the key's parts. */
  readonly key: readonly string[];
  /** Words of the value; of a set none. */
  readonly value: readonly string[];
}

export interface NftSet {
  readonly elements: readonly NftElement[];
  /** Of clients that rules put there: how many at most. */
  readonly size: number;
  readonly flags: readonly string[];
  /** How long an element stays that is put there without a time; empty: for ever. */
  readonly time: string;
}

/** What a base chain says of itself. */
export interface NftBase {
  readonly chain: string;
  /** `type hook priority`, the priority as a number. */
  readonly hook: string;
  readonly policy: "pass" | "drop";
}

export interface NftText {
  readonly sets: ReadonlyMap<string, NftSet>;
  readonly chains: ReadonlyMap<string, readonly { readonly line: number; readonly words: readonly string[] }[]>;
  readonly bases: readonly NftBase[];
  readonly definitions: ReadonlyMap<string, string>;
}

const wordsOf = (line: string): readonly string[] => line.match(/"[^"]*"|\S+/g) ?? [];

const partsOf = (text: string): readonly string[] => text.trim().split(/[ \t]+\.[ \t]+/);

function elementOf(text: string, line: number): NftElement {
  const bare = text.replace(/,\s*(?:#.*)?$/, "");
  const cut = bare.search(/[ \t]:[ \t]/);
  if (cut === -1) return { line, key: partsOf(bare), value: [] };
  const value = bare.slice(cut + 3).trim();
  return {
    line,
    key: partsOf(bare.slice(0, cut)),
    value: value.startsWith("jump ") ? value.split(" ") : partsOf(value),
  };
}

const PRIORITIES: Readonly<Record<string, string>> = {
  raw: "-300",
  mangle: "-150",
  dstnat: "-100",
  filter: "0",
  security: "50",
  srcnat: "100",
};

function baseOf(chain: string, line: string): NftBase {
  const [, type, hook, priority = "", policy = "accept"] =
    /^type (\S+) hook (\S+) priority (\S+); *(?:policy (\S+);)?$/.exec(line) ?? [];
  if (!/^(?:accept|drop)$/.test(policy) || type === undefined) throw new Error(`${line} is not known to the judge`);
  return {
    chain,
    hook: `${type} ${hook} ${PRIORITIES[priority] ?? priority}`,
    policy: policy === "drop" ? "drop" : "pass",
  };
}

/** What nft takes without a `size` for a set that rules fill (linux, `NFT_SET_EVAL`: libnftables sends 65535). */
const DEFAULT_SIZE = 65_535;

/** What a set says of itself; a word that is not known is thrown. */
function declared(sets: Map<string, NftSet>, name: string, line: string): void {
  const set = sets.get(name)!;
  const [word, ...rest] = line.replace(/;$/, "").split(" ");
  if (word === "size") sets.set(name, { ...set, size: Number(numberOf(rest[0]!)) });
  else if (word === "timeout") sets.set(name, { ...set, time: secondsOf(rest[0]!), flags: [...set.flags, word] });
  else if (word === "flags") sets.set(name, { ...set, flags: [...set.flags, ...rest.join("").split(",")] });
  else if (!/^(?:typeof|type|auto-merge|gc-interval|comment|policy)$/.test(word!))
    throw new Error(`${word} of a set is not known to the judge`);
}

export function nftText(text: string): NftText {
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(text)) throw new Error("a control character is not known to the judge");
  const sets = new Map<string, NftSet>();
  const elements = new Map<string, NftElement[]>();
  const chains = new Map<string, { line: number; words: readonly string[] }[]>();
  const bases: NftBase[] = [];
  const definitions = new Map<string, string>();
  let [kind, name, inElements] = ["", "", false];
  for (const [at, full] of text.split("\n").entries()) {
    const line = full.trim();
    const head = /^(set|map|chain) (\S+) \{$/.exec(line);
    const define = /^define (\S+) = "(.*)"$/.exec(line);
    if (head !== null) {
      [kind, name] = [head[1]!, head[2]!];
      if (kind === "chain") chains.set(name, []);
      else {
        elements.set(name, []);
        sets.set(name, { elements: elements.get(name)!, size: DEFAULT_SIZE, flags: [], time: "" });
      }
    } else if (define !== null) definitions.set(define[1]!, define[2]!);
    else if (line === "elements = {") inElements = true;
    else if (line === "}") {
      if (inElements) inElements = false;
      else kind = "";
    } else if (line === "" || line.startsWith("#")) continue;
    else if (inElements) elements.get(name)!.push(elementOf(line, at + 1));
    else if (kind === "chain" && /^type \S+ hook /.test(line)) bases.push(baseOf(name, line));
    else if (kind === "chain") chains.get(name)!.push({ line: at + 1, words: wordsOf(line) });
    else if (kind !== "") declared(sets, name, line);
    else if (!/^(?:(?:add|delete) table inet netc|table inet netc \{)$/.test(line))
      throw new Error(`line ${at + 1} is not known to the judge`);
  }
  for (const [set, { elements: all, flags }] of sets) {
    if (!flags.includes("interval") && all.some(({ key }) => key.some((part) => /[\da-f]-[\da-f]|\//.test(part))))
      throw new Error(`${set} holds ranges, and has no flag for them`);
  }
  return { sets, chains, bases, definitions };
}
