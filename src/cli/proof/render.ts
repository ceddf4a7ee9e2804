/** A report as people read it: a line for each text that is proved, a block for each finding, a count last. */
import { visible, visibleLine } from "../../diagnostics/render/columns.ts";
import { readable } from "../../diagnostics/render/excerpt.ts";
import type { Proved, RefutedPacket, Report, Told, UnverifiedLine } from "./report.ts";
import { fateWords, hookWords, packetWords } from "./words.ts";

export interface RenderOptions {
  readonly color: "always" | "never";
}

/** SGR parameters: bold red, bold green, bold, bold blue. */
const SGR = { wrong: "1;31", right: "1;32", bold: "1", gutter: "1;34" } as const;
type Paint = (role: keyof typeof SGR, text: string) => string;

const plainly: Paint = (_role, text) => text;
const inColor: Paint = (role, text) => `\x1b[${SGR[role]}m${text}\x1b[0m`;

/** A line of rules that nobody would read whole. */
const LONGEST = 400;
const shown = (text: string): string =>
  visibleLine(text.length <= LONGEST ? text : `${text.slice(0, LONGEST / 2)} … ${text.slice(-LONGEST / 2)}`);

const FORMS = { whole: "whole tables", coexist: "own chains beside others' rules" } as const;

function provedLine({ file, target, form, families, hooks }: Proved, paint: Paint): string {
  const what = target === "nft" ? "one table of nft" : FORMS[form];
  const which = families.map((family) => `IPv${family}`).join(" and ");
  return `${visible(file)}: ${paint("right", "proved")}: ${what}, every packet of ${which} at ${hooks.length} hooks`;
}

/** Lines of the file behind their numbers, as the most of them is wide. */
function excerpt(lines: readonly { readonly line: number; readonly text: string }[], paint: Paint) {
  const margin = Math.max(1, ...lines.map(({ line }) => String(line).length));
  return {
    margin: " ".repeat(margin),
    lines: lines.map(({ line, text }) => `${paint("gutter", ` ${String(line).padStart(margin)} |`)} ${shown(text)}`),
  };
}

function unverifiedBlock(finding: UnverifiedLine, paint: Paint): readonly string[] {
  const { file, line, reason } = finding;
  const { margin, lines } = excerpt([finding], paint);
  return [
    `${paint("wrong", "unverified")}${paint("bold", `: ${readable(reason)}`)}`,
    `${margin} ${paint("gutter", "-->")} ${visible(file)}:${line}`,
    ...lines,
  ];
}

function refutedBlock(finding: RefutedPacket, paint: Paint): readonly string[] {
  const { file, hook, packet, program, rules, statements } = finding;
  const { margin, lines } = excerpt(finding.lines, paint);
  const remark = (label: string, text: string) =>
    `${margin}  ${paint("gutter", "=")} ${paint("bold", `${label}:`)} ${readable(text)}`;
  const [first] = finding.lines;
  return [
    `${paint("wrong", "refuted")}${paint("bold", `: at ${hookWords(hook)} the rules do something else than the program says`)}`,
    `${margin} ${paint("gutter", "-->")} ${visible(file)}${first === undefined ? "" : `:${first.line}`}`,
    ...(first === undefined ? [remark("lines", "no rule of the file decides of this packet")] : lines),
    remark("packet", packetWords(packet)),
    remark("program", fateWords(program, hook)),
    remark("rules", fateWords(rules, hook)),
    ...statements.map(({ statement, file: source, line, column }) =>
      remark("statement", `${statement} (${source}:${line}:${column})`),
    ),
  ];
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

function countLine(findings: readonly Told[]): string {
  const refuted = findings.filter(({ kind }) => kind === "refuted").length;
  const unread = findings.length - refuted;
  return [
    ...(refuted === 0 ? [] : [count(refuted, "refutation")]),
    ...(unread === 0 ? [] : [count(unread, "unverified line")]),
  ].join(", ");
}

export function renderFindings(findings: readonly Told[], { color }: RenderOptions): string {
  if (findings.length === 0) return "";
  const paint = color === "always" ? inColor : plainly;
  const blocks = findings.flatMap((finding) =>
    finding.kind === "refuted" ? refutedBlock(finding, paint) : unverifiedBlock(finding, paint),
  );
  return `${[...blocks, countLine(findings)].join("\n")}\n`;
}

export function renderReport({ proved, findings }: Report, options: RenderOptions): string {
  const paint = options.color === "always" ? inColor : plainly;
  return proved.map((each) => `${provedLine(each, paint)}\n`).join("") + renderFindings(findings, options);
}

/** As `docs/schema/proof.schema.json` describes it. */
export const renderJson = ({ proved, findings }: Report): string =>
  `${JSON.stringify({ version: 1, proved, findings }, null, 2)}\n`;
