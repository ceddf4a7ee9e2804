/** Tree nodes from single tokens. */
import type { IToken } from "chevrotain";
import type { AddressLiteral, NameDef, NameRef, NumberText, PortText, RefKind, SetWord, Span, Text } from "../ast.ts";
import { PortNumber, Qualified, Quoted } from "../tokens.ts";

/**
 * Behind the last character of a token. What chevrotain's recording is given for a token has NaN there: as an integer it is 0, since one
 * NaN makes V8 keep an end of every span in a box of its own.
 */
export function endOf(token: IToken): number {
  return (token.endOffset! + 1) | 0;
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset | 0, end: endOf(token) };
}

function isQuoted(token: IToken): boolean {
  return token.tokenType === Quoted;
}

function textOf(token: IToken): string {
  return isQuoted(token) ? token.image.slice(1, -1) : token.image;
}

export function nameDef(token: IToken): NameDef {
  return { kind: "NameDef", text: textOf(token), quoted: isQuoted(token), span: spanOf(token) };
}

const KINDS: readonly RefKind[] = ["node", "pod", "group", "service"];

/** `pod/web` and `pod/"my web"` carry their kind; `"pod/web"` does not. */
export function nameRef(token: IToken): NameRef {
  const { image } = token;
  const span = spanOf(token);
  const slash = isQuoted(token) ? -1 : image.indexOf("/");
  const qualifier = slash === -1 ? undefined : KINDS.find((kind) => kind.length === slash && image.startsWith(kind));
  if (qualifier === undefined) {
    return { kind: "NameRef", text: textOf(token), qualifier: null, quoted: isQuoted(token), span };
  }
  const quoted = token.tokenType === Qualified;
  const text = quoted ? image.slice(slash + 2, -1) : image.slice(slash + 1);
  return { kind: "NameRef", text, qualifier, quoted, span };
}

export function address(token: IToken): AddressLiteral {
  return { kind: "AddressLiteral", text: token.image, bracketed: false, span: spanOf(token) };
}

export function bracketed(open: IToken, token: IToken, close: IToken): AddressLiteral {
  const span = { start: open.startOffset, end: endOf(close) };
  return { kind: "AddressLiteral", text: token.image, bracketed: true, span };
}

export function setWord(token: IToken): SetWord {
  return { kind: "SetWord", word: token.image as SetWord["word"], span: spanOf(token) };
}

export function portText(token: IToken): PortText {
  const form = token.tokenType.CATEGORIES!.includes(PortNumber) ? "number" : "word";
  return { kind: "PortText", form, text: textOf(token), span: spanOf(token) };
}

export function numberText(token: IToken): NumberText {
  return { kind: "NumberText", text: token.image, span: spanOf(token) };
}

export function text(token: IToken): Text {
  return { kind: "Text", text: textOf(token), quoted: isQuoted(token), span: spanOf(token) };
}
