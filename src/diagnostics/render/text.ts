import type { Diagnostic, Severity } from "../diagnostic.ts";
import { countLine, inOrder } from "../order.ts";
import { type Excerpt, excerptOf, readable } from "./excerpt.ts";

export interface TextOptions {
  readonly color: "always" | "never";
}

/**
 * Diagnostics as people read them: one block each, most important first, a count last; "" where there are none. Nothing
 * from the program reaches the terminal as a control character.
 */
export function renderText(diagnostics: readonly Diagnostic[], options: TextOptions): string {
  if (diagnostics.length === 0) return "";
  const paint = options.color === "always" ? inColor : plainly;
  const lines: string[] = [];
  for (const diagnostic of inOrder(diagnostics)) pushBlock(diagnostic, paint, lines);
  lines.push(countLine(diagnostics), "");
  return lines.join("\n");
}

type Role = Severity | "bold" | "gutter";
type Paint = (role: Role, text: string) => string;

const plainly: Paint = (_role, text) => text;

/** SGR parameters: bold red, bold yellow, bold cyan, bold, bold blue. */
const SGR: Readonly<Record<Role, string>> = { error: "1;31", warning: "1;33", note: "1;36", bold: "1", gutter: "1;34" };

const inColor: Paint = (role, text) => `\x1b[${SGR[role]}m${text}\x1b[0m`;

function pushBlock(diagnostic: Diagnostic, paint: Paint, lines: string[]): void {
  const { severity, notes, fixes } = diagnostic;
  const main = excerptOf(diagnostic.origin);
  const related = notes.map((note) => (note.origin === null ? null : excerptOf(note.origin)));
  const margin = " ".repeat(String(Math.max(main.line, ...related.map((excerpt) => excerpt?.line ?? 1))).length);
  const remark = (label: string, text: string) =>
    `${margin}  ${paint("gutter", "=")} ${paint("bold", `${label}:`)} ${readable(text)}`;

  const message = paint("bold", `: ${readable(diagnostic.message)}`);
  lines.push(paint(severity, `${severity}[${diagnostic.code}]`) + message);
  pushExcerpt(main, fixes[0]?.title ?? "", severity, margin, paint, lines);
  notes.forEach((note, at) => {
    lines.push(remark("note", note.message));
    const excerpt = related[at] ?? null;
    if (excerpt !== null) pushExcerpt(excerpt, "", "note", margin, paint, lines);
  });
  for (const fix of fixes.slice(1)) lines.push(remark("help", fix.title));
}

function pushExcerpt(
  excerpt: Excerpt,
  label: string,
  severity: Severity,
  margin: string,
  paint: Paint,
  lines: string[],
): void {
  const number = String(excerpt.line).padStart(margin.length);
  const text = excerpt.text === "" ? "" : ` ${excerpt.text}`;
  const carets = paint(severity, "^".repeat(excerpt.carets) + (label === "" ? "" : ` ${readable(label)}`));
  lines.push(`${margin} ${paint("gutter", "-->")} ${excerpt.place}`);
  lines.push(`${paint("gutter", ` ${number} |`)}${text}`);
  lines.push(`${paint("gutter", ` ${margin} |`)} ${excerpt.indent}${carets}`);
}
