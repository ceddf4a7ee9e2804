/** Trees and faults as the tests write them down. */
import type { Fault, Span, Statement } from "../../grammar/ast.ts";
import { parse } from "../../grammar/parse.ts";

/** Without spans, keywords' places and comments. */
export function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      key === "span" || key === "keyword" || key === "comments" ? undefined : inner,
    ),
  );
}

/** The only statement of a text without faults. */
export function only(text: string): Statement {
  const { statements, faults } = parse(text);
  if (faults.length > 0) throw new Error(`${text}: ${faults.map(({ message }) => message).join("; ")}`);
  if (statements.length !== 1) throw new Error(`${text}: ${statements.length} statements`);
  return statements[0]!;
}

export function textAt(text: string, { start, end }: Span): string {
  return text.slice(start, end);
}

export function fixed(text: string, fault: Fault): string {
  if (fault.fix === undefined) throw new Error(`no fix: ${fault.message}`);
  const { start, end } = fault.fix.span ?? fault.span;
  return text.slice(0, start) + fault.fix.text + text.slice(end);
}

/** `code:text at its span`, one for each fault. */
export function faultsOf(text: string): readonly string[] {
  return parse(text).faults.map(({ code, span }) => `${code}:${textAt(text, span)}`);
}

/** Each statement by its keyword and name, a broken one with `!`. */
export function outline(text: string): readonly string[] {
  return parse(text).statements.map((statement) => {
    const name = "name" in statement && statement.name !== null ? ` ${statement.name.text}` : "";
    if (statement.kind === "BrokenStatement") return `!${statement.of ?? "?"}${name}`;
    return `${textAt(text, statement.keyword)}${name}`;
  });
}
