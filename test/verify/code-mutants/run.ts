/**
 * `npm run mutants -- --code`: mutants of the source of plan, emit and what they call, each compiled with and proved; fails where one changes rules that
 * are proved all the same. Options: `--seed N`, `--count N` (in all), `--each N` (of every file), `--only FILE` (files whose paths hold it),
 * `--verbose` (every mutant).
 */
import { parseArgs } from "node:util";
import { mutatedFiles } from "./files.ts";
import { mutationsOf } from "./mutations.ts";
import { triedAll } from "./pool.ts";
import { report, survivors } from "./report.ts";
import { selected } from "./select.ts";

const { values } = parseArgs({
  options: {
    code: { type: "boolean" },
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "480" },
    each: { type: "string" },
    only: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
  },
});

const start = performance.now();
const files = (await mutatedFiles()).filter(({ path }) => path.includes(values.only));
const all = files.map(({ path, text }) => mutationsOf(path, text));
const each = values.each === undefined ? null : Number(values.each);
const mutations = selected(all, { seed: Number(values.seed), count: Number(values.count), each });
const isShown = process.stderr.isTTY === true;
const tried = await triedAll(mutations, (_, many) => {
  if (isShown) process.stderr.write(`\r${many} of ${mutations.length}`);
});
if (isShown) process.stderr.write("\r");

const seconds = Math.round((performance.now() - start) / 1000);
const possible = all.reduce((sum, { length }) => sum + length, 0);
process.stdout.write(`seed ${values.seed}, ${mutations.length} of ${possible} mutants, ${seconds} s\n\n`);
process.stdout.write(report(tried, files, values.verbose));
process.exitCode = survivors(tried).length === 0 ? 0 : 1;
