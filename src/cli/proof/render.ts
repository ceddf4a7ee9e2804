/** A report as people read it: a line for each text that is proved or compared, a block for each finding, a count, and what no proof shows. */

import { unreachable } from "../../diagnostics/bug.ts";
import { visible, visibleLine } from "../../diagnostics/render/columns.ts";
import { readable } from "../../diagnostics/render/excerpt.ts";
import { LEFT_OUT } from "./left-out.ts";
import type { DifferingScript, InFile, Proved, RefutedPacket, Report, Told, UnverifiedLine } from "./report.ts";
import { bothWords, hookWords, packetWords } from "./words.ts";

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

function provedLine({ file, target, part, form, families, hooks }: Proved, paint: Paint): string {
  const rules = target === "nft" ? "one table of nft" : FORMS[form];
  const what = part === "carried rules" ? `the rules that it carries: ${rules}` : rules;
  const which = families.map((family) => `IPv${family}`).join(" and ");
  return `${visible(file)}: ${paint("right", "proved")}: ${what}, every packet of ${which} at ${hooks.length} hooks`;
}

function comparedLine({ file, target }: InFile, paint: Paint): string {
  const what = target === "sh" ? "all around these rules is netc's own, byte for byte" : "netc's own, byte for byte";
  return `${visible(file)}: ${paint("right", "compared")}: ${what}`;
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

function differsBlock(finding: DifferingScript, paint: Paint): readonly string[] {
  const { file, line, text, expected, reason } = finding;
  const { margin, lines } = excerpt([{ line, text: text ?? "" }], paint);
  const remark = remarkOf(margin, paint);
  return [
    `${paint("wrong", "differs")}${paint("bold", ": the script is not netc's own from this line on")}`,
    `${margin} ${paint("gutter", "-->")} ${visible(file)}:${line}`,
    ...(text === null ? [] : lines),
    remark("reason", reason),
    ...(expected === null ? [] : [remark("expected", expected)]),
    remark(
      "help",
      "only netc's own scripts can be judged: write it again with compile -o, or leave it out with --target",
    ),
  ];
}

const remarkOf =
  (margin: string, paint: Paint) =>
  (label: string, text: string): string =>
    `${margin}  ${paint("gutter", "=")} ${paint("bold", `${label}:`)} ${readable(text)}`;

/** Rules without a line that decides may be own chains, which nothing leads to in whole tables. */
const isMaybeOtherForm = ({ target, form, lines }: RefutedPacket): boolean =>
  target !== "nft" && form === "whole" && lines.length === 0;

function refutedBlock(finding: RefutedPacket, paint: Paint): readonly string[] {
  const { file, hook, packet, program, rules, statements } = finding;
  const { margin, lines } = excerpt(finding.lines, paint);
  const remark = remarkOf(margin, paint);
  const [first] = finding.lines;
  const [said, done] = bothWords(program, rules, hook);
  return [
    `${paint("wrong", "refuted")}${paint("bold", `: at ${hookWords(hook)} the rules do something else than the program says`)}`,
    `${margin} ${paint("gutter", "-->")} ${visible(file)}${first === undefined ? "" : `:${first.line}`}`,
    ...(first === undefined ? [remark("lines", "no rule of the file decides of this packet")] : lines),
    remark("packet", packetWords(packet, hook)),
    remark("program", said),
    remark("rules", done),
    ...statements.map(({ statement, file: source, line, column }) =>
      remark("statement", `${statement} (${source}:${line}:${column})`),
    ),
    ...(isMaybeOtherForm(finding)
      ? [
          remark(
            "help",
            "the file is judged as whole tables; for own chains beside others' rules there is --form coexist",
          ),
        ]
      : []),
  ];
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

function countLine(findings: readonly Told[]): string {
  const counted = (kind: Told["kind"], what: string): readonly string[] => {
    const number = findings.filter((finding) => finding.kind === kind).length;
    return number === 0 ? [] : [count(number, what)];
  };
  return [
    ...counted("differs", "differing script"),
    ...counted("refuted", "refutation"),
    ...counted("unverified", "unverified line"),
  ].join(", ");
}

function blockOf(finding: Told, paint: Paint): readonly string[] {
  switch (finding.kind) {
    case "refuted":
      return refutedBlock(finding, paint);
    case "unverified":
      return unverifiedBlock(finding, paint);
    case "differs":
      return differsBlock(finding, paint);
    default:
      return unreachable(finding);
  }
}

export function renderFindings(findings: readonly Told[], { color }: RenderOptions): string {
  if (findings.length === 0) return "";
  const paint = color === "always" ? inColor : plainly;
  const blocks = findings.flatMap((finding) => blockOf(finding, paint));
  return `${[...blocks, countLine(findings)].join("\n")}\n`;
}

/** Node by node: what is proved, then what is compared. */
function goodLines({ proved, compared }: Report, paint: Paint): readonly string[] {
  const byNode = new Map<string, string[]>();
  const add = (node: string, line: string): void => {
    const lines = byNode.get(node);
    if (lines === undefined) byNode.set(node, [line]);
    else lines.push(line);
  };
  for (const each of proved) add(each.node, provedLine(each, paint));
  for (const each of compared) add(each.node, comparedLine(each, paint));
  return [...byNode.values()].flat();
}

export function renderReport(report: Report, options: RenderOptions): string {
  const good = goodLines(report, options.color === "always" ? inColor : plainly);
  const leftOut = `not proved: ${LEFT_OUT.join("; ")}\n`;
  return good.map((line) => `${line}\n`).join("") + renderFindings(report.findings, options) + leftOut;
}

/** As `docs/schema/proof.schema.json` describes it. */
export const renderJson = ({ proved, compared, findings }: Report): string =>
  `${JSON.stringify({ version: 2, proved, compared, findings, leftOut: LEFT_OUT }, null, 2)}\n`;
