import type { Span, Statement } from "../../grammar/ast.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Origin, Source } from "../diagnostics/source.ts";

/** A statement and the text it stands in. */
export interface Said<S extends Statement = Statement> {
  readonly statement: S;
  readonly source: Source;
}

/** Every statement of a program in file order, an include counted where it stands. */
export type Program = readonly Said[];

export type Report = (diagnostic: Diagnostic) => void;

export function originOf(source: Source, node: { readonly span: Span }): Origin {
  return { source, span: node.span };
}

const byKind = new WeakMap<Program, ReadonlyMap<string, readonly Said[]>>();

/** A program's statements by their kind, sorted out once. */
function kindsOf(program: Program): ReadonlyMap<string, readonly Said[]> {
  const known = byKind.get(program);
  if (known !== undefined) return known;
  const kinds = new Map<string, Said[]>();
  for (const said of program) {
    const list = kinds.get(said.statement.kind);
    if (list === undefined) kinds.set(said.statement.kind, [said]);
    else list.push(said);
  }
  byKind.set(program, kinds);
  return kinds;
}

export function saidOf<K extends Statement["kind"]>(
  program: Program,
  kind: K,
): readonly Said<Extract<Statement, { kind: K }>>[] {
  return (kindsOf(program).get(kind) ?? []) as unknown as readonly Said<Extract<Statement, { kind: K }>>[];
}
