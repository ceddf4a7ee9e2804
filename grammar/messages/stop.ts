/** Where a statement stopped making sense. */
import type { IRecognitionException, IToken } from "chevrotain";
import type { Span } from "../ast.ts";
import type { Slice } from "../lexer.ts";
import { spanOf } from "../parser/build.ts";
import * as token from "../tokens.ts";

export interface Stop {
  readonly text: string;
  readonly tokens: readonly IToken[];
  /** Index of the token that does not fit; the number of tokens where the statement ended too early. */
  readonly at: number;
  /** The token at `at`. */
  readonly found: IToken | undefined;
  /** The token before it. */
  readonly before: IToken;
  /** What belongs there, an expectation; "" where the statement was complete. */
  readonly wanted: string;
  /** Index of the first token of the statement, or of the item of its block, that was being read. */
  readonly item: number;
  readonly span: Span;
}

function itemStart(tokens: readonly IToken[], at: number): number {
  for (let index = at - 1; index > 0; index--) {
    const type = tokens[index]!.tokenType;
    if (type === token.RightBrace) return 0;
    if (type === token.LeftBrace || type === token.Separator) return Math.min(index + 1, tokens.length - 1);
  }
  return 0;
}

export function stopOf(text: string, slice: Slice, error: IRecognitionException): Stop {
  const { tokens } = slice;
  const tooEarly = !(error.token.startOffset >= 0);
  const at = tooEarly ? tokens.length : tokens.indexOf(error.token);
  const end = tokens.at(-1)!.endOffset! + 1;
  return {
    text,
    tokens,
    at,
    found: tokens[at],
    before: tokens[at - 1]!,
    wanted: error.message,
    item: itemStart(tokens, at),
    span: tooEarly ? { start: end, end } : spanOf(error.token),
  };
}

/** Longer tokens are cut short in messages. */
const LONGEST_SHOWN = 40;

export function shown(found: IToken): string {
  if (found.tokenType === token.Separator) return "the end of its line";
  const { image } = found;
  return image.length <= LONGEST_SHOWN ? `\`${image}\`` : `\`${image.slice(0, LONGEST_SHOWN - 1)}…\``;
}
