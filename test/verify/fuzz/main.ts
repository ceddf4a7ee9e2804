/**
 * `npm run fuzz`: random programs are compiled, loaded by the real tools, and proved; then mutated texts are read, and loaded by the real tools, which
 * must understand the same. `--seed N` repeats a run, `--runs N` is how many programs, `--texts N` how many texts, `--only N` one text alone.
 */
import { parseArgs } from "node:util";
import { missingForPackets } from "../../kernel/ability.ts";
import { judgeTexts } from "../differential/start.ts";
import { faultText, tallyText } from "../differential/tell.ts";
import { type Fault, faultsOf, type NodeTexts, textsOf } from "./judge.ts";
import { refusals, refusalsNow } from "./load.ts";
import { compiled, errorsOf, joined, programs } from "./program.ts";
import { smallest } from "./smallest.ts";

const BATCH = 25;
/** Faults that are alike are told once. */
const MOST = 10;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "2000" },
    texts: { type: "string", default: "20000" },
    only: { type: "string" },
  },
});
const seed = Number(values.seed ?? Math.trunc(Math.random() * 2 ** 31));
const runs = Number(values.runs);
const only = values.only === undefined ? null : Number(values.only);
const textCount = only === null ? Number(values.texts) : 1;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

const missing = missingForPackets();
const isLoading = missing.length === 0;
say(
  `seed ${seed}, ${runs} programs, ${textCount} texts (again: npm run fuzz -- --seed ${seed} --runs ${runs} --texts ${textCount})`,
);
if (!isLoading) {
  const bar = "!".repeat(78);
  say(`${bar}\n!! NOTHING IS LOADED BY THE REAL TOOLS. Missing: ${missing.join(", ")}\n${bar}`);
}

type Statements = readonly string[];
const clusterOf = (statements: Statements) => compiled(joined(statements)).value;

function allFaults(statements: Statements, isRefusal: boolean): readonly Fault[] {
  if (errorsOf(joined(statements)).length > 0) return [];
  const cluster = clusterOf(statements);
  return isRefusal ? refusalsNow(textsOf(cluster)) : faultsOf(cluster);
}

const told = new Set<string>();
const failed = new Set<number>();

/** The smallest program that shows the fault, and what is wrong with it. */
function tell(number: number, statements: Statements, faults: readonly Fault[]): void {
  if (faults.length > 0) failed.add(number);
  for (const { key } of faults) {
    if (told.has(key) || told.size === MOST) continue;
    told.add(key);
    const isRefusal = key.startsWith("refused");
    const shows = (each: Statements): boolean => allFaults(each, isRefusal).some((fault) => fault.key === key);
    const small = smallest(statements, shows);
    const texts = allFaults(small, isRefusal).filter((fault) => fault.key === key);
    say(`\n--- program ${number}: ${key}\n${joined(small)}\n${texts.map(({ text }) => text).join("\n")}`);
  }
}

interface Part {
  readonly number: number;
  readonly statements: Statements;
}

async function loaded(parts: readonly Part[], nodes: readonly (readonly NodeTexts[])[]): Promise<void> {
  const owners = nodes.flatMap((each, at) => each.map(() => parts[at]!));
  for (const { at, fault } of await refusals(nodes.flat())) tell(owners[at]!.number, owners[at]!.statements, [fault]);
}

const began = performance.now();
let nodes = 0;
let loading: Promise<void> = Promise.resolve();
const all = programs(seed, runs).map((statements, at): Part => ({ number: at + 1, statements }));
for (let from = 0; from < all.length; from += BATCH) {
  const parts = all.slice(from, from + BATCH);
  const clusters = parts.map(({ statements }) => clusterOf(statements));
  await loading;
  if (isLoading) loading = loaded(parts, clusters.map(textsOf));
  for (const [at, { number, statements }] of parts.entries()) tell(number, statements, faultsOf(clusters[at]!));
  nodes += clusters.reduce((sum, cluster) => sum + cluster.nodes.length, 0);
  if ((from / BATCH) % 8 === 7) process.stderr.write(`${from + parts.length} programs\n`);
}
await loading;
const seconds = Math.round((performance.now() - began) / 1000);
const how = isLoading ? "loaded and proved" : "proved";
say(
  `${all.length} programs on ${nodes} nodes ${how} in ${seconds} s: ${failed.size === 0 ? "no fault" : `${failed.size} with faults`}`,
);

/** Says whether the readers and the tools understand the same. */
async function areTextsSound(): Promise<boolean> {
  if (!isLoading || textCount === 0) return true;
  const start = performance.now();
  const tally = await judgeTexts({ seed, texts: textCount, only, reader: "real" });
  for (const fault of tally.faults) say(`\n${faultText(fault)}`);
  say(`${tallyText(tally)} in ${Math.round((performance.now() - start) / 1000)} s`);
  return tally.faulty === 0;
}

const isSound = await areTextsSound();
process.exitCode = failed.size === 0 && isSound ? 0 : 1;
