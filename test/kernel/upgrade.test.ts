/** A node that runs the scripts of 0.2.0 is taken over: nothing of what is under way is lost, and then it is as if it had never run them. */
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ALL_BACKENDS, type Backend, IPTABLES_NFT, NFT } from "./backend.ts";
import { type Finished, report } from "./command.ts";
import { door, FAMILIES } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson, type Observe } from "./lesson.ts";
import {
  connections,
  hold,
  holdFlow,
  reaches,
  refused,
  retransmitted,
  silent,
  talks,
  talksTo,
  tally,
} from "./probe.ts";
import { assertSameState, type NodeState, nodeState, withoutChance } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

const OLD = "test/kernel/upgrade/0.2.0";
const PROGRAM = readFileSync(join(OLD, "program.net"), "utf8");
const WEB = "10.96.0.1";
const PODS = ["a", "b"];

const oldUp = ({ rules }: Backend): string => join(OLD, `up-${rules}.sh`);

/** 200 a second. */
const EVERY_MS = 5;
const COUNT = 800;

async function succeeds(what: string, run: Promise<Finished>): Promise<Finished> {
  const finished = await run;
  assert.equal(finished.status, 0, `${what}: ${report(finished)}`);
  return finished;
}
const runOld = (lab: Lab, backend: Backend): Promise<Finished> =>
  succeeds("up.sh of 0.2.0", lab.runScript(oldUp(backend), "node1", { toolsOf: backend }));
const up = (lab: Lab): Promise<Finished> => succeeds("up.sh", lab.script("up", "node1", PROGRAM));
const down = (lab: Lab): Promise<Finished> => succeeds("down.sh", lab.script("down", "node1", PROGRAM));
const node1State = (lab: Lab): Promise<NodeState> =>
  nodeState(
    lab,
    "node1",
    lab.pods().filter((namespace) => PODS.some((pod) => lab.at(pod) === namespace)),
  );
/** Which clients have a backend is the packets' doing. */
const REMEMBERED = /^elements = \{ .* timeout 1h \}$/;
async function stateOf(lab: Lab): Promise<NodeState> {
  const state = withoutChance(await node1State(lab));
  return Object.fromEntries(
    Object.entries(state).map(([view, lines]) => [view, lines.filter((line) => !REMEMBERED.test(line))]),
  );
}

const podIdentity = async (lab: Lab): Promise<readonly (string | number)[]> => {
  const links = PODS.map((pod) => `ip -o link show dev veth-pod-${pod} | cut -d: -f1`);
  return [
    await lab.on("node1", "sh", "-ec", links.join("\n")),
    ...PODS.map((pod) => statSync(`/run/netns/${lab.at(pod)}`).ino),
  ];
};

/** A busy machine is slow; what a packet is lost of is told by what TCP sends again, and by a datagram without an answer. */
const PATIENCE_MS = 10_000;

/** 800 of each are begun while the body runs, and 800 more as long as it does: none is lost. */
async function underWay(lab: Lab, body: () => Promise<void>): Promise<void> {
  const before = await retransmitted(lab, "a");
  let runs = true;
  const ended = body().finally(() => {
    runs = false;
  });
  try {
    do {
      const asked = [`${WEB}:80`, `${WEB}:53/udp`].map((target) =>
        connections(lab, "a", target, COUNT, EVERY_MS, { wait: PATIENCE_MS }),
      );
      const [tcp, udp] = await Promise.all(asked);
      assert.deepEqual({ tcp: tally(tcp!), udp: tally(udp!) }, { tcp: { b: COUNT }, udp: { b: COUNT } });
    } while (runs);
  } finally {
    await ended;
  }
  assert.equal(await retransmitted(lab, "a"), before, "TCP had to send again");
}

/** What the program says of both families, a packet each. */
async function works(lab: Lab): Promise<void> {
  for (const { vip, pods, node1 } of FAMILIES) {
    await reaches(lab, "a", door(vip(1), 80), { at: "b", as: pods.a });
    await reaches(lab, "b", door(vip(1), 80), { at: "b", as: node1 });
    await reaches(lab, "node1", door(vip(1), 80), { at: "b", as: node1 });
    await reaches(lab, "lan", door(node1, 30080), { at: "b" });
    await reaches(lab, "a", pods.c, { at: "c" });
    await silent(lab, "a", door(pods.d, 80));
    await refused(lab, "a", door(vip(2), 81));
    await refused(lab, "d", door(pods.a, 443));
  }
}

lesson("a node of 0.2.0 is taken over", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  lab.expectPods([...PODS, "c", "d"]);
  const before = await node1State(lab);
  await up(lab);
  const fresh = await stateOf(lab);
  await down(lab);
  assertSameState(await node1State(lab), before, "down.sh");
  await succeeds("up.sh of node2", lab.script("up", "node2", PROGRAM));

  await runOld(lab, lab.backend);
  await Promise.all([...PODS, "c", "d"].map(lab.agent));
  const pods = await podIdentity(lab);
  await hold(lab, "a", `${WEB}:443`, "kept");
  await holdFlow(lab, "a", `${WEB}:80/udp`, "flow");
  await talksTo(lab, "a", "flow", "b");

  await observe("no connection is lost while it is", async () => {
    const script = await lab.compileScript("up", "node1", PROGRAM);
    await underWay(lab, async () => void (await succeeds("up.sh", lab.runScript(script, "node1"))));
    await talks(lab, "a", "kept");
    await talksTo(lab, "a", "flow", "b");
  });
  await observe("it is then as if 0.2.0 had never been there, and its pods were not touched", async () => {
    assertSameState(await stateOf(lab), fresh, "not as on a fresh node");
    assert.deepEqual(await podIdentity(lab), pods);
    await works(lab);
  });
  await observe("no connection is lost while up.sh runs ten times more", async () => {
    const script = await lab.compileScript("up", "node1", PROGRAM);
    await underWay(lab, async () => {
      for (let run = 0; run < 10; run++) await succeeds("up.sh again", lab.runScript(script, "node1"));
    });
    await talks(lab, "a", "kept");
    assertSameState(await stateOf(lab), fresh, "after ten runs");
  });
  await observe("the scripts of 0.2.0 leave it alone, and say why", async () => {
    for (const script of [oldUp(lab.backend), join(OLD, "down.sh")]) {
      const finished = await lab.runScript(script, "node1");
      assert.equal(finished.status, 2, report(finished));
      assert.match(finished.stderr, /made by another version of netc .*\n?.*nothing was changed/);
    }
    assertSameState(await stateOf(lab), fresh, "after the scripts of 0.2.0");
  });
  await observe("down.sh puts back what was before 0.2.0", async () => {
    await down(lab);
    assertSameState(await node1State(lab), before, "after down.sh");
  });
  await observe("down.sh takes down what 0.2.0 made", async () => {
    await runOld(lab, lab.backend);
    await down(lab);
    assertSameState(await node1State(lab), before, "after down.sh");
  });
  if (lab.backend === IPTABLES_NFT) await others(lab, observe, before, fresh);
});

/** What is the same with any rules, or costs too much to be seen with all. */
async function others(lab: Lab, observe: Observe, before: NodeState, fresh: NodeState): Promise<void> {
  await observe("from the rules of nft too", async () => {
    await runOld(lab, NFT);
    await up(lab);
    assertSameState(await stateOf(lab), fresh, "not as on a fresh node");
    await down(lab);
    assertSameState(await node1State(lab), before, "after down.sh");
  });
  await observe("a take-over that is not kept goes back to the up.sh of 0.2.0", async () => {
    await runOld(lab, lab.backend);
    const old = await stateOf(lab);
    const pods = await podIdentity(lab);
    const script = await lab.compileScript("up", "node1", PROGRAM);
    await succeeds("up.sh --confirm 1", lab.runScript(script, "node1", { args: ["--confirm", "1"] }));
    await lab.on("node1", "sh", "-c", "timeout 20 sh -c 'while [ -e /run/netc/node1/pending ]; do sleep 0.1; done'");
    assertSameState(withoutMarks(await stateOf(lab)), withoutMarks(old), "not as before");
    assert.deepEqual(await podIdentity(lab), pods);
    await succeeds("down.sh of 0.2.0", lab.runScript(join(OLD, "down.sh"), "node1"));
    assertSameState(await node1State(lab), before, "after down.sh of 0.2.0");
  });
}

/** A veth keeps its group, and goes on to believe nobody: 0.2.0 asks for neither. */
function withoutMarks(state: NodeState): NodeState {
  const plain = (line: string): string => line.replace(/ group \S+/, "");
  const marks = /\/conf\/veth-pod-[^/]*\/accept_(ra|redirects):/;
  return Object.fromEntries(
    Object.entries(state).map(([view, lines]) => [view, lines.filter((line) => !marks.test(line)).map(plain)]),
  );
}
