/** `npm run mutants`: mutants of emitted text, or of the source with `--code`. */
export {};

if (process.argv.includes("--code")) await import("../code-mutants/run.ts");
else await import("./run.ts");
