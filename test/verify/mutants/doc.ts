/** A text by its lines, and which of them are rules of one chain or elements of one list. */

export interface Line {
  /** From 0. */
  readonly at: number;
  readonly text: string;
  /** The chain of a rule, the set or map of an element. */
  readonly of: string;
}

export interface Doc {
  readonly tool: "iptables" | "nft";
  readonly lines: readonly string[];
  readonly rules: readonly Line[];
  readonly elements: readonly Line[];
  /** Base chains' own lines, of nft alone. */
  readonly bases: readonly Line[];
}

export function docOf(tool: Doc["tool"], text: string): Doc {
  const lines = text.split("\n");
  const rules: Line[] = [];
  const elements: Line[] = [];
  const bases: Line[] = [];
  let [of, isChain, inElements] = ["", false, false];
  for (const [at, full] of lines.entries()) {
    if (tool === "iptables") {
      if (full.startsWith("*")) of = full.slice(1);
      if (full.startsWith("-A ")) rules.push({ at, text: full, of: `${of} ${full.split(" ")[1]!}` });
      continue;
    }
    const [, kind, name] = /^\t(chain|set|map) (\S+) \{$/.exec(full) ?? [];
    if (name !== undefined) [of, isChain, inElements] = [name, kind === "chain", false];
    else if (full === "\t\telements = {") inElements = true;
    else if (full.startsWith("\t\t\t") && inElements) elements.push({ at, text: full, of });
    else if (full.startsWith("\t\ttype ") && isChain) bases.push({ at, text: full, of });
    else if (full.startsWith("\t\t") && isChain) rules.push({ at, text: full, of });
  }
  return { tool, lines, rules, elements, bases };
}
