/** `up.sh --flush` ends the connections that its rules would not let begin, and those to a backend that is gone; no others. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { ALL_BACKENDS, IPTABLES_NFT } from "./backend.ts";
import { A, B, NODE1, OUTSIDE, oneNode } from "./cast.ts";
import { report } from "./command.ts";
import { door, dualStack, IPV6, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { cut, draws, ends, hearsNothing, hold, holdFlow, reaches, refused, silent, talks, talksTo } from "./probe.ts";
import { LAN_HOST, TWO_NODES } from "./topology.ts";

const E = "10.244.1.14";
const PODS = ["pod c 10.244.1.12 on node1", "pod d 10.244.1.13 on node1", `pod e ${E} on node1`];
const SAME = [...PODS, "service web 10.96.0.100 { 80 -> b, c }", "masquerade pods"];

const BEFORE = oneNode(
  ...SAME,
  "service dns 10.96.0.53 { 53/udp -> b }",
  "service old 10.96.0.54 { 53/udp -> b; 80 -> b }",
  "service slow 10.96.0.101 { 80 -> d }",
);

const AFTER = oneNode(
  ...SAME,
  "service dns 10.96.0.53 { 53/udp -> c }",
  "service slow 10.96.0.101 { 80 -> d weight 0, c }",
  "deny a -> e",
  `reject ${LAN_HOST} -> node1:22`,
  "reject node1 -> e:81",
);

async function flush(lab: Lab, program: string): Promise<void> {
  for (const { name } of lab.topology.nodes) {
    const finished = await lab.runScript(await lab.compileScript("up", name, program), name, { args: ["--flush"] });
    assert.equal(finished.status, 0, report(finished));
    assert.equal(finished.stderr, "");
  }
}

lesson("up.sh --flush", { program: BEFORE, backends: ALL_BACKENDS }, async (lab, observe) => {
  const foreign = ["-d", NODE1, "-p", "tcp", "--dport", "8443", "-j", "DNAT", "--to-destination", "10.244.1.13:443"];
  await lab.on("node1", "iptables", "-t", "nat", "-A", "PREROUTING", ...foreign);

  const webs = Array.from({ length: 6 }, (_, at) => `web-${at}`);
  for (const key of webs) await hold(lab, "a", "10.96.0.100:80", key);
  await holdFlow(lab, "a", "10.96.0.53:53", "dns");
  await holdFlow(lab, "a", "10.96.0.54:53", "old-flow");
  await hold(lab, "a", "10.96.0.54:80", "old");
  await hold(lab, "a", "10.96.0.101:80", "slow");
  await hold(lab, "a", `${E}:80`, "denied");
  await hold(lab, "a", `${B}:80`, "to-b");
  await hold(lab, "b", `${E}:80`, "to-e");
  await hold(lab, "a", `${OUTSIDE}:80`, "outside");
  await hold(lab, "lan", `${NODE1}:22`, "ssh");
  await hold(lab, "lan", `${NODE1}:80`, "to-node");
  await hold(lab, "lan", `${NODE1}:8443`, "foreign");
  await hold(lab, "node1", `${E}:81`, "from-node");
  await hold(lab, "node1", `${E}:80`, "from-node-allowed");
  const stay: readonly (readonly [string, string])[] = [
    ...webs.map((key) => ["a", key] as const),
    ["a", "slow"],
    ["a", "to-b"],
    ["b", "to-e"],
    ["a", "outside"],
    ["lan", "to-node"],
    ["lan", "foreign"],
    ["node1", "from-node-allowed"],
  ];
  const go: readonly (readonly [string, string])[] = [
    ["a", "old"],
    ["a", "denied"],
    ["lan", "ssh"],
    ["node1", "from-node"],
  ];

  await observe("without it, new rules end nothing", async () => {
    await talksTo(lab, "a", "dns", "b");
    await talksTo(lab, "a", "old-flow", "b");
    await lab.load(AFTER);
    for (const [client, key] of [...stay, ...go]) await talks(lab, client, key);
    await talksTo(lab, "a", "dns", "b");
    await talksTo(lab, "a", "old-flow", "b");
    await silent(lab, "a", `${E}:80`);
    await refused(lab, "a", "10.96.0.54:80");
  });

  await observe(
    "with it, a flow moves to the backend that is left, and one to a service that is gone ends",
    async () => {
      await flush(lab, AFTER);
      await talksTo(lab, "a", "dns", "c");
      await hearsNothing(lab, "a", "old-flow");
    },
  );
  await observe("what the rules refuse ends at once, and both sides know it", async () => {
    for (const [client, key] of go) await ends(lab, client, key);
    const left = await lab.on("node1", "ss", "-N", "pod-e", "-H", "-n", "-t", "state", "established", "dst", A);
    assert.equal(left, "");
  });
  await observe("all others go on, the ones to a drained backend too", async () => {
    for (const [client, key] of stay) await talks(lab, client, key);
    await draws(lab, "a", "10.96.0.101:80", ["c"], 20);
  });
  await observe("again it ends nothing", async () => {
    await flush(lab, AFTER);
    for (const [client, key] of stay) await talks(lab, client, key);
    await talksTo(lab, "a", "dns", "c");
  });
});

/** No range is declared: only the record knows whose the address was. */
const plain = (program: string): string => program.replace("; services 10.96.0.0/12", "");

lesson("a door of an earlier program is remembered until a flush", {}, async (lab) => {
  await lab.load(plain(oneNode("service old 10.96.0.54 { 53/udp -> b; 54/udp -> b:53 }")));
  await holdFlow(lab, "a", "10.96.0.54:53", "old");
  await holdFlow(lab, "a", "10.96.0.54:54", "kept");
  await talksTo(lab, "a", "old", "b");
  const next = plain(oneNode("service old 10.96.0.54 { 54/udp -> b:53 }"));
  await lab.load(next);
  await lab.load(next);
  await talksTo(lab, "a", "old", "b");
  await flush(lab, next);
  await hearsNothing(lab, "a", "old");
  await talksTo(lab, "a", "kept", "b");
});

lesson("up.sh --flush across nodes, IPv6", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab) => {
  const { pods, vip } = IPV6;
  const program = (backend: string, ...more: readonly string[]): string =>
    dualStack([], [`service dns ${vips(1)} { 53/udp -> ${backend} }`, ...more]);
  await lab.load(program("c"));
  await holdFlow(lab, "a", door(vip(1), "53"), "dns");
  await talksTo(lab, "a", "dns", "c");
  await hold(lab, "a", door(pods.c, 80), "denied");
  await hold(lab, "a", door(pods.d, 80), "allowed");
  const next = program("d", `deny a -> c`);
  await lab.load(next);
  await talksTo(lab, "a", "dns", "c");
  await talks(lab, "a", "denied");
  await flush(lab, next);
  await ends(lab, "a", "denied");
  await talksTo(lab, "a", "dns", "d");
  await talks(lab, "a", "allowed");
});

/** Both ends are elsewhere: no socket of them is here. */
lesson("a connection between others that is refused is cut", {}, async (lab) => {
  await lab.on("lan", "ip", "route", "add", "203.0.113.0/24", "via", NODE1);
  // Answers too come this way.
  await lab.on("node1", "iptables", "-t", "nat", "-A", "POSTROUTING", "-s", LAN_HOST, "-j", "MASQUERADE");
  await lab.load(oneNode());
  await hold(lab, "lan", `${OUTSIDE}:80`, "through");
  const next = oneNode(`deny ${LAN_HOST} -> ${OUTSIDE}`);
  await lab.load(next);
  await talks(lab, "lan", "through");
  await flush(lab, next);
  await cut(lab, "lan", "through");
});

lesson("without the tool up.sh --flush says so, and does the rest", { backends: [IPTABLES_NFT] }, async (lab) => {
  await lab.load(oneNode());
  await hold(lab, "a", `${B}:80`, "kept");
  const up = await lab.compileScript("up", "node1", oneNode("deny a -> b"));
  const hidden = `${up}-without`;
  writeFileSync(
    hidden,
    `PATH=$PATH:/usr/sbin:/sbin\nunshare -m sh -c 'mount --bind /dev/null "$(command -v conntrack)"; sh ${up} --flush'\n`,
  );
  const finished = await lab.runScript(hidden, "node1");
  assert.equal(finished.status, 0, report(finished));
  assert.match(finished.stderr, /^up\.sh: NO CONNECTION WAS ENDED: .* conntrack; install it \(package conntrack\)/);
  await silent(lab, "a", `${B}:80`);
  await talks(lab, "a", "kept");
  await flush(lab, oneNode("deny a -> b"));
  await ends(lab, "a", "kept");
  await reaches(lab, "b", `${A}:80`, { at: "a" });
});

lesson("up.sh --flush at a service's other doors", { backends: ALL_BACKENDS }, async (lab, observe) => {
  const [external, balanced, chosen] = ["172.20.1.1", "172.20.2.1", "172.20.2.2"];
  await lab.on("lan", "ip", "route", "add", "172.20.0.0/16", "via", NODE1);
  const program = (backends: string, from: string): string =>
    oneNode(
      ...PODS,
      `service w 10.96.0.60 { 53/udp nodeport 30053 -> ${backends}; 80 nodeport 30080 -> ${backends}
         external ${external}; loadbalancer ${balanced} }`,
      `service limited 10.96.0.61 { 80 nodeport 30081 -> c; loadbalancer ${chosen}${from} }`,
    );
  const doors = [`${external}:80`, `${balanced}:80`, `${NODE1}:30080`];
  const flows = [`${external}:53`, `${balanced}:53`, `${NODE1}:30053`];

  await lab.load(program("b", ""));
  for (const target of doors) await hold(lab, "lan", target, target);
  for (const target of flows) await holdFlow(lab, "lan", target, target);
  for (const target of flows) await talksTo(lab, "lan", target, "b");
  await hold(lab, "lan", `${chosen}:80`, "not chosen");
  await hold(lab, "lan", `${NODE1}:30081`, "by nodeport");

  await observe("what goes to a drained backend stays", async () => {
    await flush(lab, program("b weight 0, c", ""));
    for (const target of doors) await talks(lab, "lan", target);
    for (const target of doors) await reaches(lab, "lan", target, { at: "c" });
  });
  await observe("what goes to one that is gone does not, and flows move", async () => {
    await flush(lab, program("c", ""));
    for (const target of doors) await cut(lab, "lan", target);
    for (const target of flows) await talksTo(lab, "lan", target, "c");
    await talks(lab, "lan", "not chosen");
  });
  await observe("a source that is no longer allowed loses that door alone", async () => {
    await flush(lab, program("c", " from 10.0.0.0/8"));
    await silent(lab, "lan", `${chosen}:80`);
    await cut(lab, "lan", "not chosen");
    await talks(lab, "lan", "by nodeport");
  });
});
