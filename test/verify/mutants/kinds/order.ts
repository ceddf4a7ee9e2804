/** Rules that are missing, or stand elsewhere. */
import type { Doc, Line } from "../doc.ts";
import { BOTH, type Kind, moved, oneOf, removed, swapped } from "../edit.ts";

/** Rules that have others behind them in their chain. */
const withMore = ({ rules }: Doc): readonly Line[] => rules.filter(({ of }, at) => rules[at + 1]?.of === of);
const sisters = ({ rules }: Doc, { of, at }: Line): readonly Line[] =>
  rules.filter((other) => other.of === of && other.at > at);

export const ORDER: readonly Kind[] = [
  {
    name: "a rule dropped",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(doc.rules, chance);
      return line === null ? null : removed(doc, line.at);
    },
  },
  {
    name: "two neighbours swapped",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(withMore(doc), chance);
      return line === null || doc.lines[line.at] === doc.lines[line.at + 1] ? null : swapped(doc, line.at, line.at + 1);
    },
  },
  {
    name: "two rules of a chain swapped",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(withMore(doc), chance);
      const other = line === null ? null : oneOf(sisters(doc, line).slice(1), chance);
      return other === null ? null : swapped(doc, line!.at, other.at);
    },
  },
  {
    name: "a rule moved to the end of its chain",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(withMore(doc), chance);
      return line === null ? null : moved(doc, line.at, sisters(doc, line).at(-1)!.at);
    },
  },
];
