/** What is said about a statement that does not parse: what was expected where, in words, and what to do. */
import type { IRecognitionException } from "chevrotain";
import type { Fault } from "../ast.ts";
import type { Slice } from "../lexer.ts";
import { spanOf } from "../parser/build.ts";
import * as want from "../parser/expectations.ts";
import * as token from "../tokens.ts";
import { type Form, OPTION_FORMS, PORT_LINE_FORM, SETTING_FORMS, STATEMENT_FORMS } from "./forms.ts";
import { nearestWord } from "./nearest.ts";
import { ownWords } from "./own-words.ts";
import { type Stop, shown, stopOf } from "./stop.ts";

/** What was being read: the statement, or the item of its block. */
function reading({ tokens, item }: Stop): { readonly subject: string; readonly form: Form } {
  const first = tokens[item]!;
  if (item === 0) return { subject: shown(first), form: STATEMENT_FORMS[first.image as keyof typeof STATEMENT_FORMS] };
  const form = (tokens[0]!.tokenType === token.Cluster ? SETTING_FORMS : OPTION_FORMS)[first.image];
  return form === undefined ? { subject: "a port line", form: PORT_LINE_FORM } : { subject: shown(first), form };
}

function didYouMean(word: string): NonNullable<Fault["fix"]> {
  return { title: `did you mean \`${word}\`?`, text: word };
}

/** Statements that have a list of items somewhere. */
const LISTING = new Set([
  ...[token.Cluster, token.Node, token.Group, token.Service, token.Hairpin, token.Masquerade, token.Snat, token.Mark],
  ...[token.Allow, token.Deny, token.Reject, token.Default],
]);

/** Two items that follow each other in a list. */
function commaMissing({ tokens, found, before, wanted, item }: Stop): Fault | null {
  const goesOn =
    wanted === "" || wanted === want.CLOSING_BRACE.ERR_MSG || (wanted === want.ARROW.ERR_MSG && item === 0);
  const behindItem = token.beginsItem(before.tokenType) || before.tokenType === token.RightBracket;
  if (wanted === want.CLOSING_BRACE.ERR_MSG && token.isPortNumber(found!.tokenType)) return null;
  if (!goesOn || !behindItem || !token.beginsItem(found!.tokenType) || !LISTING.has(tokens[0]!.tokenType)) return null;
  const message = `a comma is missing between ${shown(before)} and ${shown(found!)}`;
  const end = before.endOffset! + 1;
  const fix = { title: "write a comma", text: ",", span: { start: end, end } };
  return { code: "syntax", message, span: spanOf(found!), fix };
}

/** What was read was complete, and something follows. */
function leftOver(stop: Stop): Fault {
  const { found, span } = stop;
  const { subject, form } = reading(stop);
  const near = found!.tokenType === token.Word ? nearestWord(found!.image, form.clauses) : null;
  if (near !== null) {
    return { code: "syntax", message: `${subject} has no clause ${shown(found!)}`, span, fix: didYouMean(near) };
  }
  const message = `${subject} ends before ${shown(found!)}: \`${form.usage}\``;
  return commaMissing(stop) ?? { code: "syntax", message, span };
}

function unfulfilled(stop: Stop): Fault {
  const { found, before, at, item, span, wanted, tokens } = stop;
  const { subject, form } = reading(stop);
  const named = at === 2 && token.DECLARING.has(tokens[0]!.tokenType);
  const place = at - 1 === item ? "" : named ? " after its name" : ` after ${shown(before)}`;
  const but = found === undefined ? "but the statement ends" : `found ${shown(found)}`;
  const message = `${subject} wants ${wanted}${place}, ${but}: \`${form.usage}\``;
  const words = Array.from(wanted.matchAll(/`([a-z-]+)`/g), ([, word]) => word!);
  const near = found?.tokenType === token.Word ? nearestWord(found.image, words) : null;
  return near === null ? { code: "syntax", message, span } : { code: "syntax", message, span, fix: didYouMean(near) };
}

/** No item of a block begins with what was found. */
function unknownItem({ tokens, found, span }: Stop): Fault {
  const cluster = tokens[0]!.tokenType === token.Cluster;
  const words = Object.keys(cluster ? SETTING_FORMS : OPTION_FORMS);
  const near = token.isWord(found!.tokenType) ? nearestWord(found!.image, words) : null;
  const known = cluster ? `settings are ${words.join(", ")}` : `a block has port lines and ${words.join(", ")}`;
  const message = `${shown(found!)} is no ${cluster ? "setting of the cluster" : "port line or option of a service"}: ${known}`;
  return near === null ? { code: "syntax", message, span } : { code: "syntax", message, span, fix: didYouMean(near) };
}

function unclosedBlock({ tokens }: Stop, open: Fault["span"]): Fault {
  const end = tokens.at(-1)!.endOffset! + 1;
  return {
    code: "unclosed-block",
    message: "this block is never closed: write `}` behind its last line",
    span: open,
    fix: { title: "close the block", text: "\n}", span: { start: end, end } },
  };
}

const ITEMS_OF_BLOCKS: readonly string[] = [want.SERVICE_ITEM.ERR_MSG, want.SETTING.ERR_MSG];

/** The one fault of a statement that the parser could not read. */
export function syntaxFault(text: string, slice: Slice, error: IRecognitionException): Fault {
  const stop = stopOf(text, slice, error);
  const { found, before, wanted } = stop;
  const inBlock = wanted === want.CLOSING_BRACE.ERR_MSG;
  if (found === undefined && inBlock && slice.open !== null) return unclosedBlock(stop, slice.open);
  const own = ownWords(stop);
  if (own !== null) return own;
  const itemBegins = ITEMS_OF_BLOCKS.includes(wanted) || (inBlock && before.tokenType === token.LeftBrace);
  if (itemBegins && found !== undefined) return unknownItem(stop);
  if (found === undefined) return unfulfilled(stop);
  if (wanted === "" || inBlock) return leftOver(stop);
  return commaMissing(stop) ?? unfulfilled(stop);
}
