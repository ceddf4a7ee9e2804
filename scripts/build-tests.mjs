// Bundles the tests: one file for those without root, one for the kernel tests, one each for golden:accept, fuzz,
// what fuzz runs in network namespaces, mutants, and a process of mutants of code.
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const files = readdirSync("test", { recursive: true })
  .map((name) => join("test", name))
  .filter((name) => name.endsWith(".test.ts"))
  .sort();
const isKernel = (name) => name.startsWith(join("test", "kernel"));
const importing = (names) => names.map((name) => `import ${JSON.stringify(`./${name}`)};`).join("\n");
/** All of them, or those that NETC_KERNEL_FILES names: kernel.mjs runs each file in a process of its own. */
const choosing = (names) => `
const files = {${names.map((name) => `${JSON.stringify(basename(name, ".test.ts"))}: () => import(${JSON.stringify(`./${name}`)})`)}};
for (const name of process.env.NETC_KERNEL_FILES?.split(" ") ?? Object.keys(files)) await files[name]();
`;

const common = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  sourcemap: true,
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  define: { NETC_VERSION: '"test"' },
  // Mutants of code are built and parsed when they are tried.
  external: ["esbuild", "@babel/parser"],
  logLevel: "warning",
};
const bundle = (name, contents) =>
  build({ ...common, stdin: { contents, resolveDir: ".", loader: "ts" }, outfile: `dist/test/${name}.mjs` });

await Promise.all([
  bundle("unit", importing(files.filter((name) => !isKernel(name)))),
  bundle("kernel", choosing(files.filter(isKernel))),
  bundle("golden-accept", 'import "./test/golden/accept.ts";'),
  bundle("fuzz", 'import "./test/verify/fuzz/main.ts";'),
  bundle("differential", 'import "./test/verify/differential/worker.ts";'),
  bundle("mutants", 'import "./test/verify/mutants/main.ts";'),
  bundle("code-mutants", 'import "./test/verify/code-mutants/worker.ts";'),
]);
