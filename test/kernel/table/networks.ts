/** The chapters whose cluster block says another network or another gateway. */
import assert from "node:assert/strict";
import { door, dualStack, everyWay, FAMILIES, type Family, vips } from "../family.ts";
import type { Lab } from "../lab.ts";
import { draws, probe, reaches, unanswered } from "../probe.ts";
import { both, type Chapter, nothing } from "./row.ts";

const MTU = 1300;

/** The bytes of a ping that fill a packet of that size, the two headers taken off. */
const pingOf = (bytes: number, { name }: Family): string => String(bytes - (name === "IPv4" ? 28 : 48));

const pings = async (lab: Lab, client: string, size: string, target: string): Promise<boolean> => {
  const text = await lab.on(client, "sh", "-c", `ping -n -c 1 -W 1 -M do -s ${size} ${target} 2>&1 || :`);
  return text.includes(" 1 received");
};

/** The packets that the tunnel of a node has sent. */
async function tunnelled(lab: Lab, node: string): Promise<number> {
  const [link] = JSON.parse(await lab.on(node, "ip", "-s", "-j", "link", "show", "type", "vxlan")) as readonly [
    { readonly stats64: { readonly tx: { readonly packets: number } } },
  ];
  return link.stats64.tx.packets;
}

const firstOf = (range: string): string =>
  range
    .replace(/\/\d+$/, "")
    .replace(/\.0$/, ".1")
    .replace(/::$/, "::1");

const TUNNELLED = dualStack(["network vxlan", `mtu ${MTU}`], [`service web ${vips(1)} -> b, c`, "hairpin all"]);

const TUNNEL: Chapter = {
  name: "a tunnel",
  program: TUNNELLED,
  prepare: (lab) => lab.unload(TUNNELLED),
  rows: {
    "cluster network vxlan": both(async (lab, { pods, podRanges, vip }) => {
      const before = await tunnelled(lab, "node1");
      for (const target of everyWay(pods.c)) await reaches(lab, "a", target, { at: "c", as: pods.a });
      for (const target of everyWay(pods.a)) await reaches(lab, "d", target, { at: "a", as: pods.d });
      assert.ok((await tunnelled(lab, "node1")) >= before + 6, "the tunnel carried nothing");
      await reaches(lab, "node1", door(pods.c, 80), { at: "c", as: firstOf(podRanges.node1) });
      for (const client of ["a", "d", "node1", "node2"]) await draws(lab, client, door(vip(1), 80), ["b", "c"]);
    }),
    "cluster mtu": both(async (lab, family) => {
      const { pods } = family;
      for (const target of [pods.b, pods.c]) {
        assert.ok(await pings(lab, "a", pingOf(MTU, family), target), `${MTU} bytes to ${target} are lost`);
        assert.ok(!(await pings(lab, "a", pingOf(MTU + 1, family), target)), `${MTU + 1} bytes to ${target} pass`);
      }
      for (const [host, device] of [
        ["a", "eth0"],
        ["node1", "veth-pod-a"],
        ["node1", "netc-vxlan"],
      ] as const)
        assert.match(await lab.on(host, "ip", "-o", "link", "show", device), new RegExp(` mtu ${MTU} `));
    }),
  },
};

const NO_NETWORK: Chapter = {
  name: "no network",
  program: dualStack(
    ["network none", "gateway address"],
    FAMILIES.flatMap(({ pods, podRanges, node1, node2 }) => [
      `route ${pods.c} via ${node2} on node1`,
      `route ${podRanges.node1} via ${node1} on node2`,
    ]),
  ),
  // The router must not know the way either.
  prepare: async (lab) => {
    for (const { flag, podRanges } of FAMILIES) await lab.on("router", "ip", flag, "route", "del", podRanges.node2);
  },
  rows: {
    "cluster network none": both(async (lab, { pods }) => {
      // Only the route that the program states; pod d lies in the same range.
      for (const target of everyWay(pods.c)) await reaches(lab, "a", target, { at: "c", as: pods.a });
      for (const target of everyWay(pods.b)) await reaches(lab, "a", target, { at: "b", as: pods.a });
      await unanswered(lab, "a", door(pods.d, 80));
      await unanswered(lab, "node1", door(pods.d, 80));
    }),
    "cluster gateway address": both(async (lab, { flag, pods, podRanges, node1 }) => {
      const gateway = firstOf(podRanges.node1);
      assert.match(await lab.on("a", "ip", flag, "route", "show", "default"), new RegExp(`via ${gateway} dev eth0`));
      for (const target of [gateway, door(gateway, 80)]) await reaches(lab, "a", target, { at: "node1", as: pods.a });
      for (const target of everyWay(node1)) await reaches(lab, "b", target, { at: "node1", as: pods.b });
      await reaches(lab, "node1", door(pods.b, 80), { at: "b", as: node1 });
    }),
  },
};

const PROXY_ARP: Chapter = {
  name: "proxy ARP",
  program: dualStack(["gateway proxy-arp"], ["masquerade pods", `service web ${vips(1)} -> c`]),
  prepare: nothing,
  rows: {
    "cluster gateway proxy-arp": {
      IPv4: async (lab, { flag, pods, vip, node1, outside: [host] }) => {
        assert.equal((await lab.on("node1", "ip", flag, "-o", "address", "show", "dev", "veth-pod-a")).trim(), "");
        await lab.on("a", "ip", flag, "neigh", "flush", "all");
        // Proxy ARP with its default delay would hold the first packet for 0.6 s.
        assert.equal((await probe(lab, "a", pods.b, { wait: 300 })).kind, "answered");
        for (const target of everyWay(pods.c)) await reaches(lab, "a", target, { at: "c", as: pods.a });
        for (const target of everyWay(node1)) await reaches(lab, "a", target, { at: "node1", as: pods.a });
        await reaches(lab, "a", door(host, 80), { at: "outside", as: node1 });
        await reaches(lab, "a", door(vip(1), 80), { at: "c", as: pods.a });
        await reaches(lab, "node1", door(pods.a, 80), { at: "a", as: node1 });
      },
      IPv6: { because: "ARP is IPv4's; IPv6 is as with link-local, whose row proves it" },
    },
  },
};

export const NETWORKS: readonly Chapter[] = [TUNNEL, NO_NETWORK, PROXY_ARP];
