/** A share of a run, in a network namespace that ends with this process: `SEED TEXTS SHARE SHARES READER [ONLY]`, the tally as JSON. */
import { READERS, type ReaderName } from "./planted.ts";
import { MOST_TRIES, runTexts } from "./run.ts";
import { createTexts, type Mutant } from "./texts.ts";

const [seed = "1", texts = "0", share = "0", shares = "1", reader = "real", only] = process.argv.slice(2);
const makeText = createTexts(Number(seed));

function* mutants(): Iterable<Mutant> {
  if (only !== undefined) yield makeText(Number(only));
  else for (let number = Number(share); number < Number(texts); number += Number(shares)) yield makeText(number);
}

const name = reader as ReaderName;
const run = { seed: Number(seed), read: READERS[name], tries: name === "real" ? MOST_TRIES : 0 };
process.stdout.write(JSON.stringify(runTexts(run, mutants())));
