/** The units and the hook that run a node's scripts: what systemd says of the units, and what the hook starts for which link. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";

const FOLDER = "examples/systemd";
const HOOK = join(FOLDER, "netc-link-up");
const units = readdirSync(FOLDER)
  .filter((name) => name.includes("@"))
  .map((name) => join(FOLDER, name));

function isMissing(t: TestContext, argv: readonly string[], what: string): boolean {
  if (spawnSync(argv[0]!, argv.slice(1)).error === undefined) return false;
  console.error(`NOT CHECKED: ${argv[0]} is not installed, so nobody looked at ${what}`);
  t.skip(`${argv[0]} is not installed`);
  return true;
}

test("systemd has nothing to say of the units", (t) => {
  assert.equal(units.length, 3);
  if (isMissing(t, ["systemd-analyze", "--version"], "the units of examples/systemd")) return;
  const { stdout, stderr, status } = spawnSync("systemd-analyze", ["verify", ...units], { encoding: "utf8" });
  assert.equal(`${stdout}${stderr}`, "");
  assert.equal(status, 0);
});

test("shellcheck has nothing to say of the hook, which may be run as it is", (t) => {
  assert.equal(statSync(HOOK).mode & 0o777, 0o755, "networkd-dispatcher and run-parts ask for this mode");
  if (isMissing(t, ["shellcheck", "--version"], HOOK)) return;
  const { stdout, status } = spawnSync("shellcheck", ["--norc", HOOK], { encoding: "utf8" });
  assert.equal(status, 0, stdout);
});

/** Tells of itself in a file, which is there as soon as it was started. */
const telling = (file: string): string => `#!/bin/sh\necho "\${0##*/} $*" >>${file}\n`;

interface Machine {
  readonly hook: (link: string) => void;
  /** What was started, a line each. */
  readonly started: () => readonly string[];
}

/** A machine with one node, and a `systemctl` that says a state of its unit; null: none at all. */
function machine(t: TestContext, state: string | null, hasRecord: boolean): Machine {
  const folder = mkdtempSync(join(tmpdir(), "netc-hook-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [scripts, records, tools, log] = ["etc", "run", "bin", "log"].map((name) => join(folder, name));
  mkdirSync(join(scripts!, "node1"), { recursive: true });
  mkdirSync(join(records!, ...(hasRecord ? ["node1"] : [])), { recursive: true });
  mkdirSync(tools!);
  writeFileSync(join(scripts!, "node1", "up.sh"), telling(log!));
  if (hasRecord)
    writeFileSync(join(records!, "node1", "made"), "pod pod-a veth-pod-a\ntunnel netc-vxlan\nroute -4 x\n");
  const tool = (name: string, text: string): void => {
    writeFileSync(join(tools!, name), text);
    chmodSync(join(tools!, name), 0o755);
  };
  tool("logger", "#!/bin/sh\nexec cat >/dev/null\n");
  if (state === null) tool("systemctl", "#!/bin/sh\nexit 127\n");
  else tool("systemctl", `#!/bin/sh\nif [ "$1" = is-active ]; then echo ${state}; exit 3; fi\n${telling(log!)}`);
  const text = readFileSync(HOOK, "utf8")
    .replace("\nscripts=/etc/netc\n", `\nscripts=${scripts}\n`)
    .replace("\nrecords=/run/netc\n", `\nrecords=${records}\n`);
  const { PATH } = process.env;
  const started = (): readonly string[] =>
    (existsSync(log!) ? readFileSync(log!, "utf8") : "").split("\n").filter((line) => line !== "");
  return {
    started,
    hook: (link) => {
      const env = { PATH: `${tools}:${PATH}`, IFACE: link };
      const { status, stderr } = spawnSync("sh", ["-s"], { input: text, encoding: "utf8", env });
      assert.equal(status, 0, stderr);
      // What it started goes on by itself.
      for (let tries = 0; tries < 5 && started().length === 0; tries++) spawnSync("sleep", ["0.05"]);
    },
  };
}

const RELOAD = "systemctl --no-block try-reload-or-restart netc@node1.service";

test("the hook has the unit do it where that is up, and leaves one alone that is not", (t) => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ["active", "ens33", [RELOAD]],
    ["reloading", "ens33", [RELOAD]],
    ["activating", "ens33", []],
    ["active", "lo", []],
    ["active", "--all", []],
    ["active", "", []],
    ["active", "veth-pod-a", []],
    ["active", "netc-vxlan", []],
    ["active", "veth-pod-aa", [RELOAD]],
  ];
  for (const [state, link, started] of cases) {
    const { hook, started: now } = machine(t, state, true);
    hook(link);
    assert.deepEqual(now(), started, `${link}, ${state}`);
  }
});

test("the hook runs up.sh itself where there is no unit, and netc was up", (t) => {
  for (const state of [null, "inactive", "unknown"]) {
    for (const hasRecord of [true, false]) {
      const { hook, started } = machine(t, state, hasRecord);
      hook("ens33");
      assert.deepEqual(started(), hasRecord ? ["up.sh "] : [], `${state}, ${hasRecord}`);
    }
  }
});
