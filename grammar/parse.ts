/** The room's door: a text to its tree. */
import type { BrokenStatement, Fault, IncludeStatement, NameDef, Statement, StatementKeyword, Tree } from "./ast.ts";
import { nameDef, spanOf } from "./build.ts";
import { createLexer, type Slice } from "./lexer.ts";
import { nearestStatement, syntaxFault, unknownStatement } from "./messages.ts";
import { StatementParser } from "./parser.ts";
import { beginsStatement, isName } from "./tokens.ts";

/** Of one parser for all texts: making one costs more than parsing a small file. */
let parser: StatementParser | null = null;

const DECLARING: ReadonlySet<string> = new Set(["node", "pod", "group", "service"] satisfies StatementKeyword[]);

/** The name that a statement would have declared, where the word of one stands in its place. */
function declaredName(slice: Slice, keyword: string | null): NameDef | null {
  const second = slice.tokens[1];
  if (keyword === null || second === undefined || !DECLARING.has(keyword) || !isName(second.tokenType)) return null;
  return nameDef(second);
}

function broken(slice: Slice): BrokenStatement {
  const first = slice.tokens[0]!;
  const last = slice.tokens.at(-1)!;
  const known = beginsStatement(first.tokenType);
  const keyword = known ? (first.image as StatementKeyword) : nearestStatement(first.image);
  return {
    kind: "BrokenStatement",
    span: { start: first.startOffset, end: last.endOffset! + 1 },
    keyword: spanOf(first),
    comments: slice.comments,
    of: known ? keyword : null,
    name: declaredName(slice, keyword),
  };
}

/** Every statement of `text`, broken ones too, and what is wrong with it. Time and memory grow with the length of the text, whatever it holds. */
export function parse(text: string): Tree {
  parser ??= new StatementParser("trusted");
  const lexer = createLexer(text);
  const statements: Statement[] = [];
  const faults: Fault[] = [];
  for (let slice = lexer.next(); slice !== null; slice = lexer.next()) {
    if (slice.faults.length > 0) {
      slice = lexer.rewind(slice.faults[0]!.span.end);
      faults.push(...slice.faults);
      statements.push(broken(slice));
      continue;
    }
    const first = slice.tokens[0]!;
    if (!beginsStatement(first.tokenType)) {
      slice = lexer.rewind(first.endOffset! + 1);
      faults.push(unknownStatement(slice));
      statements.push(broken(slice));
      continue;
    }
    parser.comments = slice.comments;
    parser.softFaults = [];
    parser.input = slice.tokens;
    const statement = parser.statement();
    const error = parser.errors[0];
    if (error === undefined) {
      statements.push(statement);
      faults.push(...slice.joins, ...parser.softFaults);
      continue;
    }
    const offset = error.token.startOffset >= 0 ? error.token.startOffset : slice.tokens.at(-1)!.endOffset! + 1;
    slice = lexer.rewind(offset);
    faults.push(syntaxFault(slice, error), ...slice.joins);
    statements.push(broken(slice));
  }
  faults.push(...lexer.commentFaults());
  faults.sort((a, b) => a.span.start - b.span.start);
  return { statements, comments: lexer.rest(), faults };
}

export function includesOf(tree: Tree): readonly IncludeStatement[] {
  return tree.statements.filter((statement) => statement.kind === "IncludeStatement");
}
