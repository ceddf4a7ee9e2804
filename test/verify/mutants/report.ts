/** What became of all mutants: a table by kind, why those are equivalent that no packet tells apart, then each that is a fault. */
import { titleOf } from "../corpus.ts";
import { changeOf, KINDS, type Mutant } from "./make.ts";
import type { Verdict } from "./verdict.ts";

export interface JudgedMutant {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
}

const COLUMNS = ["refuted", "unverified", "equivalent", "too strict", "wrong packet", "survived"] as const;
const FAULTS: readonly Verdict["kind"][] = ["wrong packet", "survived"];

const faultsOf = (judged: readonly JudgedMutant[]): readonly JudgedMutant[] =>
  judged.filter(({ verdict }) => FAULTS.includes(verdict.kind));

export const isSound = (judged: readonly JudgedMutant[]): boolean => faultsOf(judged).length === 0;

const counted = (judged: readonly JudgedMutant[]): readonly number[] => [
  judged.length,
  ...COLUMNS.map((kind) => judged.filter(({ verdict }) => verdict.kind === kind).length),
];

function table(judged: readonly JudgedMutant[]): string {
  const width = Math.max(...KINDS.map(({ name }) => name.length));
  const row = (name: string, cells: readonly (number | string)[]): string =>
    [name.padEnd(width), ...cells.map((cell) => `${cell}`.padStart(12))].join(" ");
  const rows = KINDS.map(({ name }) => row(name, counted(judged.filter(({ mutant }) => mutant.kind === name))));
  return [row("", ["made", ...COLUMNS]), ...rows, row("all", counted(judged))].join("\n");
}

/** Reasons with what is particular to one text left out. */
const general = (reason: string): string => reason.replaceAll(/`[^`]*`|\d+/g, "…");

function reasons(judged: readonly JudgedMutant[], kind: "equivalent" | "too strict" | "unverified"): string {
  const count = new Map<string, number>();
  for (const { mutant, verdict } of judged) {
    if (verdict.kind !== kind) continue;
    const key = kind === "unverified" ? general(verdict.reason) : `${mutant.kind}: ${verdict.reason}`;
    count.set(key, (count.get(key) ?? 0) + 1);
  }
  return [...count].map(([reason, many]) => `${`${many}`.padStart(6)} ${reason}`).join("\n");
}

export function shown({ mutant, verdict }: JudgedMutant): string {
  const reason = "reason" in verdict ? `: ${verdict.reason}` : "";
  return `${mutant.kind}, in ${titleOf(mutant.sample)}\n${changeOf(mutant)}\n${verdict.kind}${reason}`;
}

export function report(judged: readonly JudgedMutant[], isVerbose: boolean): string {
  const parts = [table(judged)];
  for (const kind of ["equivalent", "too strict", "unverified"] as const)
    parts.push(`${kind}\n${reasons(judged, kind)}`);
  const listed = isVerbose
    ? judged.filter(({ verdict }) => verdict.kind !== "refuted" && verdict.kind !== "unverified")
    : faultsOf(judged);
  return `${[...parts, ...listed.map(shown)].join("\n\n")}\n`;
}
