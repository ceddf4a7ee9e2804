// Makes what runs: dist/netc.js, the whole program as one CommonJS function, dist/netc.cache, what V8 makes of it, and dist/cli.js, which
// starts it. CommonJS, since it starts faster than an ES module of the same size.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { packagesIn, thirdParty } from "./licences.mjs";

const EXAMPLE = "golden/30-first-example/main.net";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
mkdirSync("dist", { recursive: true });
writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');
rmSync("dist/netc.cache", { force: true });
const { metafile } = await build({
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
  metafile: true,
});
writeFileSync("dist/THIRD-PARTY.txt", thirdParty(packagesIn(Object.keys(metafile.inputs))));
const { status, stderr } = spawnSync(process.execPath, ["scripts/cache.cjs", EXAMPLE], { encoding: "utf8" });
if (status !== 0) throw new Error(`the program that was built fails: ${stderr}`);

// Last, since it says of both what they have to be.
const digest = (name) =>
  createHash("sha256")
    .update(readFileSync(join("dist", name)))
    .digest("hex");
const start = readFileSync("scripts/start.cjs", "utf8")
  .replace("SHA-256 OF netc.js", digest("netc.js"))
  .replace("SHA-256 OF netc.cache", digest("netc.cache"));
rmSync("dist/cli.js", { force: true });
writeFileSync("dist/cli.js", start);
chmodSync("dist/cli.js", 0o755);
