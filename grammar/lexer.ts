/**
 * Text to tokens, one statement at a time.
 *
 * A slice is one statement's tokens: it ends at a newline or `;` outside of any block, and wherever a line begins a new statement
 * beyond doubt although something was left open. The text is read once; a slice that turns out wrong gives back what follows the
 * first line that begins with a statement keyword behind the error, a bounded number of times (`rewind`).
 */

import type { IToken, TokenType } from "chevrotain";
import type { Comment, Fault, Span } from "./ast.ts";
import { isBad, isControl, isDigit, isForbiddenInQuotes, isHex, isLineEnd, letterAt } from "./lexer/characters.ts";
import {
  COLON,
  COMMA,
  DASH,
  EQUALS,
  GREATER,
  HASH,
  LEFT_BRACE,
  LEFT_BRACKET,
  LF,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SEMICOLON,
  SLASH,
  SPACE,
  TAB,
} from "./lexer/codes.ts";
import { badCharacters, emptyName, forbiddenInside, lineStart, unclosedQuote } from "./lexer/faults.ts";
import { colonRunEnd, digitRunEnd, digitRunType, digitsEnd, wordEnd } from "./lexer/runs.ts";
import * as token from "./tokens.ts";

/** One statement's tokens. The arrays are the lexer's own until the next call. */
export interface Slice {
  readonly tokens: IToken[];
  readonly comments: readonly Comment[];
  /** Lexical faults: the statement is broken. */
  readonly faults: readonly Fault[];
  /** Lines that began with `->` or `{`: the slice reads as if they were joined. */
  readonly joins: readonly Fault[];
  /** The `{` of a block that was still open when the slice ended. */
  readonly open: Span | null;
}

export interface StatementLexer {
  next(): Slice | null;
  /** Ends the last slice before the first line that begins with a statement keyword at or behind `offset`, where there is one. */
  rewind(offset: number): Slice;
  /** Comments behind the last statement, once `next` answered null. */
  rest(): readonly Comment[];
  /** Faults inside comments: they break no statement. */
  commentFaults(): readonly Fault[];
}

/** More faults than this in one statement tell people nothing new. */
const MOST_FAULTS = 10;
/** How often one stretch of text is read again before every line with a statement keyword ends a slice: keeps noise linear. */
const MOST_REWINDS = 8;

/** What may follow the last item of a list of names: a keyword before one of these may be a name itself. */
const BEHIND_AN_ITEM: ReadonlySet<TokenType> = new Set([
  ...[token.Except, token.To, token.Log, token.Weight, token.As],
  ...[token.Reaches, token.Denied, token.Rejected, token.Unreachable],
]);
const NEVER_BEHIND_AN_ITEM: ReadonlySet<TokenType> = new Set([
  ...[token.Qualified, token.Address, token.LeftBrace, token.LeftBracket],
  ...[token.Any, token.Pods, token.Nodes, token.Services, token.All],
]);

function cannotFollowItem(type: TokenType): boolean {
  return NEVER_BEHIND_AN_ITEM.has(type) || (token.isName(type) && !BEHIND_AN_ITEM.has(type));
}

const NO_COMMENTS: readonly Comment[] = [];

const QUALIFIERS = new Set(["node", "pod", "group", "service"]);

export function createLexer(text: string): StatementLexer {
  const length = text.length;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  let tokens: IToken[] = [];
  let comments: Comment[] = [];
  /** Whether each of `comments` has a newline between itself and the token before it. */
  let ownLine: boolean[] = [];
  let faults: Fault[] = [];
  let joins: Fault[] = [];
  /** Indexes of tokens that begin a line with a statement keyword. */
  let starters: number[] = [];
  /** The one of them, just read, that would begin a statement if what follows cannot stand behind a name; -1 for none. */
  let suspect = -1;
  let depth = 0;
  let open: Span | null = null;
  /** Where the first newline, and the first `;` of a block, stand since the last token; -1 for none. */
  let newlineAt = -1;
  let separatorAt = -1;
  /** A `;` ended the statement: only a comment on its line still belongs to it. */
  let ended = false;
  /** Comments that belong to the next statement. */
  let carried: Comment[] = [];
  const inComments: Fault[] = [];

  /** Up to here text is read again, for the `rewinds`th time. */
  let regionEnd = 0;
  let rewinds = 0;

  /** Answers where the token ends, as all that scan do. */
  function push(tokenType: TokenType, image: string, startOffset: number, end: number): number {
    tokens.push({ image, startOffset, endOffset: end - 1, tokenType, tokenTypeIdx: tokenType.tokenTypeIdx! });
    at = end;
    return end;
  }

  function lastEnd(): number {
    return tokens[tokens.length - 1]!.endOffset! + 1;
  }

  function blame<A extends readonly unknown[]>(fault: (...about: A) => Fault, ...about: A): void {
    if (faults.length < MOST_FAULTS) faults.push(fault(...about));
  }

  function comment(): void {
    const start = at;
    const first = inComments.length;
    let end = start + 1;
    for (; end < length && !isLineEnd(text, end); end++) {
      const code = text.charCodeAt(end);
      if (!isControl(code) || code === TAB) continue;
      const bad = end;
      while (isControl(text.charCodeAt(end + 1)) && !isLineEnd(text, end + 1) && text.charCodeAt(end + 1) !== TAB)
        end++;
      if (inComments.length - first < MOST_FAULTS) inComments.push(forbiddenInside("comment", text, bad, end + 1));
    }
    const said = text.slice(start + 1, end).trimEnd();
    comments.push({ span: { start, end: start + 1 + said.length }, text: said, place: "before" });
    ownLine.push(newlineAt >= 0);
    at = end;
  }

  /** From the opening quote at `quote`; the token itself began at `start`. */
  function quotes(type: TokenType, start: number, quote: number): number {
    let end = quote + 1;
    for (; end < length && text.charCodeAt(end) !== QUOTE && !isLineEnd(text, end); end++) {
      if (!isForbiddenInQuotes(text.charCodeAt(end))) continue;
      const bad = end;
      while (isForbiddenInQuotes(text.charCodeAt(end + 1)) && !isLineEnd(text, end + 1)) end++;
      blame(forbiddenInside, "quotes", text, bad, end + 1);
    }
    if (end < length && text.charCodeAt(end) === QUOTE) {
      if (end === quote + 1) blame(emptyName, start, end + 1);
      return push(type, text.slice(start, end + 1), start, end + 1);
    }
    blame(unclosedQuote, text, quote, end);
    const swallowed = text.slice(quote, end).trimEnd();
    push(token.Bad, "", start, end);
    // What the quote took in would have kept the statement open.
    if (swallowed.endsWith("{")) {
      depth++;
      push(token.LeftBrace, "{", end, end);
    } else if (swallowed.endsWith(",") || swallowed.endsWith("->")) push(token.Comma, ",", end, end);
    return end;
  }

  function bad(): number {
    const start = at;
    let end = at;
    do end += text.codePointAt(end)! > 0xffff ? 2 : 1;
    while (isBad(text, end));
    blame(badCharacters, text, start, end);
    return push(token.Bad, "", start, end);
  }

  /** A word, a keyword, or an address that begins with a letter. */
  function word(width: number): number {
    const start = at;
    const end = wordEnd(text, start, width);
    const code = text.charCodeAt(end);
    if (code === COLON && isHex(text.charCodeAt(start))) {
      const address = colonRunEnd(text, start);
      if (address > end) return push(token.Address, text.slice(start, address), start, address);
    }
    const image = text.slice(start, end);
    if (code === SLASH && text.charCodeAt(end + 1) === QUOTE && QUALIFIERS.has(image)) {
      return quotes(token.Qualified, start, end + 1);
    }
    return push(token.KEYWORDS.get(image) ?? token.Word, image, start, end);
  }

  /** Whether a statement keyword stands here. */
  function keywordHere(): boolean {
    const width = letterAt(text, at);
    if (width === 0) return false;
    const end = wordEnd(text, at, width);
    if (text.charCodeAt(end) === SLASH && text.charCodeAt(end + 1) === QUOTE) return false;
    const type = token.KEYWORDS.get(text.slice(at, end));
    return type !== undefined && token.beginsStatement(type);
  }

  function digits(): number {
    const start = at;
    const numberEnd = digitsEnd(text, start);
    const code = text.charCodeAt(numberEnd);
    if (code === COLON || isHex(code)) {
      const address = colonRunEnd(text, start);
      if (address !== -1) return push(token.Address, text.slice(start, address), start, address);
    }
    const end = digitRunEnd(text, start);
    return push(digitRunType(text, start, numberEnd, end), text.slice(start, end), start, end);
  }

  function scan(code: number): number {
    switch (code) {
      case COMMA:
        return push(token.Comma, ",", at, at + 1);
      case COLON: {
        const address = text.charCodeAt(at + 1) === COLON ? colonRunEnd(text, at) : -1;
        if (address !== -1) return push(token.Address, text.slice(at, address), at, address);
        return push(token.Colon, ":", at, at + 1);
      }
      case DASH:
        return text.charCodeAt(at + 1) === GREATER ? push(token.Arrow, "->", at, at + 2) : bad();
      case EQUALS:
        return text.charCodeAt(at + 1) === GREATER ? bad() : push(token.Equals, "=", at, at + 1);
      case LEFT_BRACKET:
        return push(token.LeftBracket, "[", at, at + 1);
      case RIGHT_BRACKET:
        return push(token.RightBracket, "]", at, at + 1);
      case LEFT_BRACE:
        if (depth++ === 0) open = { start: at, end: at + 1 };
        return push(token.LeftBrace, "{", at, at + 1);
      case RIGHT_BRACE:
        if (depth > 0) depth--;
        return push(token.RightBrace, "}", at, at + 1);
      case QUOTE:
        return quotes(token.Quoted, at, at);
      default: {
        if (isDigit(code)) return digits();
        const width = letterAt(text, at);
        return width > 0 ? word(width) : bad();
      }
    }
  }

  /** Ends the slice before `offset`, from where the next one is read. */
  function cut(offset: number, count: number): void {
    at = offset;
    tokens.length = count;
    while ((starters.at(-1) ?? -1) >= count) starters.pop();
    while ((comments.at(-1)?.span.start ?? -1) >= offset) {
      comments.pop();
      ownLine.pop();
    }
    while ((inComments.at(-1)?.span.start ?? -1) >= offset) inComments.pop();
    while ((faults.at(-1)?.span.start ?? -1) >= offset) faults.pop();
    while ((joins.at(-1)?.span.start ?? -1) >= offset) joins.pop();
    depth = 0;
    for (const { tokenType } of tokens) {
      if (tokenType === token.LeftBrace) depth++;
      else if (tokenType === token.RightBrace && depth > 0) depth--;
    }
  }

  function ownComments(): readonly Comment[] {
    if (comments.length === 0) return NO_COMMENTS;
    const first = tokens[0]!.startOffset;
    const end = lastEnd();
    const own: Comment[] = [];
    for (let index = 0; index < comments.length; index++) {
      const each = comments[index]!;
      if (each.span.start < first) own.push(each);
      else if (each.span.start < end) own.push({ span: each.span, text: each.text, place: "inside" });
      else if (!ownLine[index]) own.push({ span: each.span, text: each.text, place: "after" });
      else carried.push(each);
    }
    return own;
  }

  /** The slice as it stands: its comments in their places, those for the next one carried over. */
  function settle(): Slice {
    carried = [];
    return { tokens, comments: ownComments(), faults, joins, open: depth > 0 ? open : null };
  }

  /** Blanks, comments, newlines and `;` before the next token. Answers whether the statement, or the text, ended among them. */
  function skip(): boolean {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === SPACE || code === TAB) at++;
      else if (code === HASH) comment();
      else if (isLineEnd(text, at)) {
        if (newlineAt < 0) newlineAt = at;
        at += code === LF ? 1 : 2;
        if (ended) return true;
      } else if (code === SEMICOLON) {
        if (tokens.length > 0 && depth === 0) {
          if (newlineAt >= 0) return true;
          ended = true;
        } else if (tokens.length > 0 && separatorAt < 0) separatorAt = at;
        at++;
      } else return at >= length || ended;
    }
  }

  /** What the newlines and `;` before a token mean. Answers whether the token, which begins with `code`, belongs to the slice. */
  function goesOn(code: number): boolean {
    const count = tokens.length;
    const last = tokens[count - 1]!.tokenType;
    const opens = last === token.LeftBrace;
    const continues = opens || last === token.Comma || last === token.Arrow || last === token.Equals;
    const lineBegins = newlineAt >= 0;
    if (lineBegins && !continues && separatorAt < 0) {
      if (code === LEFT_BRACE || (code === DASH && text.charCodeAt(at + 1) === GREATER)) {
        if (joins.length < MOST_FAULTS) joins.push(lineStart(text, lastEnd(), at));
        return true;
      }
      if (depth === 0) return false;
    }
    const itemBegins = depth > 0 && (opens || separatorAt >= 0 || (lineBegins && !continues));
    if (lineBegins && keywordHere()) {
      if (itemBegins || (at < regionEnd && rewinds > MOST_REWINDS)) return false;
      suspect = count;
      starters.push(count);
    }
    if (itemBegins && !opens && code !== RIGHT_BRACE) {
      const resume = at;
      const separator = separatorAt >= 0 ? separatorAt : newlineAt;
      push(token.Separator, ";", separator, separator + 1);
      at = resume;
    }
    return true;
  }

  function next(): Slice | null {
    tokens = [];
    comments = carried;
    // Most statements have none of these: the empty ones serve again.
    if (comments.length + ownLine.length > 0) ownLine = comments.map(() => true);
    if (faults.length > 0) faults = [];
    if (joins.length > 0) joins = [];
    if (starters.length > 0) starters = [];
    depth = 0;
    open = null;
    suspect = -1;
    ended = false;
    newlineAt = -1;
    separatorAt = -1;
    while (!skip()) {
      const code = text.charCodeAt(at);
      if (tokens.length > 0 && !goesOn(code)) break;
      const index = tokens.length;
      scan(code);
      if (suspect >= 0 && suspect < index) {
        const sameLine = newlineAt < 0 && separatorAt < 0;
        if (sameLine && cannotFollowItem(tokens[index]!.tokenType)) {
          cut(tokens[suspect]!.startOffset, suspect);
          break;
        }
        suspect = -1;
      }
      newlineAt = -1;
      separatorAt = -1;
    }
    if (tokens.length > 0) return settle();
    carried = comments;
    return null;
  }

  function rewind(offset: number): Slice {
    const index = starters.find((starter) => tokens[starter]!.startOffset >= offset);
    if (index !== undefined) {
      if (at <= regionEnd) rewinds++;
      else {
        regionEnd = at;
        rewinds = 1;
      }
      cut(tokens[index]!.startOffset, index);
    }
    return settle();
  }

  return { next, rewind, rest: () => carried, commentFaults: () => inComments };
}
