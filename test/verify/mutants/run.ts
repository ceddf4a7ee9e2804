/**
 * `npm run mutants`: mutants of golden outputs, each judged; fails where the proof let one pass that means something else. Options: `--seed N`,
 * `--each N` (so many of every kind), `--kind WORDS` (kinds whose names hold these), `--verbose` (the equivalent ones too, one by one).
 */
import { parseArgs } from "node:util";
import { prove } from "../../../src/verify/prove.ts";
import { goldenSamples, titleOf } from "../corpus.ts";
import { mutants } from "./make.ts";
import { isSound, report } from "./report.ts";
import { scriptMutants, scriptReport } from "./scripts.ts";
import { verdictOf } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    each: { type: "string", default: "40" },
    kind: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
  },
});

const [each, seed] = [Number(values.each), Number(values.seed)];
const samples = goldenSamples();
const unproved = samples.filter((sample) => prove(sample.cluster, sample.node, [sample]).length > 0);
const sound = samples.filter((sample) => !unproved.includes(sample));
const made = mutants(sound, each, seed).filter(({ kind }) => kind.includes(values.kind));
const judged = made.map((mutant) => ({ mutant, verdict: verdictOf(mutant) }));
const scripts = scriptMutants(sound, Math.ceil(each / 4), seed).filter(({ kind }) => kind.includes(values.kind));

process.stdout.write(`seed ${values.seed}, ${values.each} of every kind\n\n${report(judged, values.verbose)}`);
process.stdout.write(`\n${scriptReport(scripts)}\n`);
for (const sample of unproved) process.stdout.write(`not proved as it is: ${titleOf(sample)}\n`);
const isClean = scripts.some((script) => script.isClean);
process.exitCode = isSound(judged) && unproved.length === 0 && !isClean ? 0 : 1;
