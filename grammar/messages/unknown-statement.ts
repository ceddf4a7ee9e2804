/** What is said about a statement that begins with no keyword. */
import { type Fault, STATEMENT_KEYWORDS, type StatementKeyword } from "../ast.ts";
import type { Slice } from "../lexer.ts";
import { spanOf } from "../parser/build.ts";
import * as token from "../tokens.ts";
import { OPTION_FORMS, SETTING_FORMS } from "./forms.ts";
import { nearestWord } from "./nearest.ts";
import { shown } from "./stop.ts";

/** What people write who come from other tools. */
const SYNONYMS: ReadonlyMap<string, StatementKeyword> = new Map([
  ["accept", "allow"],
  ["assert", "expect"],
  ["block", "deny"],
  ["drop", "deny"],
  ["host", "node"],
  ["import", "include"],
  ["permit", "allow"],
  ["svc", "service"],
]);

export function nearestStatement(word: string): StatementKeyword | null {
  const known = SYNONYMS.get(word.toLowerCase());
  return known ?? (nearestWord(word, STATEMENT_KEYWORDS) as StatementKeyword | null);
}

function whereItBelongs(word: string): string {
  if (Object.hasOwn(SETTING_FORMS, word)) return ": it stands inside `cluster { … }`";
  if (Object.hasOwn(OPTION_FORMS, word)) return ": it stands inside `service NAME VIP { … }`";
  return `: there are ${STATEMENT_KEYWORDS.join(", ")}`;
}

export function unknownStatement(slice: Slice): Fault {
  const first = slice.tokens[0]!;
  const { image, tokenType } = first;
  const span = spanOf(first);
  if (tokenType === token.RightBrace) return { code: "syntax", message: "`}` closes no block", span };
  if (tokenType === token.Arrow || tokenType === token.LeftBrace) {
    return { code: "line-start", message: `no statement stands before ${shown(first)} that it could continue`, span };
  }
  if (!token.isWord(tokenType)) {
    const hint = token.isPortNumber(tokenType) ? "; port lines stand inside `service NAME VIP { … }`" : "";
    return { code: "syntax", message: `a statement begins with a keyword, not with ${shown(first)}${hint}`, span };
  }
  const near = nearestStatement(image);
  if (near === null) {
    return {
      code: "unknown-statement",
      message: `no statement is called ${shown(first)}${whereItBelongs(image)}`,
      span,
    };
  }
  const fix = { title: `did you mean \`${near}\`?`, text: near };
  return { code: "unknown-statement", message: `no statement is called ${shown(first)}`, span, fix };
}
