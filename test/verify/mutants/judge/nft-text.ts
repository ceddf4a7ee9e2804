/** The blocks of a table of nft: sets and maps with their elements, chains with their rules. */

export interface NftElement {
  readonly line: number;
  /** Words of the key's parts. */
  readonly key: readonly string[];
  /** Words of the value; of a set none. */
  readonly value: readonly string[];
}

export interface NftText {
  readonly sets: ReadonlyMap<string, readonly NftElement[]>;
  readonly chains: ReadonlyMap<string, readonly { readonly line: number; readonly words: readonly string[] }[]>;
  /** By `type hook`: the chain. */
  readonly hooks: ReadonlyMap<string, string>;
  readonly definitions: ReadonlyMap<string, string>;
}

const wordsOf = (line: string): readonly string[] => line.match(/"[^"]*"|\S+/g) ?? [];

const partsOf = (text: string): readonly string[] => text.trim().split(" . ");

function elementOf(text: string, line: number): NftElement {
  const bare = text.replace(/,\s*(?:#.*)?$/, "");
  const cut = bare.indexOf(" : ");
  if (cut === -1) return { line, key: partsOf(bare), value: [] };
  const value = bare.slice(cut + 3).trim();
  return {
    line,
    key: partsOf(bare.slice(0, cut)),
    value: value.startsWith("jump ") ? value.split(" ") : partsOf(value),
  };
}

export function nftText(text: string): NftText {
  const sets = new Map<string, NftElement[]>();
  const chains = new Map<string, { line: number; words: readonly string[] }[]>();
  const hooks = new Map<string, string>();
  const definitions = new Map<string, string>();
  let [kind, name, inElements] = ["", "", false];
  for (const [at, full] of text.split("\n").entries()) {
    const line = full.trim();
    const head = /^(set|map|chain) (\S+) \{$/.exec(line);
    const base = /^type (\S+) hook (\S+) /.exec(line);
    const define = /^define (\S+) = "(.*)"$/.exec(line);
    if (head !== null) {
      [kind, name] = [head[1]!, head[2]!];
      if (kind === "chain") chains.set(name, []);
      else sets.set(name, []);
    } else if (define !== null) definitions.set(define[1]!, define[2]!);
    else if (line === "elements = {") inElements = true;
    else if (line === "}") {
      if (inElements) inElements = false;
      else kind = "";
    } else if (line === "" || line.startsWith("#")) continue;
    else if (inElements) sets.get(name)!.push(elementOf(line, at + 1));
    else if (kind === "chain" && base !== null) hooks.set(`${base[1]} ${base[2]}`, name);
    else if (kind === "chain") chains.get(name)!.push({ line: at + 1, words: wordsOf(line) });
  }
  return { sets, chains, hooks, definitions };
}
