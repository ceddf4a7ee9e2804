// Makes what runs: dist/netc.js, the whole program as one CommonJS function, dist/netc.cache, what V8 makes of it, and dist/cli.js, which
// starts it. CommonJS, since it starts faster than an ES module of the same size.
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const EXAMPLE = "golden/30-first-example/main.net";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
mkdirSync("dist", { recursive: true });
writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');
// V8 tells texts apart by their length alone.
rmSync("dist/netc.cache", { force: true });
await build({
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/netc.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  legalComments: "none",
  sourcemap: false,
  banner: { js: "(function (exports, require, module, __filename, __dirname) {" },
  footer: { js: "})" },
  // A script that is not a module of Node's own has no import().
  supported: { "dynamic-import": false },
  define: { NETC_VERSION: JSON.stringify(version) },
  logLevel: "warning",
});
copyFileSync("scripts/start.cjs", "dist/cli.js");
chmodSync("dist/cli.js", 0o755);
const { status, stderr } = spawnSync(process.execPath, ["scripts/cache.cjs", EXAMPLE], { encoding: "utf8" });
if (status !== 0) throw new Error(`the program that was built fails: ${stderr}`);
