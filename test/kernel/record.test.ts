/** What `up.sh` remembers: what it made, to take it away when the program no longer states it, and what it found, to leave it alone or put it back. */
import assert from "node:assert/strict";
import { A, B, C, NODE1, oneNode, twoNodes } from "./cast.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

const links = (lab: Lab): Promise<string> => lab.on("node1", "sh", "-c", "ls /proc/sys/net/ipv4/conf");

lesson("a pod that is gone from the program goes, and the others stay", { topology: TWO_NODES }, async (lab) => {
  await lab.load(twoNodes("service web 10.96.0.100 -> b"));
  assert.ok(lab.pods().includes("pod-b"));
  await lab.load(twoNodes("service web 10.96.0.100 -> a").replace(/^pod b .*\n/m, ""));
  await reaches(lab, "node1", "10.96.0.100:80", { at: "a", as: NODE1 });
  await reaches(lab, "c", `${A}:80`, { at: "a", as: C });
  assert.ok(!lab.pods().includes("pod-b"), "the namespace pod-b is still there");
  assert.doesNotMatch(await links(lab), /veth-pod-b/);
  assert.equal(await lab.on("node1", "ip", "route", "show", B), "");
});

lesson("a route that is gone from the program goes", { topology: TWO_NODES }, async (lab) => {
  await lab.load(twoNodes());
  assert.match(await lab.on("node1", "ip", "route", "show", "10.244.2.0/24"), /via 192\.168\.100\.101/);
  await lab.load(oneNode("node node2 192.168.100.101 dev ens33"));
  assert.equal(await lab.on("node1", "ip", "route", "show", "10.244.2.0/24"), "");
});

lesson("down.sh works from the record, not from its own program", { topology: TWO_NODES }, async (lab, observe) => {
  const before = await nodeState(lab, "node1");
  await observe("of a program that has changed since", async () => {
    await lab.load(twoNodes("pod e 10.244.1.12 on node1", "service web 10.96.0.100 -> e"));
    for (const node of ["node1", "node2"]) {
      const down = await lab.script("down", node, twoNodes());
      assert.equal(down.status, 0, down.stderr);
    }
    assertSameState(await nodeState(lab, "node1"), before, "after another program's down.sh");
  });
});

lesson("routes that up.sh replaced come back", { topology: TWO_NODES }, async (lab) => {
  await lab.on("node1", "ip", "route", "add", "10.244.2.0/24", "via", "192.168.100.200", "dev", "ens33");
  await lab.on("node1", "ip", "route", "add", "10.96.0.0/12", "via", "192.168.100.1", "dev", "ens33");
  const before = await nodeState(lab, "node1");
  const program = twoNodes("service web 10.96.0.100 -> b");
  await lab.load(program);
  await reaches(lab, "a", `${C}:80`, { at: "c", as: A });
  await lab.unload(program);
  assertSameState(await nodeState(lab, "node1"), before, "after down.sh");
});

/** `up.sh` must stop with the message, and leave the node as it was once `down.sh` has run. */
async function stopsAt(lab: Lab, program: string, message: RegExp): Promise<void> {
  const before = await nodeState(lab, "node1");
  const finished = await lab.script("up", "node1", program);
  assert.notEqual(finished.status, 0, "it did not stop");
  assert.match(finished.stderr, message);
  const down = await lab.script("down", "node1", program);
  assert.equal(down.status, 0, down.stderr);
  assertSameState(await nodeState(lab, "node1"), before, "after down.sh");
}

lesson("up.sh stops at a namespace of a pod's name that it did not make", {}, async (lab) => {
  lab.expectPods(["a", "b"]);
  await lab.on("node1", "ip", "netns", "add", "pod-b");
  await lab.on("node1", "sh", "-c", "ip -n pod-b link set lo up");
  await stopsAt(lab, oneNode(), /pod-b/);
});

lesson("up.sh stops at a link of a pod's name that it did not make", {}, async (lab) => {
  await lab.on("node1", "ip", "link", "add", "veth-pod-a", "type", "bridge");
  await stopsAt(lab, oneNode(), /veth-pod-a/);
});
