// Makes dist/cli.js, the bundle that runs. CommonJS, since it starts faster than an ES module of the same size.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

/**
 * For a shell the second line starts Node on this file, for Node it is a string and a comment. V8 looks at the whole heap again and again
 * while a large program grows in it, unless it is told that it will grow: docs/decisions/0011.
 */
const LAUNCHER = `#!/bin/sh
':' //; exec node --initial-old-space-size=1000 "$0" "$@"`;

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
  banner: { js: LAUNCHER },
  define: { NETC_VERSION: JSON.stringify(version) },
  logLevel: "warning",
});
chmodSync("dist/cli.js", 0o755);
