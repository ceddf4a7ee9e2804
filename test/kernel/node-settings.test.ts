/** Settings that the kernel changes along with those of a script, and those that a device has for itself: established, and given back. */
import assert from "node:assert/strict";
import { IPTABLES_NFT } from "./backend.ts";
import { report } from "./command.ts";
import { door, dualStack, FAMILIES } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { assertSameState, type NodeState, nodeState } from "./state.ts";
import { TWO_NODES, withoutDefaultRoute } from "./topology.ts";

const PROGRAM = dualStack(["network vxlan"], ["pod a6 fd00:244:0:1::16 on node1"]);

/** Node has no raw sockets: an echo request becomes a router advertisement of half an hour on its way out. */
const ADVERTISE = `
nft -f - <<'END'
table ip6 craft {
  chain output {
    type filter hook output priority 0
    icmpv6 type echo-request icmpv6 id set 0 icmpv6 sequence set 1800 icmpv6 type set nd-router-advert
  }
}
END
ping -6 -q -c 1 -W 0.1 -t 255 -s 8 -p 00 ff02::1%advertiser || :
nft delete table ip6 craft
`;

const writes = (settings: Readonly<Record<string, number>>): string =>
  Object.entries(settings)
    .map(([path, value]) => `echo ${value} >/proc/sys/net/${path}`)
    .join("\n");

const withoutExpiry = (state: NodeState): NodeState =>
  Object.fromEntries(
    Object.entries(state).map(([view, lines]) => [view, lines.map((line) => line.replace(/ expires \d+sec/, ""))]),
  );

/** What comes in by each device of node1, in both families, and answers that come by another device than what was asked. */
async function passes(lab: Lab): Promise<void> {
  for (const { pods, lan, node2 } of FAMILIES) {
    await reaches(lab, "lan", door(pods.a, 80), { at: "a", as: lan });
    for (const [client, server] of [
      ["a", "c"],
      ["c", "a"],
    ] as const)
      await reaches(lab, client, door(pods[server], 80), { at: server, as: pods[client] });
    await reaches(lab, "a", door(node2, 80), { at: "node2", as: pods.a });
  }
}

lesson(
  "settings of devices",
  { topology: withoutDefaultRoute(TWO_NODES), backends: [IPTABLES_NFT] },
  async (lab, observe) => {
    const on = (host: string, script: string): Promise<string> => lab.on(host, "sh", "-ec", script);
    const state = async (): Promise<NodeState> =>
      withoutExpiry(
        await nodeState(
          lab,
          "node1",
          lab.pods().filter((pod) => /^pod-[ab]/.test(pod)),
        ),
      );
    await on("node1", `ip link add eth1 type veth peer name advertiser netns ${lab.at("lan")}; ip link set eth1 up`);
    await on("lan", "ip link set advertiser up");
    for (const { flag, pods, node1, node2, podRanges } of FAMILIES) {
      await on(
        "lan",
        `ip ${flag} route add ${pods.a} via ${node1}; ip ${flag} route add ${podRanges.node2} via ${node2}`,
      );
    }
    const up = await lab.compileScript("up", "node1", PROGRAM);
    const runs = async (file: string): Promise<void> => {
      const finished = await lab.runScript(file, "node1");
      assert.equal(finished.status, 0, report(finished));
      assert.equal(finished.stderr, "");
    };
    const value = async (path: string): Promise<string> => (await on("node1", `cat /proc/sys/net/${path}`)).trim();
    const routersOf = (): Promise<string> => on("node1", "ip -6 route show default");

    await observe("a default route that an advertisement brought is never away", async () => {
      const settings = { "ipv6/conf/eth1/accept_ra": 1, "ipv4/conf/eth1/forwarding": 1, "ipv4/conf/all/rp_filter": 1 };
      await on("node1", writes(settings));
      // A link that has just come up takes none yet.
      for (let tries = 0; tries < 20 && (await routersOf()) === ""; tries++) await on("lan", ADVERTISE);
      assert.match(await routersOf(), /^default via fe80::\S+ dev eth1 proto ra /);
      const before = await state();
      const down = await lab.compileScript("down", "node1", PROGRAM);
      const seen = await lab.watch("node1", ["ip", "-6", "monitor", "route"], async () => {
        await lab.load(PROGRAM);
        await passes(lab);
        assert.equal(await value("ipv6/conf/eth1/accept_ra"), "2");
        assert.equal(await value("ipv6/conf/all/accept_ra"), "1");
        await on("node1", "ip link add eth2 type bridge");
        assert.equal(await value("ipv6/conf/eth2/accept_ra"), "2", "of an interface that came later");
        await on("node1", "ip link delete eth2; echo 1 >/proc/sys/net/ipv6/conf/eth1/accept_ra");
        const loaded = await state();
        await runs(up);
        assert.equal(await value("ipv6/conf/eth1/accept_ra"), "2", "after somebody wrote it");
        await on("node1", "echo 1 >/proc/sys/net/ipv6/conf/eth1/accept_ra");
        assertSameState(await state(), loaded, "after a second run");
        await runs(up);
        await runs(down);
      });
      assert.doesNotMatch(seen, /Deleted default/);
      assertSameState(await state(), before, "after down.sh");
    });

    await observe("a device whose own forwarding is off, and those that come without it, forward", async () => {
      const settings = {
        "ipv4/ip_forward": 1,
        "ipv4/conf/ens33/forwarding": 0,
        "ipv4/conf/default/forwarding": 0,
        "ipv4/conf/all/rp_filter": 0,
        "ipv4/conf/ens33/rp_filter": 1,
        "ipv4/conf/default/rp_filter": 1,
        // Of IPv6 the kernel asks `all` alone.
        "ipv6/conf/all/forwarding": 1,
        "ipv6/conf/ens33/forwarding": 0,
        "ipv6/conf/default/forwarding": 0,
      };
      await on("node1", writes(settings));
      const before = await state();
      await runs(up);
      await passes(lab);
      const loaded = await state();
      await runs(up);
      assertSameState(await state(), loaded, "after a second run");
      assert.equal(await value("ipv4/conf/eth1/forwarding"), "1");
      await runs(await lab.compileScript("down", "node1", PROGRAM));
      assertSameState(await state(), before, "after down.sh");
    });
  },
);
