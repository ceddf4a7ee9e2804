// Runs dist/netc.js on a program and keeps what V8 made of it, functions that ran with it: `cache.cjs PROGRAM`.
"use strict";
const { readFileSync, writeFileSync } = require("node:fs");
const { join, resolve } = require("node:path");
const { Script } = require("node:vm");

const dist = resolve("dist");
const file = join(dist, "netc.js");
const script = new Script(readFileSync(file, "utf8"), { filename: file });
process.argv.splice(2, process.argv.length, "compile", process.argv[2], "--node", "node1", "--verify");
process.on("exit", () => writeFileSync(join(dist, "netc.cache"), script.createCachedData()));
script.runInThisContext()(exports, require, module, join(dist, "cli.js"), dist);
