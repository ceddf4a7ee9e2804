// Runs the kernel tests, two files at a time, each in a process with a /run of its own: records, namespaces' names and iptables' lock
// are then nobody else's. `node scripts/kernel.mjs [FILE...] [--OPTION-OF-NODE...]`, FILE without `.test.ts`. Where no mount namespace
// can be made, all run in one process, one after another.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { basename } from "node:path";

const LANES = 2;
const OWN_RUN = [
  "unshare",
  "--mount",
  "--propagation",
  "private",
  "sh",
  "-c",
  'mount -t tmpfs tmpfs /run && exec "$@"',
  "sh",
];

/** Those that take longest, first, so that no lane waits long for the other. */
const LONG = [
  "doors",
  "killed",
  "adversary",
  "service-options",
  "confirm",
  "dual",
  "record-folder",
  "policy",
  "upgrade",
  "golden",
  "repeat",
];
/** They turn on netfilter's log, a setting of the whole machine: one process has them all. */
const LOGGING = ["table", "adversary"];

const options = process.argv.slice(2).filter((word) => word.startsWith("--"));
const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const names = readdirSync("test/kernel")
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => basename(name, ".test.ts"))
  .filter((name) => chosen.length === 0 || chosen.includes(name));
const rank = (name) => (LONG.includes(name) ? LONG.indexOf(name) : LONG.length);

const command = ["node", "--enable-source-maps", ...options, "--test", "--test-reporter=spec", "dist/test/kernel.mjs"];
const canHaveOwn = spawnSync(OWN_RUN[0], [...OWN_RUN.slice(1), "true"], { stdio: "ignore" }).status === 0;

if (!canHaveOwn) {
  const env = { ...process.env, NETC_KERNEL_FILES: names.join(" ") };
  process.exit(spawnSync(command[0], command.slice(1), { stdio: "inherit", env }).status ?? 1);
}

const logging = names.filter((name) => LOGGING.includes(name));
const others = names.filter((name) => !LOGGING.includes(name)).map((name) => [name]);
const groups = [...others, ...(logging.length === 0 ? [] : [logging])].sort(([a], [b]) => rank(a) - rank(b));

const counts = new Map();
const failed = [];

/** What a run prints comes out when it ends, so that two do not mix. */
function runGroup(group) {
  return new Promise((resolve) => {
    const env = { ...process.env, NETC_KERNEL_FILES: group.join(" ") };
    const child = spawn(OWN_RUN[0], [...OWN_RUN.slice(1), ...command], { stdio: ["ignore", "pipe", "pipe"], env });
    let said = "";
    const hear = (chunk) => {
      said += chunk;
    };
    child.stdout.setEncoding("utf8").on("data", hear);
    child.stderr.setEncoding("utf8").on("data", hear);
    child.once("close", (status) => {
      process.stdout.write(`\n— ${group.join(", ")}\n${said}`);
      for (const [, kind, count] of said.matchAll(/^ℹ (tests|pass|fail|cancelled|skipped|todo) (\d+)$/gm))
        counts.set(kind, (counts.get(kind) ?? 0) + Number(count));
      if (status !== 0) failed.push(...group);
      resolve();
    });
  });
}

const waiting = groups.values();
async function lane() {
  for (const group of waiting) await runGroup(group);
}
await Promise.all(Array.from({ length: LANES }, lane));

console.log(`\n— all kernel tests: ${[...counts].map(([kind, count]) => `${kind} ${count}`).join(", ")}`);
if (failed.length > 0) {
  console.log(`failed: ${failed.join(", ")}`);
  process.exit(1);
}
