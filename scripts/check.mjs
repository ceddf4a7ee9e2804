// Types, lint, unit, golden and architecture tests: seconds, no root.
import { run } from "./run.mjs";

run("types", ["node_modules/.bin/tsc", "-p", "."]);
run("biome", ["node_modules/.bin/biome", "check", "."]);
run("building dist/cli.js", ["node", "scripts/build.mjs"]);
run("bundling the tests", ["node", "scripts/build-tests.mjs"]);
run("tests without root", ["node", "--enable-source-maps", "--test", "--test-reporter=spec", "dist/test/unit.mjs"]);
