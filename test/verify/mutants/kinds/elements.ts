/** Lists of nft: their elements, and how they are declared. And what a base chain says of itself. */
import type { Chance } from "../../draw.ts";
import type { Doc, Line } from "../doc.ts";
import { added, type Edit, elementsOf, type Kind, oneOf, removed, rewriting } from "../edit.ts";
import { HOST, otherAddress } from "./other.ts";

const NFT = ["nft"] as const;

const next = (text: string, chance: Chance): string => String(Number(text) + (chance() < 0.5 || text === "0" ? 1 : -1));

const element = (name: string, pattern: RegExp, rewrite: Parameters<typeof rewriting>[2]): Kind => ({
  name,
  of: NFT,
  draw: rewriting(elementsOf, pattern, rewrite),
});

/** The same key, and a value that another element of the list has. */
function twice(doc: Doc, chance: Chance): Edit | null {
  const split = ({ text }: Line): readonly string[] => /^(\t+.*?) : (.*?,)/.exec(text)?.slice(1) ?? [];
  const line = oneOf(
    doc.elements.filter((each) => split(each).length > 0),
    chance,
  );
  if (line === null) return null;
  const [key, value] = split(line);
  const others = doc.elements.filter(({ of }) => of === line.of).map((each) => split(each)[1]);
  const other =
    oneOf(
      others.filter((each) => each !== value),
      chance,
    ) ?? value!.replace(/\d(?=,)/, (digit) => `${9 - Number(digit)}`);
  return added(doc, line.at, `${key} : ${other}`);
}

export const ELEMENTS: readonly Kind[] = [
  {
    name: "an element lost",
    of: NFT,
    draw: (doc, chance) => {
      const line = oneOf(doc.elements, chance);
      return line === null ? null : removed(doc, line.at);
    },
  },
  element("an element's address asked changed", new RegExp(String.raw`(?<=^\t+)${HOST}(?= )`), ([text], chance, doc) =>
    otherAddress(doc, text, chance),
  ),
  element("an element's protocol changed", /\b(?:tcp|udp|sctp)\b(?= \.)/, ([text], chance) =>
    oneOf(
      ["tcp", "udp", "sctp"].filter((each) => each !== text),
      chance,
    ),
  ),
  element("an element's port asked changed", /(?<=(?:tcp|udp|sctp) \. )\d+/, ([text], chance) => next(text, chance)),
  element("an element's slot changed", /(?<=(?:tcp|udp|sctp) \. [\d-]+ \. )\d+(?= :)/, ([text], chance) =>
    next(text, chance),
  ),
  element("an element's backend changed", new RegExp(`(?<= : )${HOST}(?=[ ,])`), ([text], chance, doc) =>
    otherAddress(doc, text, chance),
  ),
  element("an element's port changed", /(?<= : \S+ \. )\d+(?=,)/, ([text], chance) => next(text, chance)),
  element("an element's chain changed", /(?<=jump )[^\s,]+/, ([text], chance, doc) =>
    oneOf(
      [...new Set(doc.rules.map(({ of }) => of))].filter(
        (name) => name !== text && !doc.bases.some(({ of }) => of === name),
      ),
      chance,
    ),
  ),
  element(
    "a pair of a set changed",
    new RegExp(String.raw`(?<=^\t+(?:${HOST} \. )?)${HOST}(?= \.|,)(?!.* : )`),
    ([text], chance, doc) => otherAddress(doc, text, chance),
  ),
  { name: "an element twice with another value", of: NFT, draw: twice },
  {
    name: "a base chain's type, hook, priority or policy changed",
    of: NFT,
    draw: rewriting(
      ({ bases }) => bases,
      /(?<=type )\S+|(?<=hook )\S+|(?<=priority )[^;]+|(?<=policy )\S+/,
      ([text], chance) => {
        const words = [
          "filter",
          "nat",
          "route",
          "prerouting",
          "input",
          "forward",
          "output",
          "postrouting",
          "dstnat",
          "srcnat",
          "-100",
          "mangle",
          "accept;",
          "drop;",
        ];
        return oneOf(
          words.filter((word) => word !== text && word.endsWith(";") === text.endsWith(";")),
          chance,
        );
      },
    ),
  },
];
