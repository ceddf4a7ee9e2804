/** A share of a run, in a network namespace that ends with this process: `SEED TEXTS SHARE SHARES [ONLY]`, the tally as JSON. */
import { theReader } from "./judge.ts";
import { runTexts } from "./run.ts";
import { createTexts } from "./texts.ts";

const [seed = 1, texts = 0, share = 0, shares = 1, only] = process.argv.slice(2).map(Number);
const makeText = createTexts(seed);

function* numbers(): Iterable<number> {
  if (only !== undefined) yield only;
  else for (let number = share; number < texts; number += shares) yield number;
}

function* mutants() {
  for (const number of numbers()) yield makeText(number);
}

process.stdout.write(JSON.stringify(runTexts(seed, mutants(), theReader)));
