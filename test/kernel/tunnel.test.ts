/** Pods of other nodes through a tunnel: addresses kept, big writes whole, whatever the nodes think of reverse paths. */
import assert from "node:assert/strict";
import { door, dualStack, each, everyWay, FAMILIES, type Family, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { draws, echoesBack, reaches, silent, unanswered } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

const UNDERLAY = 1400;
/** The outer IPv4, UDP and VXLAN headers and the inner Ethernet one. */
const OVERHEAD = 50;
const BYTES = 300_000;

const STATEMENTS = [`service web ${vips(1)} -> c`, `service api ${vips(2)} { 80 -> b:8080, c:8081 }`, "hairpin all"];
const TUNNELLED = dualStack(["network vxlan"], [...STATEMENTS, "masquerade pods"]);

/** Both families together. */
const inEach = async (proof: (family: Family) => Promise<void>): Promise<void> => {
  await Promise.all(FAMILIES.map(proof));
};

const firstOf = (range: string): string => range.replace(/\.0\/\d+$/, ".1").replace(/::\/\d+$/, "::1");

async function waysIn(lab: Lab): Promise<void> {
  for (const { flag, services, node1 } of FAMILIES)
    for (const host of ["lan", "router"]) await lab.on(host, "ip", flag, "route", "replace", services, "via", node1);
}

async function everyClient(lab: Lab, { pods, vip, podRanges }: Family): Promise<void> {
  for (const target of everyWay(pods.c)) await reaches(lab, "a", target, { at: "c", as: pods.a });
  for (const target of everyWay(pods.a)) await reaches(lab, "c", target, { at: "a", as: pods.c });
  const [node1, node2] = [firstOf(podRanges.node1), firstOf(podRanges.node2)];
  for (const target of everyWay(pods.c)) await reaches(lab, "node1", target, { at: "c", as: node1 });
  for (const target of everyWay(pods.a)) await reaches(lab, "node2", target, { at: "a", as: node2 });
  for (const target of everyWay(vip(1))) {
    await reaches(lab, "a", target, { at: "c", as: pods.a });
    await reaches(lab, "node1", target, { at: "c" });
    await reaches(lab, "node2", target, { at: "c" });
    await reaches(lab, "lan", target, { at: "c", as: node1 });
    await reaches(lab, "outside", target, { at: "c", as: node1 });
  }
  for (const client of ["a", "c", "d", "node1", "node2", "lan"]) await draws(lab, client, door(vip(2), 80), ["b", "c"]);
  await reaches(lab, "c", door(vip(1), 80), { at: "c" });
}

lesson("a tunnel between the nodes", { topology: TWO_NODES }, async (lab, observe) => {
  for (const node of ["node1", "node2"]) await lab.on(node, "ip", "link", "set", "ens33", "mtu", String(UNDERLAY));
  await waysIn(lab);
  await observe("its MTU, and the pods', is the underlay's less its own", async () => {
    await lab.load(TUNNELLED);
    for (const [host, device] of [
      ["node1", "netc-vxlan"],
      ["node1", "veth-pod-a"],
      ["a", "eth0"],
      ["c", "eth0"],
    ] as const)
      assert.match(await lab.on(host, "ip", "-o", "link", "show", device), new RegExp(` mtu ${UNDERLAY - OVERHEAD} `));
  });
  for (const filter of ["0", "1", "2"]) {
    await observe(`everybody reaches pods and services, with rp_filter=${filter}`, async () => {
      for (const node of ["node1", "node2"])
        await lab.on(
          node,
          "sh",
          "-c",
          `for f in all default ens33 netc-vxlan; do echo ${filter} > /proc/sys/net/ipv4/conf/$f/rp_filter; done`,
        );
      await inEach((family) => everyClient(lab, family));
    });
  }
  await observe("big writes arrive whole, there and back", () =>
    inEach(async ({ pods, vip, outside: [host] }) => {
      for (const target of [door(pods.c, 80), door(vip(1), 80), door(pods.b, 80), door(host, 80)])
        await echoesBack(lab, "a", target, BYTES);
      await echoesBack(lab, "node1", door(pods.c, 80), BYTES);
      await echoesBack(lab, "lan", door(vip(1), 80), BYTES);
    }),
  );
  await observe("masquerade goes by the uplink, not by the tunnel", () =>
    inEach(async ({ outside: [host], node1, pods }) => {
      for (const target of everyWay(host)) await reaches(lab, "a", target, { at: "outside", as: node1 });
      await reaches(lab, "a", door(pods.d, 80), { at: "d", as: pods.a });
    }),
  );
  await observe("policy sees the pods' own addresses, and never the tunnel's packets", async () => {
    await lab.load(
      `${TUNNELLED}allow a -> c:80\nallow any -> web\ndefault deny any -> any\nallow nodes:22 -> any\nallow any -> nodes:22\n`,
    );
    await inEach(async ({ pods, vip }) => {
      await reaches(lab, "a", door(pods.c, 80), { at: "c", as: pods.a });
      await reaches(lab, "b", door(vip(1), 443), { at: "c", as: pods.b });
      await Promise.all([silent(lab, "b", door(pods.d, 80)), silent(lab, "a", door(pods.d, 80))]);
    });
  });
});

lesson("from routes to a tunnel and back", { topology: TWO_NODES }, async (lab) => {
  const routed = TUNNELLED.replace("network vxlan", "network host-gw");
  for (const program of [routed, TUNNELLED, routed]) {
    await lab.load(program);
    await inEach(async ({ pods }) => {
      for (const target of everyWay(pods.c)) await reaches(lab, "a", target, { at: "c", as: pods.a });
      await reaches(lab, "node2", door(pods.a, 80), { at: "a" });
    });
  }
  assert.equal((await lab.on("node1", "ip", "-o", "link", "show", "type", "vxlan")).trim(), "");
});

lesson("a tunnel that carries one family over the other's nodes", { topology: TWO_NODES }, async (lab) => {
  const program = dualStack(["network vxlan"], []);
  const overV6 = FAMILIES[0]!;
  await lab.load(
    program
      .replace(
        each(({ node1 }) => node1),
        "fd00:100::100",
      )
      .replace(
        each(({ node2 }) => node2),
        "fd00:100::101",
      ),
  );
  await inEach(async ({ pods }) => {
    for (const target of everyWay(pods.c)) await reaches(lab, "a", target, { at: "c", as: pods.a });
  });
  assert.match(await lab.on("a", "ip", "-o", "link", "show", "eth0"), / mtu 1430 /);
  await unanswered(lab, "a", door(overV6.vip(1), 80));
});
