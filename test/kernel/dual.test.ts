/** Both families at once: up.sh reconciles all that it makes, down.sh puts back what was, and one backend's rules replace another's. */
import assert from "node:assert/strict";
import { ALL_BACKENDS, IPTABLES_LEGACY, IPTABLES_NFT, savedRules } from "./backend.ts";
import { report } from "./command.ts";
import { door, dualStack, each, everyWay, FAMILIES, vips } from "./family.ts";
import { compile, type Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { draws, reaches, refused, silent } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";
import { ONE_NODE, TWO_NODES } from "./topology.ts";

const STATEMENTS = [
  `service web ${vips(1)} -> b`,
  `service api ${vips(2)} { 80 -> b:8080 weight 2, c; 81 -> none; 6000-6029/udp -> c }`,
  "hairpin all",
  "masquerade pods except nodes",
  ...FAMILIES.map(({ onLan }) => `snat d to ${onLan(150)}`),
  ...FAMILIES.map(({ elsewhere, lan }) => `route ${elsewhere(1)} via ${lan} on node1`),
  `mark a -> ${each(({ outside: [host] }) => host)} 0x10/0xff`,
  "deny a -> d",
  'reject b -> a:443 log "netc-dual "',
];

const ROUTED = dualStack(["network host-gw"], STATEMENTS);
const TUNNELLED = dualStack(["network vxlan", "mtu 1300", "gateway proxy-arp"], STATEMENTS);

const works = async (lab: Lab): Promise<void> => {
  const inFamily = async ({ pods, vip, node1, outside: [host] }: (typeof FAMILIES)[number]): Promise<void> => {
    for (const target of everyWay(vip(1))) {
      await reaches(lab, "a", target, { at: "b", as: pods.a });
      await reaches(lab, "b", target, { at: "b" });
      await reaches(lab, "node1", target, { at: "b", as: node1 });
    }
    await draws(lab, "a", door(vip(2), 80), ["b", "c"]);
    await refused(lab, "a", door(vip(2), 81));
    await reaches(lab, "a", door(host, 80), { at: "outside", as: node1 });
    await reaches(lab, "a", door(pods.c, 80), { at: "c", as: pods.a });
    await silent(lab, "a", door(pods.d, 80));
    await refused(lab, "b", door(pods.a, 443));
  };
  await Promise.all(FAMILIES.map(inFamily));
};

lesson("both families, up and down", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  const before = { node1: await nodeState(lab, "node1"), node2: await nodeState(lab, "node2") };
  for (const [name, program] of [
    ["routes", ROUTED],
    ["a tunnel", TUNNELLED],
  ] as const) {
    await observe(`${name}: up.sh a second time changes nothing`, async () => {
      await lab.load(program);
      await works(lab);
      const first = await nodeState(lab, "node1");
      const up = await lab.compileScript("up", "node1", program);
      const again = async (): Promise<void> => {
        const finished = await lab.runScript(up, "node1");
        assert.equal(finished.status, 0, report(finished));
      };
      const monitor = ["ip", "monitor", "link", "address", "route", "rule"];
      assert.equal(await lab.watch("node1", monitor, again), "");
      if (lab.backend.variant === "nft") assert.equal(await lab.watch("node1", ["nft", "monitor"], again), "");
      assertSameState(await nodeState(lab, "node1"), first, "after another run");
    });
    await observe(`${name}: down.sh leaves nothing`, async () => {
      await lab.unload(program);
      for (const node of ["node1", "node2"] as const)
        assertSameState(await nodeState(lab, node), before[node], `${node}, after down.sh`);
    });
  }
  await observe("what somebody broke is repaired", async () => {
    await lab.load(TUNNELLED);
    const rules = await lab.rules("node1");
    const { pods, podRanges } = FAMILIES[1]!;
    for (const broken of [
      "ip link del netc-vxlan",
      `ip -6 route del ${podRanges.node2}`,
      `ip -6 route del ${pods.a}`,
      `ip -n pod-b -6 address del ${pods.b}/128 dev eth0`,
      "ip -n pod-a -6 route del default",
      "ip neigh flush dev netc-vxlan nud permanent",
      "bridge fdb flush dev netc-vxlan",
      "ip link set veth-pod-a mtu 1400",
      "echo 0 > /proc/sys/net/ipv6/conf/all/forwarding",
      "echo 0 > /proc/sys/net/ipv4/conf/veth-pod-a/proxy_arp",
    ]) {
      await lab.on("node1", "sh", "-ec", broken);
      await lab.load(TUNNELLED);
      assert.equal(await lab.rules("node1"), rules, broken);
      await works(lab).catch((error: Error) => {
        throw new Error(`after a repair of: ${broken}: ${error.message}`);
      });
    }
  });
});

const hasNetc = (text: string): boolean => /netc/i.test(text);

lesson("only the last choice of a backend has rules", { topology: ONE_NODE }, async (lab) => {
  const program = dualStack([], [`service web ${vips(1)} -> b`, "hairpin b", "masquerade pods"]);
  lab.expectPods(["a", "b"]);
  const other = lab.backend.rules === "nft" ? "iptables" : "nft";
  for (const rules of [other, lab.backend.rules, other] as const) {
    await lab.on("node1", "sh", "-c", await compile(program, ["--node", "node1", "--target", "sh", "--rules", rules]));
    for (const { vip, pods } of FAMILIES) {
      await reaches(lab, "a", door(vip(1), 80), { at: "b", as: pods.a });
      await reaches(lab, "b", door(vip(1), 80), { at: "b" });
    }
    assert.equal(
      hasNetc(await lab.on("node1", "nft", "list", "ruleset", "inet")),
      rules === "nft",
      `nft, after ${rules}`,
    );
    for (const family of ["ip", "ip6"] as const) {
      const saved = await savedRules(lab.at("node1"), IPTABLES_NFT, family);
      assert.equal(hasNetc(saved), rules === "iptables", `${family}tables-nft, after ${rules}:\n${saved}`);
      assert.ok(!hasNetc(await savedRules(lab.at("node1"), IPTABLES_LEGACY, family)), `${family}tables-legacy`);
    }
  }
});

/** As Docker leaves them in IPv6, and a table that somebody wrote with nft. */
const STRANGERS = [
  "ip6tables -N DOCKER-USER",
  "ip6tables -A DOCKER-USER -j RETURN",
  "ip6tables -A FORWARD -j DOCKER-USER",
  "ip6tables -A FORWARD -d fd00:17::2/128 ! -i docker0 -o docker0 -p tcp --dport 80 -j ACCEPT",
  "ip6tables -P FORWARD DROP",
  "ip6tables -t nat -A POSTROUTING -s fd00:17::/64 ! -o docker0 -j MASQUERADE",
  "iptables -P FORWARD DROP",
  "nft add table inet office",
  "nft add chain inet office watch '{ type filter hook forward priority 5 ; }'",
  "nft add rule inet office watch tcp dport 2222 drop",
];

lesson("strangers' rules of both families", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab) => {
  await lab.on("node1", "sh", "-ec", STRANGERS.join("\n"));
  const theirs = async (): Promise<readonly string[]> =>
    (await lab.on("node1", "sh", "-c", "ip6tables-save; nft -s list table inet office"))
      .split("\n")
      .filter((line) => /DOCKER|docker0|:FORWARD DROP|office|2222|hook/.test(line))
      .map((line) => line.replace(/ \[\d+:\d+\]$/, ""));
  const before = await theirs();
  await lab.on("lan", "ip", "-6", "route", "add", "fd00:198::7", "via", "fd00:100::100");
  await lab.load(ROUTED);
  await works(lab);
  await silent(lab, "lan", door("fd00:198::7", 80));
  assert.deepEqual(await theirs(), before, "after up.sh");
  await lab.unload(ROUTED);
  assert.deepEqual(await theirs(), before, "after down.sh");
});
