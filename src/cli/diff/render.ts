/** How a difference is shown: as text, as counts, as JSON. */

import { visibleText } from "../../diagnostics/render/columns.ts";
import type { ChangedLine, ChangedParagraph } from "../../plan/diff.ts";
import type { NodeDiff } from "./compare.ts";

export type Paint = (line: string) => string;

const COLORS: readonly (readonly [RegExp, string])[] = [
  [/^(?:---|\+\+\+) /, "1"],
  [/^@@ /, "36"],
  [/^\+/, "32"],
  [/^-/, "31"],
];

export const plain: Paint = (line) => line;

export const colored: Paint = (line) => {
  const color = COLORS.find(([pattern]) => pattern.test(line))?.[1];
  return color === undefined ? line : `\x1b[${color}m${line}\x1b[0m`;
};

const SIGNS: Readonly<Record<ChangedLine["kind"], string>> = { added: "+", removed: "-", kept: " " };

/** The plan's part looks like a unified diff whose hunks are named by what they are about. */
export function planLines({ node, change, plan }: NodeDiff): readonly string[] {
  if (plan.length === 0) return [];
  return [
    `--- ${change === "added" ? "/dev/null" : `old/${node} plan`}`,
    `+++ ${change === "removed" ? "/dev/null" : `new/${node} plan`}`,
    ...plan.flatMap(({ title, lines }) => [
      `@@ ${title} @@`,
      ...lines.map(({ kind, text }) => `${SIGNS[kind]}${text}`),
    ]),
  ];
}

/** By meaning first, all nodes, then by node and file. */
export function renderText(nodes: readonly NodeDiff[], paint: Paint): string {
  const lines = [...nodes.flatMap(planLines), ...nodes.flatMap(({ files }) => files.flatMap((file) => file.lines))];
  return lines.map((line) => `${paint(visibleText(line))}\n`).join("");
}

const countOf = (plan: readonly ChangedParagraph[], kind: ChangedLine["kind"]): number =>
  plan.reduce((sum, { lines }) => sum + lines.filter((line) => line.kind === kind).length, 0);

/** A line for each plan and file, as `+added -removed name`. */
export function renderStat(nodes: readonly NodeDiff[]): string {
  const line = (added: number, removed: number, name: string): string => `+${added} -${removed}\t${name}\n`;
  const plans = nodes.map(({ node, plan }) => line(countOf(plan, "added"), countOf(plan, "removed"), `${node} plan`));
  const files = nodes.flatMap((node) => node.files.map(({ added, removed, file }) => line(added, removed, file)));
  return visibleText([...plans, ...files].join(""));
}

/** Version 1. */
export function renderJson(nodes: readonly NodeDiff[]): string {
  const linesOf = (lines: readonly ChangedLine[], kind: ChangedLine["kind"]): readonly string[] =>
    lines.filter((line) => line.kind === kind).map(({ text }) => text);
  const document = {
    version: 1,
    nodes: nodes.map(({ node, change, plan, files }) => ({
      node,
      change,
      plan: plan.map(({ title, lines }) => ({
        title,
        removed: linesOf(lines, "removed"),
        added: linesOf(lines, "added"),
      })),
      files: files.map(({ file, added, removed, lines }) => ({
        file,
        added,
        removed,
        unified: `${lines.join("\n")}\n`,
      })),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
