/** Changes to a text: what a mutant is made by. Lines are counted from 0 here. */
import type { Chance } from "../draw.ts";
import type { Doc, Line } from "./doc.ts";

export interface Edit {
  readonly lines: readonly string[];
  /** Lines of the text before, and of the text after, that the change is about. */
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** A kind of change; `null`: it finds nothing to change there. */
export interface Kind {
  readonly name: string;
  readonly of: readonly Doc["tool"][];
  readonly draw: (doc: Doc, chance: Chance) => Edit | null;
}

export const BOTH = ["iptables", "nft"] as const;

export const oneOf = <T>(all: readonly T[], chance: Chance): T | null =>
  all.length === 0 ? null : all[Math.floor(chance() * all.length)]!;

export const replaced = ({ lines }: Doc, at: number, text: string): Edit => ({
  lines: lines.with(at, text),
  before: [at],
  after: [at],
});

export const removed = ({ lines }: Doc, at: number): Edit => ({
  lines: lines.toSpliced(at, 1),
  before: [at],
  after: [],
});

export const swapped = ({ lines }: Doc, one: number, other: number): Edit => ({
  lines: lines.with(one, lines[other]!).with(other, lines[one]!),
  before: [one, other],
  after: [one, other],
});

/** Behind what stands at `to`. */
export const moved = ({ lines }: Doc, at: number, to: number): Edit => ({
  lines: lines.toSpliced(to + 1, 0, lines[at]!).toSpliced(at, 1),
  before: [at],
  after: [to],
});

export const added = ({ lines }: Doc, behind: number, text: string): Edit => ({
  lines: lines.toSpliced(behind + 1, 0, text),
  before: [],
  after: [behind + 1],
});

type Rewrite = (found: RegExpExecArray, chance: Chance, doc: Doc, line: Line) => string | null;

/** Rewrites one place that the pattern finds, on one line of those. */
export function rewriting(lines: (doc: Doc) => readonly Line[], pattern: RegExp, rewrite: Rewrite): Kind["draw"] {
  return (doc, chance) => {
    const line = oneOf(
      lines(doc).filter(({ text }) => new RegExp(pattern).test(said(text))),
      chance,
    );
    if (line === null) return null;
    const place = oneOf([...said(line.text).matchAll(new RegExp(pattern, "g"))], chance)!;
    const text = rewrite(place as RegExpExecArray, chance, doc, line);
    if (text === null || text === place[0]) return null;
    const from = place.index!;
    return replaced(doc, line.at, line.text.slice(0, from) + text + line.text.slice(from + place[0].length));
  };
}

/** A line without what it says to people: blanks in the place of it. */
const said = (text: string): string =>
  text.replace(/(?:comment "[^"]*")|(?:-m comment --comment "(?:[^"\\]|\\.)*")|(?:# .*$)/g, (found) =>
    " ".repeat(found.length),
  );

export const rulesOf = ({ rules }: Doc): readonly Line[] => rules;
export const elementsOf = ({ elements }: Doc): readonly Line[] => elements;
export const everything = ({ rules, elements }: Doc): readonly Line[] => [...rules, ...elements];
