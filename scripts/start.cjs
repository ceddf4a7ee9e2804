#!/usr/bin/env node
// Starts the program in netc.js with what V8 had made of it when it was built (scripts/build.mjs): a quarter of a short run's time. Another
// V8 than that one refuses it and compiles the text, as it does where netc.cache is missing.
"use strict";
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { Script } = require("node:vm");

const file = join(__dirname, "netc.js");

function madeBefore() {
  try {
    return readFileSync(join(__dirname, "netc.cache"));
  } catch {
    return undefined;
  }
}

const script = new Script(readFileSync(file, "utf8"), { filename: file, cachedData: madeBefore() });
script.runInThisContext()(exports, require, module, __filename, __dirname);
