/** What a match says in words: `tcp from 10.0.0.0/8 to 10.244.1.10 port 80`. */
import type { PlanJson } from "./schema.ts";

export type Lines = readonly string[];
type Verdicts = PlanJson["packets"][number]["filter"]["input"]["policy"];
type Match = Verdicts[number]["match"];

/** A longer list goes below its line, an item a line, so that one item more is one line more. */
const LONGEST = 6;

/** Words that stand in a line, and the lines below it that they need. */
export interface Phrase {
  readonly inline: string;
  readonly below: Lines;
}

interface Style {
  readonly joined: string;
  /** What stands in the line where the items go below it. */
  readonly instead: string;
  /** What each item below the line begins with. */
  readonly each: string;
}

export function listed(items: Lines, { joined, instead, each }: Style): Phrase {
  if (items.length <= LONGEST) return { inline: items.join(joined), below: [] };
  return { inline: `${instead} those below`, below: items.map((item) => `  ${each}${item}`) };
}

/** One address without its length. */
export const host = (prefix: string): string => prefix.replace(/^([^:]*)\/32$|^(.*:.*)\/128$/, "$1$2");

const range = ([first, last]: readonly [number, number]): string =>
  first === last ? `port ${first}` : `ports ${first}-${last}`;

const NOTHING: Phrase = { inline: "", below: [] };

function side(
  word: string,
  prefixes: Lines | null | undefined,
  ports: readonly [number, number] | null | undefined,
): Phrase {
  const port = ports == null ? "" : range(ports);
  if (prefixes == null) return port === "" ? NOTHING : { inline: `${word} ${port}`, below: [] };
  const { inline, below } = listed(prefixes.map(host), { joined: ", ", instead: "any of", each: `${word} ` });
  return { inline: `${word} ${inline}${port === "" ? "" : ` ${port}`}`, below };
}

function asked(match: Match): Phrase {
  if (match.asked === undefined && match["asked-port"] === undefined) return NOTHING;
  const phrase = side("that asked for", match.asked, match["asked-port"]);
  return phrase.inline === "" ? { inline: "that asked for anything", below: [] } : phrase;
}

const words = (inline: string | undefined | false): Phrase => (inline ? { inline, below: [] } : NOTHING);

const STATES: Readonly<Record<NonNullable<Match["state"]>, string>> = {
  new: "that opens a connection",
  established: "of a known connection",
  invalid: "that fits no connection",
};

/** One phrase for each kind of condition: a new kind has to be named here. */
const PHRASES: Readonly<Record<keyof Match, (match: Match) => Phrase>> = {
  protocol: ({ protocol }) => words(protocol),
  translated: ({ translated }) => words(translated && "translated"),
  "icmp-types": (match) => words(match["icmp-types"] && `of types ${match["icmp-types"].join(", ")}`),
  source: (match) => side("from", match.source, match["source-port"]),
  "source-port": () => NOTHING,
  "own-source": (match) => words(match["own-source"] && "from the node itself"),
  destination: (match) => side("to", match.destination, match["destination-port"]),
  "destination-port": () => NOTHING,
  asked,
  "asked-port": () => NOTHING,
  state: ({ state }) => words(state && STATES[state]),
  "leaves-by": (match) => words(match["leaves-by"] && `that leaves by ${match["leaves-by"]}`),
  loopback: ({ loopback }) => words(loopback && (loopback === "in" ? "from loopback" : "to loopback")),
  "pod-device": (match) =>
    words(
      match["pod-device"] &&
        (match["pod-device"] === "in" ? "that comes by a pod's device" : "that leaves by a pod's device"),
    ),
  astray: ({ astray }) => words(astray && "whose way back is not the way it came"),
};

export function matchWords(match: Match): Phrase {
  const phrases = Object.values(PHRASES)
    .map((phrase) => phrase(match))
    .filter(({ inline }) => inline !== "");
  const what = match.protocol === undefined ? ["everything"] : [];
  return {
    inline: [...what, ...phrases.map(({ inline }) => inline)].join(" "),
    below: phrases.flatMap(({ below }) => below),
  };
}
