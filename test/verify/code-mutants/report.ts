/** What became of all mutants: a table by file, then those that survive. */
import type { SourceFile } from "./files.ts";
import { lineOf } from "./mutation.ts";
import type { Tried } from "./pool.ts";
import type { Verdict } from "./verdict.ts";

const COLUMNS: readonly Verdict["kind"][] = ["no rule", "stopped", "refuted", "equivalent", "survived"];

export const survivors = (tried: readonly Tried[]): readonly Tried[] =>
  tried.filter(({ verdict }) => verdict.kind === "survived");

const counts = (tried: readonly Tried[]): readonly number[] => [
  tried.length,
  ...COLUMNS.map((kind) => tried.filter(({ verdict }) => verdict.kind === kind).length),
];

function table(tried: readonly Tried[]): string {
  const files = [...new Set(tried.map(({ mutation }) => mutation.file))].sort();
  const width = Math.max(...files.map(({ length }) => length));
  const row = (name: string, cells: readonly (string | number)[]): string =>
    [name.padEnd(width), ...cells.map((cell) => `${cell}`.padStart(10))].join(" ");
  const heads = ["mutants", ...COLUMNS.map((kind) => (kind === "survived" ? "SURVIVED" : kind))];
  return [
    row("", heads),
    ...files.map((file) => row(file, counts(tried.filter(({ mutation }) => mutation.file === file)))),
    row("all", counts(tried)),
  ].join("\n");
}

/** On one line. */
const code = (text: string): string => {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 160 ? `${line.slice(0, 157)}…` : line;
};

function said(verdict: Verdict): string {
  switch (verdict.kind) {
    case "no rule":
      return verdict.isFrame ? "changes scripts or plan.json outside of rules" : "changes nothing";
    case "stopped":
      return verdict.reason;
    case "refuted":
      return `${verdict.isUnverified ? "unverified" : "refuted"} in ${verdict.where}`;
    case "equivalent":
      return `${verdict.where}: ${verdict.reason}`;
    case "survived": {
      const { where, reason, change, alone, refuted } = verdict.survival;
      const shared = alone === "proved" ? "proves it, too" : `says ${alone}: what was mutated is shared`;
      return [
        `${where}: proved; ${reason}`,
        change,
        `a proof without the mutation ${shared}; ${refuted} other texts refuted`,
      ].join("\n");
    }
  }
}

export function shown({ mutation, verdict, milliseconds }: Tried, texts: ReadonlyMap<string, string>): string {
  const text = texts.get(mutation.file)!;
  const { file, kind, start, end, mutated } = mutation;
  const place = `${file}:${lineOf(text, mutation)}`;
  return [
    `${place}: ${kind}: ${verdict.kind} (${Math.round(milliseconds)} ms)`,
    `  ${code(text.slice(start, end))}`,
    `  ${code(mutated)}`,
    ...said(verdict)
      .split("\n")
      .map((line) => `    ${line}`),
  ].join("\n");
}

export function report(tried: readonly Tried[], files: readonly SourceFile[], isVerbose: boolean): string {
  const texts = new Map(files.map(({ path, text }) => [path, text]));
  const frames = tried.filter(({ verdict }) => verdict.kind === "no rule" && verdict.isFrame).length;
  const notes = `Of those that change no rule ${frames} change plan.json, or scripts outside of their rules: of these no reference speaks; \`netc verify\`
compares scripts byte for byte with netc's own.`;
  const listed = isVerbose ? tried : survivors(tried);
  return `${[table(tried), notes, ...listed.map((each) => shown(each, texts))].join("\n\n")}\n`;
}
