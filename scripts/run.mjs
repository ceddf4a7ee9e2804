// Runs one command of the project's own scripts, its output passed on; ends the script when it fails.
import { spawnSync } from "node:child_process";

/** @param {string} title @param {readonly string[]} command @param {Record<string, string>} [env] */
export function run(title, command, env = {}) {
  process.stderr.write(`\n— ${title}\n`);
  const { status, error } = spawnSync(command[0], command.slice(1), {
    stdio: "inherit",
    env: { ...process.env, ...env },
  });
  if (status !== 0) {
    process.stderr.write(`${title}: failed${error ? ` (${error.message})` : ""}\n`);
    process.exit(status ?? 1);
  }
}
