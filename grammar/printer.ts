/** A tree to text in the one canonical layout, which the language reference describes. */
import type { Comment, Statement, Tree } from "./ast.ts";
import { addStatement } from "./printer/fill.ts";
import { addComment, addLine, append, appendComment, type Page, textOf } from "./printer/page.ts";
import { said } from "./printer/sentence.ts";

const placed = (comments: readonly Comment[], place: Comment["place"]): readonly Comment[] =>
  comments.filter((comment) => comment.place === place);

const OWN_SEMICOLON = /[ \t]*;/y;
const LATER_SEMICOLON = /(?:[ \t\r\n]|#[^\n]*\n)*;/y;

function matchAt(shape: RegExp, text: string, at: number): string | null {
  shape.lastIndex = at;
  return shape.exec(text)?.[0] ?? null;
}

/** As it was written, with the `;` that ended it: a newline would not end what broke off behind a comma. */
function printVerbatim(page: Page, { span, comments }: Statement, text: string): void {
  const semicolon = matchAt(OWN_SEMICOLON, text, span.end);
  addLine(page, text.slice(span.start, span.end) + (semicolon ?? ""), span.start);
  for (const comment of placed(comments, "after")) appendComment(page, comment);
  if (semicolon === null && matchAt(LATER_SEMICOLON, text, span.end) !== null) append(page, "\n;");
}

/** Prints `tree`, which was parsed from `text`. A statement with a fault is kept byte for byte, the comments inside it with it. */
export function print(tree: Tree, text: string): string {
  const page: Page = { text, lines: [] };
  let fault = 0;
  for (const statement of tree.statements) {
    const { span, comments } = statement;
    for (const comment of placed(comments, "before")) addComment(page, comment);
    while ((tree.faults[fault]?.span.start ?? Number.POSITIVE_INFINITY) < span.start) fault++;
    const isFaulty = (tree.faults[fault]?.span.start ?? Number.POSITIVE_INFINITY) < span.end;
    if (statement.kind === "BrokenStatement" || isFaulty) printVerbatim(page, statement, text);
    else {
      addStatement(page, said(statement, text), span.start, placed(comments, "inside"));
      for (const comment of placed(comments, "after")) appendComment(page, comment);
    }
  }
  for (const comment of tree.comments) addComment(page, comment);
  return textOf(page);
}
