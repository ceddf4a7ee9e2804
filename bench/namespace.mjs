/** Network namespaces without names: each lives as long as a process that ends with the bench, so that none is ever left. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";

/** Whether this process may make namespaces. */
export const canMakeNamespaces = () => process.getuid?.() === 0 && spawnSync("unshare", ["--net", "true"]).status === 0;

/** A command that runs in a namespace of its own, which goes with it. */
export const alone = (command) => ["unshare", "--net", ...command];

/**
 * @typedef {object} Namespace
 * @property {number} pid of the process that holds it
 * @property {(command: readonly string[]) => readonly string[]} inside the command, run in here
 * @property {(script: string, input?: string) => void} run a shell script in here; throws where it fails
 * @property {() => void} close
 */

/** @returns {Promise<Namespace>} */
export const openNamespace = () => open(["--net"], "");

/** With a `/run` of its own, for a node's scripts: their record and their pods' namespaces go with it. @returns {Promise<Namespace>} */
export const openNode = () => open(["--net", "--mount"], "mount --make-rprivate / && mount -t tmpfs tmpfs /run && ");

async function open(kinds, first) {
  const holder = spawn("unshare", [...kinds, "sh", "-c", `${first}echo here; exec cat`], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  const inside = (command) => ["nsenter", `--target=${holder.pid}`, ...kinds, ...command];
  return {
    pid: holder.pid,
    inside,
    run: (script, input = "") => {
      const [program, ...args] = inside(["sh", "-ec", script]);
      const { status, stderr } = spawnSync(program, args, { input, encoding: "utf8" });
      if (status !== 0) throw new Error(`\`${script}\` ended with ${status}: ${stderr}`);
    },
    close: () => holder.stdin.end(),
  };
}
