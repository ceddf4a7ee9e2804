/** Mistakes that are common enough to have words, and often a fix, of their own. */
import type { IToken } from "chevrotain";
import type { Fault } from "../ast.ts";
import { spanOf } from "../parser/build.ts";
import * as want from "../parser/expectations.ts";
import * as token from "../tokens.ts";
import { type Stop, shown } from "./stop.ts";

type Fix = NonNullable<Fault["fix"]>;
type OwnWords = (stop: Stop, found: IToken) => Fault | null;

function fault(found: IToken, message: string, fix?: Fix): Fault {
  const said = { code: "syntax", message, span: spanOf(found) } as const;
  return fix === undefined ? said : { ...said, fix };
}

function inQuotes(found: IToken): Fix {
  return { title: "write it in quotes", text: `"${found.image}"` };
}

const NAMES = new Set([want.NAME, want.NODE_NAME, want.POD_NAME, want.DEVICE].map((each) => each.ERR_MSG));

/** `pod any …`, `pod 1a …`, `pod pod/"x" …` */
const notAName: OwnWords = ({ wanted }, found) => {
  if (!NAMES.has(wanted)) return null;
  const { tokenType, image } = found;
  if (token.isSetWord(tokenType)) return fault(found, `\`${image}\` is a word for a set and never a name`);
  if (tokenType === token.Qualified) return fault(found, `a name is declared without its kind, not as ${shown(found)}`);
  if (!token.isDigitRun(tokenType) || /[.:]/.test(image)) return null;
  return fault(found, `a name that begins with a digit stands in quotes: \`"${image}"\``, inQuotes(found));
};

/** `include base.net` */
const pathWithoutQuotes: OwnWords = ({ wanted, tokens, at }, found) =>
  wanted === want.PATH.ERR_MSG && at === tokens.length - 1
    ? fault(found, "`include` wants its path in double quotes", inQuotes(found))
    : null;

/** `service web 10.96.0.100:80 -> b` */
const servicePortOutside: OwnWords = ({ wanted, tokens, at, text }, found) => {
  if (wanted !== want.BODY.ERR_MSG || found.tokenType !== token.Colon) return null;
  const message = "a service's address has no port: its ports stand in a block";
  const [port, arrow] = [tokens[at + 1], tokens[at + 2]];
  if (port === undefined || arrow?.tokenType !== token.Arrow) return fault(found, message);
  const end = tokens.at(-1)!.endOffset! + 1;
  const block = ` { ${port.image} ${text.slice(arrow.startOffset, end)} }`;
  return fault(found, message, { title: "write a block", text: block, span: { start: found.startOffset, end } });
};

/** `pod a 10.244.1.10:80 on node1` */
const portOfPlace: OwnWords = ({ wanted, before, tokens }, found) => {
  const place = tokens[0]!.tokenType === token.Pod || tokens[0]!.tokenType === token.Node;
  if (!place || wanted !== "" || found.tokenType !== token.Colon || before.tokenType !== token.Address) return null;
  return fault(found, `the address of a ${tokens[0]!.image} has no port`);
};

/** `allow a to b` */
const toForArrow: OwnWords = ({ wanted }, found) =>
  wanted === want.ARROW.ERR_MSG && found.tokenType === token.To
    ? fault(found, "`->` stands between source and destination, not `to`", { title: "write `->`", text: "->" })
    : null;

/** `affinity client 90` */
const durationWithoutUnit: OwnWords = ({ wanted }, found) => {
  if (wanted !== want.DURATION.ERR_MSG || found.tokenType !== token.Integer) return null;
  const { image } = found;
  const message = `\`${image}\` wants a unit: \`${image}s\`, \`${image}m\`, \`${image}h\` or \`${image}d\``;
  return fault(found, message, { title: `write \`${image}s\` for seconds`, text: `${image}s` });
};

/** `pod a 10.244.1.10 node1` */
const onLeftOut: OwnWords = ({ wanted, before, tokens, at }, found) => {
  const misplaced = wanted === "" && tokens[0]!.tokenType === token.Pod && before.tokenType === token.Address;
  if (!misplaced || at !== tokens.length - 1 || found.tokenType !== token.Word) return null;
  const written = `on ${found.image}`;
  return fault(found, `the node of a pod stands behind \`on\``, { title: `write \`${written}\``, text: written });
};

/** `log mine` */
const prefixWithoutQuotes: OwnWords = ({ wanted, before }, found) =>
  wanted === "" && before.tokenType === token.Log && token.isWord(found.tokenType)
    ? fault(found, "the prefix of a log stands in double quotes", inQuotes(found))
    : null;

/** `-> none, a` */
const noneInList: OwnWords = ({ before }, found) =>
  found.tokenType === token.None || (before.tokenType === token.None && found.tokenType === token.Comma)
    ? fault(found, "`none` stands alone, behind the `->` of a service")
    : null;

/** Behind the last token of the item of a block that the token at `at` is part of. */
function itemEnd(tokens: readonly IToken[], at: number): number {
  const ends = (each: IToken) => each.tokenType === token.Separator || each.tokenType === token.RightBrace;
  const end = tokens.findIndex((each, index) => index > at && ends(each));
  return tokens[(end === -1 ? tokens.length : end) - 1]!.endOffset! + 1;
}

/** Of ports and commas; who has more of them writes the lines by other means. */
const LONGEST_WRITTEN_OUT = 31;

/** `80, 443 -> b` */
const listOfPorts: OwnWords = ({ tokens, item, at, wanted, text }, found) => {
  const listed = item > 0 && at === item + 1 && wanted === want.ARROW.ERR_MSG && found.tokenType === token.Comma;
  if (!listed) return null;
  const message = "a port line has one port: write a line for each";
  const arrow = tokens.findIndex((each, index) => index > at && each.tokenType === token.Arrow);
  const ports = tokens.slice(item, Math.max(arrow, item));
  const plain = ports.every(({ tokenType }) => tokenType === token.Comma || token.isPortNumber(tokenType));
  if (ports.length === 0 || ports.length > LONGEST_WRITTEN_OUT || !plain) return fault(found, message);
  const span = { start: tokens[item]!.startOffset, end: itemEnd(tokens, arrow) };
  const backends = text.slice(tokens[arrow]!.startOffset, span.end);
  const lines = ports.filter(({ tokenType }) => tokenType !== token.Comma).map(({ image }) => `${image} ${backends}`);
  return fault(found, message, { title: "write a line for each", text: lines.join("; "), span });
};

/** `{ 80 -> a 443 -> b }` */
const separatorLeftOut: OwnWords = ({ wanted, before }, found) => {
  const begins = token.isPortNumber(found.tokenType) && before.tokenType !== token.LeftBrace;
  if (wanted !== want.CLOSING_BRACE.ERR_MSG || !begins) return null;
  const end = before.endOffset! + 1;
  const fix = { title: "write `;`", text: ";", span: { start: end, end } };
  return fault(found, `a newline or \`;\` is missing before ${shown(found)}`, fix);
};

const behindBlock: OwnWords = ({ before }, found) =>
  before.tokenType === token.RightBrace
    ? fault(found, `behind \`}\` comes a newline or \`;\`, not ${shown(found)}`)
    : null;

const closesNothing: OwnWords = ({ wanted }, found) =>
  wanted === "" && found.tokenType === token.RightBrace ? fault(found, "`}` closes no block") : null;

const ALL: readonly OwnWords[] = [
  ...[notAName, pathWithoutQuotes, servicePortOutside, portOfPlace, toForArrow, durationWithoutUnit],
  ...[onLeftOut, prefixWithoutQuotes, listOfPorts, separatorLeftOut, noneInList, behindBlock, closesNothing],
];

/** The fault in its own words, where the mistake is one of these. */
export function ownWords(stop: Stop): Fault | null {
  if (stop.found === undefined) return null;
  for (const words of ALL) {
    const said = words(stop, stop.found);
    if (said !== null) return said;
  }
  return null;
}
