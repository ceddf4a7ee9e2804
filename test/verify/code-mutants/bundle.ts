/** The mutated program, made anew for each mutant: what a module computes when it is loaded is computed again, and nothing is remembered. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Script } from "node:vm";
import { type BuildContext, context } from "esbuild";
import type * as subject from "./subject.ts";

export type Subject = typeof subject;

/** Does not end in its time. */
export class Endless extends Error {}

interface Room {
  run: (() => unknown) | null;
  answer: unknown;
}
const room: Room = { run: null, answer: null };
(globalThis as Record<string, unknown>).netcMutant = room;
const START = new Script("netcMutant.answer = netcMutant.run()");

/** What `run` answers; throws where it does not end within so many milliseconds. */
export function within<T>(limit: number, run: () => T): T {
  room.run = run;
  try {
    START.runInThisContext({ timeout: limit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_TIMEOUT") throw new Endless();
    throw error;
  }
  return room.answer as T;
}

export interface Bundler {
  /** The program with other texts of some files, by path. */
  readonly bundle: (texts: ReadonlyMap<string, string>) => Promise<string>;
  readonly end: () => Promise<void>;
}

export async function createBundler(): Promise<Bundler> {
  let replaced: ReadonlyMap<string, string> = new Map();
  const known = new Map<string, string>();
  const built: BuildContext = await context({
    entryPoints: ["test/verify/code-mutants/subject.ts"],
    bundle: true,
    write: false,
    format: "cjs",
    platform: "node",
    target: "node20",
    banner: { js: '"use strict";' },
    logLevel: "silent",
    plugins: [
      {
        name: "mutated",
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const text = known.get(path) ?? readFileSync(path, "utf8");
            known.set(path, text);
            return { contents: replaced.get(path) ?? text, loader: "ts" };
          });
        },
      },
    ],
  });
  return {
    async bundle(texts) {
      replaced = new Map([...texts].map(([path, text]) => [resolve(path), text]));
      const { outputFiles } = await built.rebuild();
      return outputFiles![0]!.text;
    },
    end: () => built.dispose(),
  };
}

/** Runs what the bundle runs when it is loaded. */
export function loaded(bundle: string): Subject {
  const script = new Script(`(function (module, exports, require) {${bundle}\n})`);
  const module = { exports: {} };
  (script.runInThisContext() as (of: object, exports: object) => void)(module, module.exports);
  return module.exports as Subject;
}
