/** The mutants of a seed, tried. */
import { createBundler } from "./bundle.ts";
import { createCoverage } from "./coverage.ts";
import { mutatedFiles, type SourceFile } from "./files.ts";
import type { Mutation } from "./mutation.ts";
import { mutationsOf } from "./mutations.ts";
import { type Tried, triedAll } from "./pool.ts";
import { selected, type Wanted } from "./select.ts";
import type { Depth } from "./verdict.ts";

export interface Campaign {
  readonly files: readonly SourceFile[];
  readonly tried: readonly Tried[];
  /** How many mutants there are in code that golden programs run, and how many more in code that none runs. */
  readonly possible: number;
  readonly notRun: number;
}

/** Which files, by a part of their paths; `further` mutations are tried behind those that are selected. */
export interface Asked extends Wanted {
  readonly only: string;
  readonly depth: Depth;
  readonly further?: (files: readonly SourceFile[]) => readonly Mutation[];
}

export async function campaign(asked: Asked, told?: (many: number, of: number) => void): Promise<Campaign> {
  const files = await mutatedFiles();
  const bundler = await createBundler();
  const titlesOf = await createCoverage(files, bundler);
  await bundler.end();
  const all = files
    .filter(({ path }) => path.includes(asked.only))
    .map(({ path, text }) => mutationsOf(path, text).map((mutation) => ({ mutation, titles: titlesOf(mutation) })));
  const run = all.map((ofFile) => ofFile.filter(({ titles }) => titles.length > 0));
  const titles = new Map(run.flat().map((each) => [each.mutation, each.titles]));
  const mutations = [
    ...selected(
      run.map((ofFile) => ofFile.map(({ mutation }) => mutation)),
      asked,
    ),
    ...(asked.further?.(files) ?? []),
  ];
  const { depth } = asked;
  const jobs = mutations.map((mutation) => ({ mutation, titles: titles.get(mutation) ?? titlesOf(mutation), depth }));
  const tried = await triedAll(jobs, (_, many) => told?.(many, jobs.length));
  return { files, tried, possible: titles.size, notRun: all.flat().length - titles.size };
}
