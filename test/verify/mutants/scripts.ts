/**
 * Mutants of `up.sh`: what stands around its rules. No packet is asked here: netc writes every byte of a script, so one that is another script is
 * never without a finding.
 */

import { emitterOf, textOf } from "../../../src/cli/outputs.ts";
import { proveFiles } from "../../../src/cli/proof/report.ts";
import { planNode } from "../../../src/compile.ts";
import type { Sample } from "../corpus.ts";
import { type Chance, chanceOf } from "../draw.ts";
import { oneOf } from "./edit.ts";

type Lines = readonly string[];

interface ScriptKind {
  readonly name: string;
  readonly draw: (lines: Lines, chance: Chance) => Lines | null;
}

const DOCUMENT = /^cat <<'(NETC-RULES\S*)'$/;

/** Where a here-document begins and ends, its own lines not among them. */
function documents(lines: Lines): readonly { readonly from: number; readonly to: number }[] {
  return lines.flatMap((line, at) => {
    const mark = DOCUMENT.exec(line)?.[1];
    return mark === undefined ? [] : [{ from: at + 1, to: lines.indexOf(mark, at) }];
  });
}

const isIn = (lines: Lines, at: number): boolean => documents(lines).some(({ from, to }) => from <= at && at <= to);

/** Lines of the script itself that match. */
const places = (lines: Lines, pattern: RegExp): readonly number[] =>
  lines.flatMap((line, at) => (pattern.test(line) && !isIn(lines, at) ? [at] : []));

const inserting =
  (texts: readonly string[], pattern: RegExp) =>
  (lines: Lines, chance: Chance): Lines | null => {
    const at = oneOf(places(lines, pattern), chance);
    return at === null ? null : lines.toSpliced(at, 0, oneOf(texts, chance)!);
  };

/** The rules of the one function are those of the other. */
function swappedDocuments(lines: Lines): Lines | null {
  const [one, other] = documents(lines);
  if (one === undefined || other === undefined) return null;
  return [
    ...lines.slice(0, one.from),
    ...lines.slice(other.from, other.to),
    ...lines.slice(one.to, other.from),
    ...lines.slice(one.from, one.to),
    ...lines.slice(other.to),
  ];
}

/** Another copy of a function, whose rules are other ones, behind it or in front. */
function secondDocument(lines: Lines, chance: Chance): Lines | null {
  const document = oneOf(documents(lines), chance);
  if (document === null) return null;
  const copy = lines.slice(document.from - 2, document.to + 2);
  const emptied = [copy[0]!, copy[1]!, ...copy.slice(-2)];
  return lines.toSpliced(oneOf([document.from - 2, document.to + 2, lines.length - 2], chance)!, 0, ...emptied);
}

function movedDocument(lines: Lines, chance: Chance): Lines | null {
  const document = oneOf(documents(lines), chance);
  if (document === null) return null;
  const [from, to] = [document.from - 2, document.to + 2];
  return [...lines.slice(0, from), ...lines.slice(to, -1), ...lines.slice(from, to), ""];
}

const dropped = (lines: Lines, chance: Chance): Lines | null => {
  const at = oneOf(places(lines, /\S/), chance);
  return at === null ? null : lines.toSpliced(at, 1);
};

const FUNCTIONS = ["iptables-restore() { :; }", "load() { :; }", "rules_v4 () { :; }", "cat() { :; }", "alias load=:"];
const LAST = ["iptables -I INPUT -j ACCEPT", "nft flush ruleset", "iptables -t nat -F", ":", "exit 0"];

const SCRIPT_KINDS: readonly ScriptKind[] = [
  { name: "a script: its documents swapped", draw: swappedDocuments },
  { name: "a script: a document twice", draw: secondDocument },
  { name: "a script: a document moved", draw: movedDocument },
  { name: "a script: an exit", draw: inserting(["exit 0", "return 0 2>/dev/null || exit 0", "exec true"], /^\w/) },
  { name: "a script: a function of its own", draw: inserting(FUNCTIONS, /^(?:\w+\(\) \{|load)$/) },
  {
    name: "a script: one line more at its end",
    draw: (lines, chance) => lines.toSpliced(-1, 0, oneOf(LAST, chance)!),
  },
  { name: "a script: a line dropped", draw: dropped },
  {
    name: "a script: a line changed",
    draw: (lines, chance) => {
      const at = oneOf(places(lines, /^ {2}\S/), chance);
      return at === null ? null : lines.with(at, `  : ${lines[at]!.trim()}`);
    },
  },
  {
    name: "a script: a document that the shell expands",
    draw: (lines, chance) => {
      const at = oneOf(
        lines.flatMap((line, place) => (DOCUMENT.test(line) ? [place] : [])),
        chance,
      );
      return at === null ? null : lines.with(at, lines[at]!.replaceAll("'", ""));
    },
  },
];

export interface ScriptMutant {
  readonly kind: string;
  readonly title: string;
  /** No finding: the script passes for netc's own. */
  readonly isClean: boolean;
}

function findingsOf(sample: Sample, text: string) {
  const { cluster, node } = sample;
  const own = (["iptables", "nft"] as const).map((rules) => scriptOf(sample, rules));
  const file = { target: "sh", path: `${node.name}/up.sh`, text, own } as const;
  return proveFiles(cluster, node, { files: [file], form: "whole" }).findings;
}

const scriptOf = ({ cluster, node }: Sample, rules: "iptables" | "nft"): string =>
  textOf(emitterOf("sh"), planNode(cluster, node), { rules, form: "whole" });

/** So many of a kind. Throws where a script that nobody changed has a finding. */
export function scriptMutants(samples: readonly Sample[], many: number, seed: number): readonly ScriptMutant[] {
  const nodes = samples.filter(
    ({ target, form, text }) => target === "iptables" && form === "whole" && text.length < 20_000,
  );
  const chance = chanceOf(seed);
  return SCRIPT_KINDS.flatMap(({ name, draw }) =>
    Array.from({ length: many }, (): readonly ScriptMutant[] => {
      const sample = oneOf(nodes, chance)!;
      const rules = oneOf(["iptables", "nft"] as const, chance)!;
      const text = scriptOf(sample, rules);
      const lines = draw(text.split("\n"), chance);
      if (lines === null || lines.join("\n") === text) return [];
      const title = `${sample.program} ${sample.node.name} ${rules}`;
      if (findingsOf(sample, text).length > 0) throw new Error(`the script of ${title} has a finding as it is`);
      return [{ kind: name, title, isClean: findingsOf(sample, lines.join("\n")).length === 0 }];
    }).flat(),
  );
}

/** By kind: how many were made, and how many passed for netc's own. */
export function scriptReport(mutants: readonly ScriptMutant[]): string {
  const rows = SCRIPT_KINDS.map(({ name }) => {
    const made = mutants.filter(({ kind }) => kind === name);
    const clean = made.filter(({ isClean }) => isClean);
    const example = clean[0] === undefined ? "" : `, as in ${clean[0].title}`;
    return `${name.padEnd(48)} ${`${made.length}`.padStart(4)} made, ${`${clean.length}`.padStart(4)} survived${example}`;
  });
  return rows.join("\n");
}
