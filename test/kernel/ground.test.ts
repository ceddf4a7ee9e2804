/** The harness itself, without netc: a probe that could not tell a drop from a refusal would pass every lesson. */
import assert from "node:assert/strict";
import { kernelTest, missingForPackets } from "./ability.ts";
import { IPTABLES, IPTABLES_NFT } from "./backend.ts";
import { remaining } from "./leftovers.ts";
import { inLab, lesson } from "./lesson.ts";
import { arrivals, cut, hold, probe, reaches, refused, silent, talks, unanswered } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";
import { LAN_HOST, LAN_HOST6, TWO_NODES, withoutDefaultRoute } from "./topology.ts";

const NODE1 = "192.168.100.100";
const NODE1_V6 = "fd00:100::100";

lesson("the probes tell apart what a rule can do to a packet", { backends: [IPTABLES_NFT] }, async (lab, observe) => {
  const rule = (...argv: readonly string[]) => lab.on("node1", "iptables", ...argv);

  await observe("an answer says who gave it and which source it saw", async () => {
    await reaches(lab, "lan", `${NODE1}:80`, { at: "node1", as: LAN_HOST, toPort: 80 });
    await reaches(lab, "lan", `${NODE1}:53/udp`, { at: "node1", as: LAN_HOST, toPort: 53 });
    await reaches(lab, "lan", NODE1, { at: "node1" });
    await reaches(lab, "outside", `${NODE1}:80`, { at: "node1", as: "192.168.8.166" }, { from: "192.168.8.166" });
    await reaches(lab, "lan", `${NODE1}:80`, { at: "node1" }, { fromPort: 5000 });
    await assert.rejects(reaches(lab, "lan", `${NODE1}:80`, { at: "node1", as: "192.0.2.1" }), /wanted an answer/);
    await assert.rejects(reaches(lab, "lan", `${NODE1}:80`, { at: "outside" }), /wanted an answer/);
    await assert.rejects(reaches(lab, "lan", NODE1, { at: "outside" }), /counted no echo/);
  });

  await observe("a closed port resets and is not taken for silence", async () => {
    await refused(lab, "lan", `${NODE1}:9999`);
    await refused(lab, "lan", `${NODE1}:9999/udp`);
    await assert.rejects(silent(lab, "lan", `${NODE1}:9999`), /wanted silence/);
    await assert.rejects(refused(lab, "lan", `${NODE1}:80`), /wanted reset/);
  });

  await observe("a drop is silence", async () => {
    await rule("-A", "INPUT", "-j", "DROP");
    for (const target of [`${NODE1}:80`, `${NODE1}:53/udp`, NODE1]) {
      await silent(lab, "lan", target);
      await assert.rejects(refused(lab, "lan", target));
    }
    await rule("-F", "INPUT");
  });

  await observe("an ICMP error in place of a reset is told apart", async () => {
    await rule("-A", "INPUT", "-j", "REJECT", "--reject-with", "icmp-port-unreachable");
    assert.equal((await probe(lab, "lan", `${NODE1}:80`)).kind, "port-unreachable");
    await refused(lab, "lan", `${NODE1}:53/udp`);
    await refused(lab, "lan", NODE1);
    await rule("-F", "INPUT");
    await rule("-A", "INPUT", "-j", "REJECT", "--reject-with", "icmp-host-prohibited");
    assert.equal((await probe(lab, "lan", `${NODE1}:80`)).kind, "unreachable");
    assert.equal((await probe(lab, "lan", NODE1)).kind, "unreachable");
    await rule("-F", "INPUT");
  });

  await observe("all of it is told apart in IPv6 too", async () => {
    const rule6 = (...argv: readonly string[]) => lab.on("node1", "ip6tables", ...argv);
    await reaches(lab, "lan", `[${NODE1_V6}]:80`, { at: "node1", as: LAN_HOST6, toPort: 80 });
    await reaches(lab, "lan", `[${NODE1_V6}]:53/udp`, { at: "node1", as: LAN_HOST6, toPort: 53 });
    await reaches(lab, "lan", NODE1_V6, { at: "node1" });
    await reaches(lab, "outside", `[${NODE1_V6}]:80`, { at: "node1", as: "fd00:8::166" }, { from: "fd00:8::166" });
    await assert.rejects(reaches(lab, "lan", NODE1_V6, { at: "outside" }), /counted no echo/);
    await refused(lab, "lan", `[${NODE1_V6}]:9999`);
    await refused(lab, "lan", `[${NODE1_V6}]:9999/udp`);
    await rule6("-A", "INPUT", "-p", "tcp", "--dport", "80", "-j", "REJECT");
    assert.equal((await probe(lab, "lan", `[${NODE1_V6}]:80`)).kind, "port-unreachable");
    await rule6("-R", "INPUT", "1", "!", "-p", "tcp", "-j", "REJECT");
    await refused(lab, "lan", NODE1_V6);
    await rule6("-R", "INPUT", "1", "-s", LAN_HOST6, "-j", "DROP");
    await Promise.all(
      [`[${NODE1_V6}]:80`, `[${NODE1_V6}]:53/udp`, NODE1_V6].map((target) => silent(lab, "lan", target)),
    );
    await rule6("-F", "INPUT");
  });

  await observe("a refusal in the client's own OUTPUT is told from a drop there", async () => {
    await rule("-A", "OUTPUT", "-p", "udp", "-d", LAN_HOST, "-j", "REJECT");
    await refused(lab, "node1", `${LAN_HOST}:53/udp`);
    await rule("-R", "OUTPUT", "1", "-d", LAN_HOST, "-j", "DROP");
    for (const target of [`${LAN_HOST}:80`, `${LAN_HOST}:53/udp`, LAN_HOST]) await silent(lab, "node1", target);
    await rule("-F", "OUTPUT");
    await reaches(lab, "node1", `${LAN_HOST}:53/udp`, { at: "lan" });
  });

  await observe("what arrives is seen even where no answer can come back", async () => {
    await arrivals(lab, "node1");
    await rule("-A", "OUTPUT", "-p", "udp", "-j", "DROP");
    await silent(lab, "lan", `${NODE1}:53/udp`);
    assert.deepEqual(
      (await arrivals(lab, "node1")).map(({ from }) => from),
      [LAN_HOST],
    );
    await rule("-F", "OUTPUT");
  });

  await observe("a kept connection notices that it is cut", async () => {
    await hold(lab, "lan", `${NODE1}:80`, "kept");
    await talks(lab, "lan", "kept");
    await assert.rejects(cut(lab, "lan", "kept"), /lives/);
    await rule("-A", "INPUT", "-j", "DROP");
    await cut(lab, "lan", "kept");
    await rule("-F", "INPUT");
  });

  await observe("a changed node is seen, view by view", async () => {
    const before = await nodeState(lab, "node1");
    assertSameState(await nodeState(lab, "node1"), before, "untouched");
    const changes: readonly (readonly [string, string, string])[] = [
      ["ip addr", "ip address add 192.0.2.1/32 dev ens33", "ip address del 192.0.2.1/32 dev ens33"],
      ["ip route", "ip route add 192.0.2.0/24 dev ens33", "ip route del 192.0.2.0/24 dev ens33"],
      ["ip link", "ip link add br9 type bridge", "ip link del br9"],
      ["sysctls", "echo 1 > /proc/sys/net/ipv4/ip_forward", "echo 0 > /proc/sys/net/ipv4/ip_forward"],
      ["iptables-\\w+-save", "iptables -t nat -N NETC", "iptables -t nat -X NETC"],
      ["iptables-\\w+-save", "iptables -P FORWARD DROP", "iptables -P FORWARD ACCEPT"],
      ["nft list tables", "nft add table ip netc", "nft delete table ip netc"],
    ];
    for (const [view, change, undo] of changes) {
      await lab.on("node1", "sh", "-c", change);
      const changed = await nodeState(lab, "node1");
      assert.throws(() => assertSameState(changed, before, change), new RegExp(`${view}.* differs`), change);
      await lab.on("node1", "sh", "-c", undo);
      assertSameState(await nodeState(lab, "node1"), before, undo);
    }
  });
});

lesson("the ground is as drawn", { topology: TWO_NODES, backends: IPTABLES }, async (lab) => {
  assert.match(await lab.on("node1", "iptables", "-V"), lab.backend.variant === "nft" ? /nf_tables/ : /legacy/);
  await reaches(lab, "node1", "192.168.100.101:80", { at: "node2", as: NODE1 });
  await reaches(lab, "node1", "203.0.113.5:80", { at: "outside", as: NODE1 });
  await reaches(lab, "lan", "198.51.100.7", { at: "outside" });
  await lab.on("lan", "ip", "route", "add", "192.0.2.0/24", "via", NODE1);
  // Nodes do not forward before netc makes them.
  await unanswered(lab, "lan", "192.0.2.9");
});

kernelTest("a lab leaves nothing behind, after a failure too", [missingForPackets], async () => {
  assert.deepEqual(remaining(), []);
  await assert.rejects(
    inLab(withoutDefaultRoute(TWO_NODES), IPTABLES_NFT, async (lab) => {
      assert.ok(remaining().length > 0);
      assert.equal((await probe(lab, "node1", "203.0.113.5:80")).kind, "unreachable");
      throw new Error("on purpose");
    }),
    /on purpose/,
  );
  assert.deepEqual(remaining(), []);
});
