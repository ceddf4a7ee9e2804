/** `up.sh --confirm`: a change that nobody keeps comes back, whatever became of who made it. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { ALL_BACKENDS } from "./backend.ts";
import { A, NODE1, oneNode } from "./cast.ts";
import { type Finished, report } from "./command.ts";
import type { Lab } from "./lab.ts";
import { RECORDS } from "./leftovers.ts";
import { lesson } from "./lesson.ts";
import { reaches, silent } from "./probe.ts";
import { assertSameState, type NodeState, nodeState } from "./state.ts";

const BEFORE = oneNode("service web 10.96.0.100 -> b", "masquerade pods");
/** Shuts out whoever made it, takes a pod away and brings another. */
const AFTER = BEFORE.replace(/^pod b .*\n/m, "pod c 10.244.1.12 on node1\n")
  .replace("-> b", "-> c")
  .concat("default deny any -> node1\n");
const SSH = `${NODE1}:22`;

const RECORD = `${RECORDS}/node1`;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Until nothing waits any more: far longer than it takes. */
async function nothingWaits(): Promise<void> {
  for (let tries = 0; existsSync(`${RECORD}/pending`); tries++) {
    assert.ok(tries < 300, "the change still waits");
    await pause(100);
  }
}

const ended = async (lab: Lab, file: string, ...args: readonly string[]): Promise<Finished> =>
  lab.runScript(file, "node1", { args });

async function succeeds(lab: Lab, file: string, ...args: readonly string[]): Promise<void> {
  const finished = await ended(lab, file, ...args);
  assert.equal(finished.status, 0, report(finished));
}

async function stops(
  lab: Lab,
  status: number,
  message: RegExp,
  file: string,
  ...args: readonly string[]
): Promise<void> {
  const finished = await ended(lab, file, ...args);
  assert.equal(finished.status, status, report(finished));
  assert.match(finished.stderr, message);
}

/** Namespaces and links that were made again have other numbers and hardware addresses. */
const withoutNumbers = (state: NodeState): NodeState =>
  Object.fromEntries(
    Object.entries(state).map(([view, lines]) => [
      view,
      view === "sysctls"
        ? []
        : lines
            .map((line) =>
              line
                .replace(/^\d+: /, "")
                .replace(/@if\d+|link-netns \S+|link-netnsid \d+/g, "")
                .replace(/([\da-f]{2}:){5}[\da-f]{2}/g, "MAC")
                .replace(/fe80::[\da-f:]+/g, (address) => (address === "fe80::1" ? address : "fe80::EUI")),
            )
            .toSorted(),
    ]),
  );

lesson("a change that nobody keeps", { backends: ALL_BACKENDS }, async (lab, observe) => {
  const up = await lab.compileScript("up", "node1", BEFORE);
  const change = await lab.compileScript("up", "node1", AFTER);
  const down = await lab.compileScript("down", "node1", BEFORE);
  const untouched = await nodeState(lab, "node1");

  await observe("is taken down where there was nothing before", async () => {
    await succeeds(lab, change, "--confirm", "1");
    assert.ok(existsSync(RECORD));
    for (let tries = 0; existsSync(RECORD); tries++) {
      assert.ok(tries < 300, "the record is still there");
      await pause(100);
    }
    assertSameState(await nodeState(lab, "node1"), untouched, "after it was put back");
    await stops(lab, 1, /nothing waits to be kept/, change, "--keep");
  });

  await lab.load(BEFORE);
  const before = withoutNumbers(await nodeState(lab, "node1"));

  await observe("comes back, though it cuts off who made it", async () => {
    await reaches(lab, "lan", SSH, { at: "node1" });
    await succeeds(lab, change, "--confirm", "3");
    await silent(lab, "lan", SSH);
    await nothingWaits();
    await reaches(lab, "lan", SSH, { at: "node1" });
    await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
    assertSameState(withoutNumbers(await nodeState(lab, "node1")), before, "after it was put back");
    await stops(lab, 1, /nothing waits to be kept: the change was put back/, change, "--keep");
  });

  await observe("comes back at once where its script was killed, wherever", async () => {
    for (const killAfterMs of [60, 120, 200, 300, 420]) {
      await lab.runScript(change, "node1", { args: ["--confirm", "99999"], killAfterMs });
      if (existsSync(`${RECORD}/pending.loaded`)) {
        await succeeds(lab, change, "--keep");
        await succeeds(lab, up);
      }
      await nothingWaits();
      await reaches(lab, "lan", SSH, { at: "node1" });
      assertSameState(withoutNumbers(await nodeState(lab, "node1")), before, `after a kill at ${killAfterMs} ms`);
    }
  });

  await observe("lets no other run in, and neither does one that cannot be put back", async () => {
    await succeeds(lab, change, "--confirm", "99999");
    await stops(lab, 1, /a change waits to be kept/, up);
    await stops(lab, 1, /a change waits to be kept/, up, "--check");
    await stops(lab, 0, /a change waits to be kept/, change, "--check");
    await stops(lab, 1, /a change waits to be kept/, up, "--confirm", "5");
    await succeeds(lab, change, "--keep");
    await silent(lab, "lan", SSH);
    await lab.on("node1", "sh", "-c", `cat ${up} | sh`);
    await stops(lab, 2, /came through a pipe/, change, "--confirm", "5");
    await succeeds(lab, up);
  });

  await observe("stays once it is kept, and a later one comes back to it", async () => {
    await succeeds(lab, change, "--confirm", "2");
    await succeeds(lab, change, "--keep");
    await pause(3000);
    await silent(lab, "lan", SSH);
    await succeeds(lab, up, "--confirm", "1");
    await reaches(lab, "lan", SSH, { at: "node1" });
    await nothingWaits();
    await silent(lab, "lan", SSH);
  });

  await observe("is nothing once all is taken down", async () => {
    await succeeds(lab, up, "--confirm", "2");
    await succeeds(lab, down);
    assertSameState(await nodeState(lab, "node1"), untouched, "after down.sh");
    await pause(3000);
    assertSameState(await nodeState(lab, "node1"), untouched, "after the time that was given");
  });
});

lesson("what up.sh and down.sh do not know", {}, async (lab) => {
  const up = await lab.compileScript("up", "node1", BEFORE);
  const down = await lab.compileScript("down", "node1", BEFORE);
  const before = await nodeState(lab, "node1");
  for (const args of [
    ["--kep"],
    ["--confirm"],
    ["--confirm", "0"],
    ["--confirm", "5s"],
    ["--keep", "--confirm", "5"],
    ["--check", "--flush"],
  ])
    await stops(lab, 2, /sh up\.sh \[-v\] \[--confirm SECONDS/, up, ...args);
  await stops(lab, 2, /what may come back must not end connections/, up, "--confirm", "5", "--flush");
  await stops(lab, 2, /does not know --force/, down, "--force");
  assertSameState(await nodeState(lab, "node1"), before, "after what it does not know");
});
