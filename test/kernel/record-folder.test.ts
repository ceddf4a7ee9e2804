/** The record's folder: one run at a time, and a clear word where it cannot be kept or read. Nothing is changed then. */
import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { A, oneNode } from "./cast.ts";
import { report } from "./command.ts";
import type { Lab, Script } from "./lab.ts";
import { RECORDS } from "./leftovers.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";

const PROGRAM = oneNode("service web 10.96.0.100 -> b", "masquerade pods");
const OTHER = oneNode("service web 10.96.0.100 -> a", "deny b -> a:81");
const RECORD = `${RECORDS}/node1`;

/** The script must stop with the message, and change nothing. */
async function stops(lab: Lab, script: Script, message: RegExp, around = ""): Promise<void> {
  const before = await nodeState(lab, "node1");
  const file = await lab.compileScript(script, "node1", PROGRAM);
  const said = await lab.on("node1", "unshare", "-m", "sh", "-c", `${around} sh ${file} 2>&1; echo "exit $?"`);
  assert.match(said, message);
  assert.match(said, /exit 2\n$/);
  assertSameState(await nodeState(lab, "node1"), before, `after ${script}.sh`);
}

lesson("runs at once wait for each other", {}, async (lab, observe) => {
  await observe("and all of them end well, in one of their states", async () => {
    const files = await Promise.all(
      [PROGRAM, OTHER, PROGRAM].map((program) => lab.compileScript("up", "node1", program)),
    );
    const finished = await Promise.all(files.map((file) => lab.runScript(file, "node1")));
    for (const each of finished) assert.equal(each.status, 0, report(each));
    const rules = await lab.rules("node1");
    await lab.load(rules.includes("dport 81") ? OTHER : PROGRAM);
    assert.equal(await lab.rules("node1"), rules, "the rules were those of no program");
  });
  await observe("and down.sh among them", async () => {
    const up = await lab.compileScript("up", "node1", PROGRAM);
    const down = await lab.compileScript("down", "node1", PROGRAM);
    for (let round = 0; round < 4; round++) {
      const finished = await Promise.all([up, down, up, down].map((file) => lab.runScript(file, "node1")));
      for (const each of finished) assert.equal(each.status, 0, report(each));
    }
    await lab.load(PROGRAM);
    await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
  });
  await observe("while somebody holds the lock", async () => {
    const started = Date.now();
    const [, finished] = await Promise.all([
      lab.on("node1", "flock", `${RECORD}/lock`, "sleep", "2"),
      new Promise((resolve) => setTimeout(resolve, 300)).then(() => lab.script("up", "node1", PROGRAM)),
    ]);
    assert.equal(finished.status, 0, report(finished));
    assert.ok(Date.now() - started >= 1900, "it did not wait");
  });
});

lesson("a record that cannot be written or understood", {}, async (lab, observe) => {
  await observe("a folder that is read-only", async () => {
    mkdirSync(RECORDS, { recursive: true });
    await stops(lab, "up", /cannot keep the record in \/run\/netc\/node1/, `mount -t tmpfs -o ro tmpfs ${RECORDS};`);
    rmSync(RECORDS, { recursive: true });
  });
  await observe("one that is missing is made, and with it what was lost is told", async () => {
    await lab.load(PROGRAM);
    rmSync(RECORD, { recursive: true });
    const finished = await lab.script("up", "node1", PROGRAM);
    assert.equal(finished.status, 1, report(finished));
    assert.match(
      finished.stderr,
      /"pod a" needs the namespace pod-a, and somebody else's is there, which the record in \/run\/netc\/node1 does not hold: .*; nothing was changed/,
    );
    await lab.on("node1", "sh", "-c", "for pod in a b; do ip link del veth-pod-$pod; ip netns del pod-$pod; done");
    await lab.load(PROGRAM);
    await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
  });
  await observe("one of another version", async () => {
    writeFileSync(`${RECORD}/form`, "1\n");
    for (const script of ["up", "down"] as const) await stops(lab, script, /another version of netc \(form 1, not 3\)/);
    rmSync(`${RECORD}/form`);
    for (const script of ["up", "down"] as const)
      await stops(lab, script, /another version of netc \(form none, not 3\)/);
    writeFileSync(`${RECORD}/form`, "3\n");
    await lab.unload(PROGRAM);
  });
});

const modesOf = (paths: readonly string[]): readonly string[] =>
  paths.map((path) => (statSync(path).mode & 0o777).toString(8));

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

lesson("a record is root's alone", {}, async (lab, observe) => {
  const file = await lab.compileScript("up", "node1", PROGRAM);
  const other = await lab.compileScript("up", "node1", OTHER);

  await observe("whatever the umask is, nobody else can hold its lock or write into it", async () => {
    await lab.on("node1", "sh", "-ec", `umask 000; sh ${file}`);
    assert.deepEqual(modesOf([RECORDS, RECORD, `${RECORD}/confirmed.sh`]), ["700", "700", "600"]);
    const nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups";
    const said = await lab.on(
      "node1",
      "sh",
      "-c",
      `${nobody} flock -n ${RECORD}/lock true 2>&1; echo "$?"; ${nobody} sh -c ': >${RECORD}/x' 2>&1; echo "$?"`,
    );
    assert.equal(said.match(/Permission denied/g)?.length, 2, said);
  });

  await observe("what an earlier run left open is closed", async () => {
    for (const path of [RECORDS, RECORD]) chmodSync(path, 0o777);
    await lab.load(PROGRAM);
    assert.deepEqual(modesOf([RECORDS, RECORD]), ["700", "700"]);
  });

  await observe("a folder of somebody else's, or a link, stops it", async () => {
    chownSync(RECORD, 65534, 65534);
    for (const script of ["up", "down"] as const)
      await stops(lab, script, /\/run\/netc\/node1 is no folder of root's: remove it/);
    chownSync(RECORD, 0, 0);
    renameSync(RECORD, `${RECORD}-elsewhere`);
    symlinkSync(`${RECORD}-elsewhere`, RECORD);
    await stops(lab, "up", /\/run\/netc\/node1 is no folder of root's/);
    unlinkSync(RECORD);
    renameSync(`${RECORD}-elsewhere`, RECORD);
  });

  await observe("a roll-back runs nothing that others may have changed, and is tried until it may", async () => {
    await lab.load(PROGRAM);
    const before = await lab.rules("node1");
    const changed = await lab.runScript(other, "node1", { args: ["--confirm", "1"] });
    assert.equal(changed.status, 0, report(changed));
    const loaded = await lab.rules("node1");
    chmodSync(`${RECORD}/confirmed.sh`, 0o666);
    await pause(4000);
    assert.equal(await lab.rules("node1"), loaded);
    assert.match(readFileSync(`${RECORD}/pending.log`, "utf8"), /confirmed\.sh can be changed by others than root/);
    chmodSync(`${RECORD}/confirmed.sh`, 0o600);
    for (let tries = 0; existsSync(`${RECORD}/pending`); tries += 1) {
      assert.ok(tries < 300, "the change still waits");
      await pause(100);
    }
    assert.equal(await lab.rules("node1"), before);
    await lab.unload(PROGRAM);
  });
});
