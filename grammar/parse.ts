/** The room's door: a text to its tree. */
import type { BrokenStatement, Fault, IncludeStatement, NameDef, Statement, StatementKeyword, Tree } from "./ast.ts";
import { createLexer, type Slice, type StatementLexer } from "./lexer.ts";
import { syntaxFault } from "./messages/syntax-fault.ts";
import { nearestStatement, unknownStatement } from "./messages/unknown-statement.ts";
import { nameDef, spanOf } from "./parser/build.ts";
import { StatementParser } from "./parser.ts";
import * as token from "./tokens.ts";

/** One for all texts, made when first needed: making it costs more than parsing a small file. */
let parser: StatementParser | null = null;

const DECLARING: ReadonlySet<StatementKeyword> = new Set(["node", "pod", "group", "service"]);

/** The name that a broken statement would have declared, where a name stands in its place. */
function declaredName({ tokens }: Slice, keyword: StatementKeyword | null): NameDef | null {
  const second = tokens[1];
  if (second === undefined || keyword === null || !DECLARING.has(keyword)) return null;
  return token.isName(second.tokenType) ? nameDef(second) : null;
}

function broken(slice: Slice): BrokenStatement {
  const first = slice.tokens[0]!;
  const of = token.beginsStatement(first.tokenType) ? (first.image as StatementKeyword) : null;
  return {
    kind: "BrokenStatement",
    span: { start: first.startOffset, end: slice.tokens.at(-1)!.endOffset! + 1 },
    keyword: spanOf(first),
    comments: slice.comments,
    of,
    name: declaredName(slice, of ?? nearestStatement(first.image)),
  };
}

interface Parsed {
  readonly slice: Slice;
  readonly statement: Statement;
  readonly faults: readonly Fault[];
}

/** What follows the error in the slice is given back to the lexer, from the first line that begins with a statement keyword. */
function parseSlice(text: string, lexer: StatementLexer, taken: Slice): Parsed {
  const [lexical] = taken.faults;
  if (lexical !== undefined) {
    const slice = lexer.rewind(lexical.span.end);
    return { slice, statement: broken(slice), faults: slice.faults };
  }
  const first = taken.tokens[0]!;
  if (!token.beginsStatement(first.tokenType)) {
    const slice = lexer.rewind(first.endOffset! + 1);
    return { slice, statement: broken(slice), faults: [unknownStatement(slice)] };
  }
  parser ??= new StatementParser("trusted");
  const { statement, error, softFaults } = parser.read(taken);
  if (error === null) return { slice: taken, statement, faults: taken.joins.concat(softFaults) };
  const fault = syntaxFault(text, taken, error);
  const slice = lexer.rewind(error.token.startOffset >= 0 ? error.token.startOffset : text.length);
  // Joining the lines would not have helped where the very token that was joined is the one that does not fit.
  const joins = slice.joins.filter((join) => join.span.start !== fault.span.start);
  return { slice, statement: broken(slice), faults: [fault, ...joins] };
}

/** Every statement of `text`, broken ones too, and what is wrong with it. Time and memory grow with the text's length, whatever it holds. */
export function parse(text: string): Tree {
  const lexer = createLexer(text);
  const statements: Statement[] = [];
  const faults: Fault[] = [];
  let openBlocks = 0;
  for (let taken = lexer.next(); taken !== null; taken = lexer.next()) {
    const { slice, statement, faults: own } = parseSlice(text, lexer, taken);
    statements.push(statement);
    const closesBlock = slice.tokens[0]!.tokenType === token.RightBrace && slice.tokens.length === 1;
    // The end of a block that a statement inside it broke off: that fault has been told.
    if (closesBlock && openBlocks > 0) openBlocks--;
    else for (const fault of own) faults.push(fault);
    if (slice.open !== null) openBlocks++;
  }
  for (const fault of lexer.commentFaults()) faults.push(fault);
  faults.sort((a, b) => a.span.start - b.span.start);
  return { statements, comments: lexer.rest(), faults };
}

export function includesOf(tree: Tree): readonly IncludeStatement[] {
  return tree.statements.filter((statement) => statement.kind === "IncludeStatement");
}
