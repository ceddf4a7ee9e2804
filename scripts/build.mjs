// Makes dist/cli.js, the bundle that runs. CommonJS, since it starts faster than an ES module of the same size.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const { version } = JSON.parse(readFileSync("package.json", "utf8"));
mkdirSync("dist", { recursive: true });
writeFileSync("dist/package.json", '{ "type": "commonjs" }\n');
await build({
  entryPoints: ["src/cli/main.ts"],
  outfile: "dist/cli.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  legalComments: "none",
  sourcemap: false,
  banner: { js: "#!/usr/bin/env node" },
  define: { NETC_VERSION: JSON.stringify(version) },
  logLevel: "warning",
});
chmodSync("dist/cli.js", 0o755);
