/** What is said about a statement that does not parse: what was expected where, in words, and what to do. */
import type { IRecognitionException } from "chevrotain";
import type { Fault, StatementKeyword } from "./ast.ts";
import { STATEMENT_KEYWORDS } from "./ast.ts";
import { spanOf } from "./build.ts";
import type { Slice } from "./lexer.ts";
import { nearestWord } from "./nearest.ts";

export function nearestStatement(word: string): StatementKeyword | null {
  return nearestWord(word, STATEMENT_KEYWORDS) as StatementKeyword | null;
}

export function unknownStatement(slice: Slice): Fault {
  const first = slice.tokens[0]!;
  const span = spanOf(first);
  const near = nearestStatement(first.image);
  if (near === null) {
    return {
      code: "unknown-statement",
      message: `a statement begins with a keyword, not with \`${first.image}\``,
      span,
    };
  }
  const fix = { title: `did you mean \`${near}\`?`, text: near };
  return { code: "unknown-statement", message: `no statement is called \`${first.image}\``, span, fix };
}

export function syntaxFault(slice: Slice, error: IRecognitionException): Fault {
  const last = slice.tokens.at(-1)!;
  const atEnd = !(error.token.startOffset >= 0);
  const span = atEnd ? { start: last.endOffset! + 1, end: last.endOffset! + 1 } : spanOf(error.token);
  const found = atEnd ? "nothing" : `\`${error.token.image}\``;
  return { code: "syntax", message: `expected ${error.message || "the end"}, found ${found}`, span };
}
