/** `up.sh` reconciles: run again it changes nothing, after anything was broken it finishes, and what is gone from the program goes. */
import assert from "node:assert/strict";
import { ALL_BACKENDS, IPTABLES_LEGACY } from "./backend.ts";
import { A, B, C, NODE1, NODE2, OUTSIDE, oneNode, twoNodes } from "./cast.ts";
import { report } from "./command.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { connections, reaches, refused, tally, unanswered } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

const WEB = "10.96.0.100";
const PROGRAM = twoNodes(
  `service web ${WEB} -> b`,
  "service api 10.96.0.101 { 80 -> b:8080, c; 81 -> none }",
  "hairpin all",
  "masquerade pods",
  "allow a -> node1:80",
  "deny b -> node1",
  "default reject c -> a",
);

async function works(lab: Lab): Promise<void> {
  await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A });
  await reaches(lab, "b", `${WEB}:80`, { at: "b", as: NODE1 });
  await reaches(lab, "node1", `${WEB}:80`, { at: "b", as: NODE1 });
  await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
  await reaches(lab, "a", `${C}:80`, { at: "c", as: A });
  await refused(lab, "c", `${A}:80`);
  await refused(lab, "a", "10.96.0.101:81");
}

/** The jumps from built-in chains into netc's own. */
const jumps = (rules: string): readonly string[] =>
  rules.split("\n").filter((line) => /^-A (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) .*-j NETC/.test(line));

lesson("up.sh again", { topology: TWO_NODES, program: PROGRAM, backends: ALL_BACKENDS }, async (lab, observe) => {
  await works(lab);
  const first = await nodeState(lab, "node1");
  const rules = await lab.rules("node1");
  const counted = await lab.on("node1", "iptables-save", "-c");

  await observe("changes nothing, and does not even touch it", async () => {
    const up = await lab.compileScript("up", "node1", PROGRAM);
    const again = async (): Promise<void> => {
      const finished = await lab.runScript(up, "node1");
      assert.equal(finished.status, 0, report(finished));
    };
    const links = await lab.watch("node1", ["ip", "monitor", "link", "address", "route", "rule"], again);
    assert.equal(links, "", "links, addresses and routes stay as they are");
    if (lab.backend.variant === "nft")
      assert.equal(await lab.watch("node1", ["nft", "monitor"], again), "", "no rule is replaced");
    assertSameState(await nodeState(lab, "node1"), first, "after the second run");
    // A chain that is loaded anew starts to count from zero.
    if (lab.backend.rules === "iptables") assert.equal(await fallenCounters(lab, counted), "");
  });

  await observe("through a pipe, as ssh would feed it, changes nothing either", async () => {
    const up = await lab.compileScript("up", "node1", PROGRAM);
    await lab.on("node1", "sh", "-c", `sh <${up}`);
    assertSameState(await nodeState(lab, "node1"), first, "after a run through a pipe");
  });

  await observe("five times leaves each jump once and the same rules", async () => {
    for (let run = 3; run <= 5; run++) await lab.load(PROGRAM);
    assert.equal(await lab.rules("node1"), rules);
    const found = jumps(rules);
    if (lab.backend.rules === "iptables") assert.ok(found.length > 0, `no jump to a chain of netc's in\n${rules}`);
    assert.equal(new Set(found).size, found.length, found.join("\n"));
    assertSameState(await nodeState(lab, "node1"), first, "after the fifth run");
    await works(lab);
  });

  await observe("loses no connection, with the same rules and with others", async () => {
    const other = `${PROGRAM}deny a -> d\n`;
    const [outcomes] = await Promise.all([
      connections(lab, "a", `${WEB}:80`, 300, 5),
      lab
        .load(PROGRAM)
        .then(() => lab.load(other))
        .then(() => lab.load(PROGRAM)),
    ]);
    assert.deepEqual(tally(outcomes), { b: 300 });
  });

  await observe("repairs what somebody broke", async () => {
    const broken: Readonly<Record<string, readonly string[]>> = {
      "a veth pair": ["ip link del veth-pod-b"],
      "a link that is down": ["ip link set veth-pod-a down"],
      "a pod's route": [`ip route del ${A}`, "ip route del 10.244.2.0/24"],
      "the services route": ["ip route del 10.96.0.0/12"],
      "a pod's address": [`ip -n pod-b address del ${B}/32 dev eth0`],
      "a pod's default route": ["ip -n pod-b route del default"],
      "a pod's lo": ["ip -n pod-b link set lo down"],
      forwarding: ["echo 0 > /proc/sys/net/ipv4/ip_forward"],
      "the node's gateway address": ["ip address del 169.254.10.24/32 dev veth-pod-a"],
      ...brokenRules(lab, rules),
    };
    for (const [what, commands] of Object.entries(broken)) {
      await lab.on("node1", "sh", "-ec", commands.join("\n"));
      await lab.load(PROGRAM);
      assert.equal(await lab.rules("node1"), rules, `${what}: the rules are not what they were`);
      await works(lab).catch((error: Error) => {
        throw new Error(`after a repair of ${what}: ${error.message}`);
      });
    }
  });

  await observe("finishes what was cut short, wherever", async () => {
    const up = await lab.compileScript("up", "node1", PROGRAM);
    const down = await lab.compileScript("down", "node1", PROGRAM);
    for (const killAfterMs of [15, 40, 80, 140, 220, 350]) {
      assert.equal((await lab.runScript(down, "node1")).status, 0);
      await lab.runScript(up, "node1", { killAfterMs });
      const finished = await lab.runScript(up, "node1");
      assert.equal(finished.status, 0, `after a run killed at ${killAfterMs} ms: ${report(finished)}`);
      assert.equal(await lab.rules("node1"), rules, `after a run killed at ${killAfterMs} ms`);
    }
    await works(lab);
  });
});

/** What somebody may do to the rules of the backend. */
const brokenRules = ({ backend }: Lab, rules: string): Readonly<Record<string, readonly string[]>> =>
  backend.rules === "nft"
    ? { "a whole table": ["nft delete table inet netc"] }
    : {
        "the jumps": jumps(rules).flatMap((jump) =>
          ["filter", "nat"].map((table) => `iptables -t ${table} -D ${jump.slice("-A ".length)} 2>/dev/null || :`),
        ),
        "a whole table": ["iptables -t nat -F", "iptables -t nat -X"],
      };

/** The rules of netc's chains whose packet count is lower than it was. */
async function fallenCounters(lab: Lab, before: string): Promise<string> {
  const count = (text: string): ReadonlyMap<string, number> =>
    new Map([...text.matchAll(/^\[(\d+):\d+\] (-A NETC.*)$/gm)].map(([, packets, rule]) => [rule!, Number(packets)]));
  const now = count(await lab.on("node1", "iptables-save", "-c"));
  const was = [...count(before)].filter(([, packets]) => packets > 0);
  assert.ok(was.length > 0, "no rule of netc's had counted a packet");
  return was
    .filter(([rule, packets]) => (now.get(rule) ?? 0) < packets)
    .map(([rule]) => rule)
    .join("\n");
}

lesson("up.sh of a changed program", { topology: TWO_NODES, program: PROGRAM }, async (lab, observe) => {
  await observe("moves the route to a node that has moved", async () => {
    const moved = twoNodes().replace(NODE2, "192.168.100.102");
    await lab.on("node2", "ip", "address", "add", "192.168.100.102/24", "dev", "ens33");
    await lab.load(moved);
    const routes = await lab.on("node1", "ip", "route", "show", "10.244.2.0/24");
    assert.equal(routes.trim().split("\n").length, 1, routes);
    assert.match(routes, /via 192\.168\.100\.102 /);
    await reaches(lab, "a", `${C}:80`, { at: "c", as: A });
  });

  await observe("takes out rules that are gone", async () => {
    await lab.load(twoNodes());
    await unanswered(lab, "a", `${WEB}:81`);
    assert.doesNotMatch(await lab.rules("node1"), /10\.96\.0\.10\d/);
    await unanswered(lab, "a", `${OUTSIDE}:80`);
  });
});

// Only legacy iptables has a lock; on nf_tables the kernel decides.
lesson("scripts wait for whoever holds the lock of iptables", { backends: [IPTABLES_LEGACY] }, async (lab, observe) => {
  const program = oneNode(`service web ${WEB} -> b`);
  const held = async (script: () => Promise<void>): Promise<void> => {
    const started = Date.now();
    const holder = lab.on("node1", "flock", "/run/xtables.lock", "sleep", "2");
    await script();
    assert.ok(Date.now() - started >= 1500, "it did not wait");
    await holder;
  };
  const before = await nodeState(lab, "node1");
  await observe("up.sh", async () => {
    await held(() => lab.load(program));
    await reaches(lab, "a", `${WEB}:80`, { at: "b" });
  });
  await observe("down.sh", async () => {
    await held(() => lab.unload(program));
    assertSameState(await nodeState(lab, "node1"), before, "after down.sh");
  });
});
