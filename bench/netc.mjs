/** The program that is measured, as it is run. */
import { spawnSync } from "node:child_process";

const NETC = "dist/cli.js";

/** @param {string} file @param {readonly string[]} options */
export const compileCommand = (file, ...options) => [NETC, "compile", file, ...options];

/** @param {string} file @param {readonly string[]} options */
export const verifyCommand = (file, ...options) => [NETC, "verify", file, ...options];

/** What a compile prints. */
export function compiled(file, ...options) {
  const [program, ...args] = compileCommand(file, ...options);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`netc compile ended with ${status}: ${stderr}`);
  return stdout;
}
