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

export function saidOf<K extends Statement["kind"]>(
  program: Program,
  kind: K,
): readonly Said<Extract<Statement, { kind: K }>>[] {
  return program.filter((said) => said.statement.kind === kind) as unknown as readonly Said<
    Extract<Statement, { kind: K }>
  >[];
}
