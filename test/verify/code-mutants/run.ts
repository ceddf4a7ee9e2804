/**
 * `npm run mutants -- --code`: mutants of the source of plan, emit and what they call, each compiled with and proved; fails where one changes rules that
 * are proved all the same. Options: `--seed N`, `--count N` (in all), `--each N` (of every file), `--only FILE` (files whose paths hold it),
 * `--verbose` (every mutant).
 */
import { parseArgs } from "node:util";
import { campaign } from "./campaign.ts";
import { report, survivors } from "./report.ts";
import { WHOLE } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    code: { type: "boolean" },
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "420" },
    each: { type: "string" },
    only: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
  },
});

const start = performance.now();
const isShown = process.stderr.isTTY === true;
const { files, tried, possible, notRun } = await campaign(
  {
    seed: Number(values.seed),
    count: Number(values.count),
    each: values.each === undefined ? null : Number(values.each),
    only: values.only,
    depth: WHOLE,
  },
  (many, of) => {
    if (isShown || many % 50 === 0) process.stderr.write(`${many} of ${of}${isShown ? "\r" : "\n"}`);
  },
);

const seconds = Math.round((performance.now() - start) / 1000);
process.stdout.write(`seed ${values.seed}, ${tried.length} of ${possible} mutants, ${seconds} s; ${notRun} more stand where
no golden program comes, and are not tried\n\n`);
process.stdout.write(report(tried, files, values.verbose));
process.exitCode = survivors(tried).length === 0 ? 0 : 1;
