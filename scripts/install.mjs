// Installs the packages of the lock file, when node_modules is missing or older than the lock file.
import { existsSync, statSync } from "node:fs";
import { run } from "./run.mjs";

export function installPackages() {
  const mark = "node_modules/.package-lock.json";
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync("package-lock.json").mtimeMs) return;
  run("installing the packages of package-lock.json", ["npm", "ci", "--no-audit", "--no-fund"]);
}
