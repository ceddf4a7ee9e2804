/** `down.sh` puts back what was, whatever `up.sh` has done since. */
import assert from "node:assert/strict";
import { ALL_BACKENDS } from "./backend.ts";
import { A, NODE1, OUTSIDE, twoNodes } from "./cast.ts";
import { report } from "./command.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

const PROGRAM = twoNodes(
  "service web 10.96.0.100 -> b",
  "service api 10.96.0.101 { 80 -> b:8080, c; 81 -> none }",
  "hairpin all",
  "masquerade pods",
  "allow 192.168.8.166 -> node1:80",
  "default deny 192.168.1.10 -> node1",
);

lesson("down.sh leaves nothing", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  const before = { node1: await nodeState(lab, "node1"), node2: await nodeState(lab, "node2") };
  const asBefore = async (when: string): Promise<void> => {
    assertSameState(await nodeState(lab, "node1"), before.node1, `node1, ${when}`);
    assertSameState(await nodeState(lab, "node2"), before.node2, `node2, ${when}`);
  };

  await observe("after traffic, with processes still in the pods", async () => {
    await lab.load(PROGRAM);
    for (const client of ["a", "b", "node1", "c"]) await reaches(lab, client, "10.96.0.100:80", { at: "b" });
    await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
    await lab.unload(PROGRAM);
    await asBefore("after down.sh");
  });

  await observe("after many runs and other rules in between", async () => {
    await lab.load(PROGRAM);
    await lab.load(PROGRAM);
    await lab.load(twoNodes("service web 10.96.0.100 -> a", "deny b -> a"));
    await lab.load(PROGRAM);
    await lab.unload(PROGRAM);
    await asBefore("after many runs");
  });

  await observe("where there is nothing, it succeeds", async () => {
    await lab.unload(PROGRAM);
    await asBefore("after a second down.sh");
  });

  await observe("after a run that was cut short, wherever", async () => {
    const up = await lab.compileScript("up", "node1", PROGRAM);
    const down = await lab.compileScript("down", "node1", PROGRAM);
    for (const killAfterMs of [15, 40, 80, 140, 220, 350]) {
      await lab.runScript(up, "node1", { killAfterMs });
      const finished = await lab.runScript(down, "node1");
      assert.equal(finished.status, 0, `after a run killed at ${killAfterMs} ms: ${report(finished)}`);
      await asBefore(`after a run killed at ${killAfterMs} ms`);
    }
  });
});

lesson("down.sh puts back what up.sh found", { topology: TWO_NODES }, async (lab, observe) => {
  const find = async (...commands: readonly string[]): Promise<void> => {
    await lab.on("node1", "sh", "-ec", commands.join("\n"));
    const before = await nodeState(lab, "node1");
    await lab.load(PROGRAM);
    await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
    await reaches(lab, "a", "10.244.2.10:80", { at: "c", as: A });
    await lab.unload(PROGRAM);
    assertSameState(await nodeState(lab, "node1"), before, commands.join("; "));
  };

  await observe("forwarding that was on", () => find("echo 1 > /proc/sys/net/ipv4/ip_forward"));
  await observe("policies and rules of others", () =>
    find(
      "iptables -P FORWARD DROP",
      "iptables -A INPUT -p tcp --dport 2222 -j DROP",
      "iptables -t nat -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
      "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
    ),
  );
});
