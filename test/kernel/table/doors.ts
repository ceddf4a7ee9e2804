/** The chapters of services' other doors, and of the addresses that nodeports listen on. */
import assert from "node:assert/strict";
import { door, dualStack, each, FAMILIES, type Family, vips } from "../family.ts";
import type { Lab } from "../lab.ts";
import { connections, draws, reaches, refused, silent, tally } from "../probe.ts";
import { both, type Chapter, nothing } from "./row.ts";

/** Free addresses, which the LAN and the router send to node1. */
const outer = (n: number, { name }: Family): string => (name === "IPv4" ? `172.20.0.${n}` : `fd00:e0::${n}`);
const outers = (n: number): string => each((family) => outer(n, family));
const lanHosts = each(({ lan }) => lan);
const SECOND = 160;

const PROGRAM = dualStack(
  ["nodeports primary"],
  [
    `service ports ${vips(1)} { 80 nodeport 30080 -> c:8080; 53/udp nodeport 30080 -> b:5353; 81 nodeport 30081 -> none }`,
    `service ranges ${vips(2)} { 6000-6029 nodeport 31000-31029 -> c; 5000-5029 nodeport 32000-32029 -> b:6000-6029 }`,
    `service extern ${vips(3)} { 80 -> c:8080; 53/udp -> b:5353; external ${outers(3)} }`,
    `service own ${vips(4)} { 443 -> c:8080; 444 -> none; external ${each(({ node2 }) => node2)} }`,
    `service balanced ${vips(5)} { 80 -> c:8080; loadbalancer ${outers(5)}, ${outers(6)} }`,
    `service chosen ${vips(6)} { 80 nodeport 30082 -> c; loadbalancer ${outers(7)}, ${outers(8)} from ${lanHosts} }`,
    `service within ${vips(7)} { 80 nodeport 30083 -> b, c; 81 -> c; internal local }`,
    `service kept-outside ${vips(8)} { 80 nodeport 30084 -> b, c; 81 nodeport 30085 -> c; external ${outers(9)}; external-traffic local }`,
    `service sticky ${vips(9)} { 80 nodeport 30086 -> b, c; 81 -> b, c; affinity client 1h; external ${outers(10)} }`,
    `service self ${vips(10)} { 80 nodeport 30087 -> b; external ${outers(11)}; loadbalancer ${outers(12)} }`,
    "hairpin self",
    `service guarded ${vips(11)} { 80 nodeport 30088 -> c:7000; external ${outers(13)}; loadbalancer ${outers(14)} }`,
    "deny a -> guarded",
    `service gated ${vips(12)} { 80 nodeport 30089 -> c:7001 }`,
    "deny a -> node1:30089",
    `service opened ${vips(13)} { 80 nodeport 30090 -> b:7002 }`,
    "allow a -> node1:30090",
    "default deny any -> b:7002",
    "masquerade pods except nodes",
  ],
);

async function prepare(lab: Lab): Promise<void> {
  for (const { flag, node1, onLan } of FAMILIES) {
    const [length, range] = flag === "-4" ? [32, "172.20.0.0/24"] : [128, "fd00:e0::/112"];
    for (const host of ["lan", "router"]) await lab.on(host, "ip", flag, "route", "add", range, "via", node1);
    // Not for what the node itself sends: IPv6 would choose by itself among several.
    const spare = flag === "-6" ? ["preferred_lft", "0"] : [];
    await lab.on("node1", "ip", flag, "address", "add", `${onLan(SECOND)}/${length}`, "dev", "ens33", ...spare);
  }
}

const PRIMARY: Chapter = {
  name: "doors",
  program: PROGRAM,
  prepare,
  rows: {
    "cluster nodeports primary": both(async (lab, { node1, node2, onLan }) => {
      for (const node of [node1, node2]) await reaches(lab, "lan", door(node, 30080), { at: "c", as: node });
      await refused(lab, "lan", door(onLan(SECOND), 30080));
    }),
    "service nodeport": both(async (lab, { node1, node2, pods }) => {
      for (const [client, node, as] of [
        ["a", node1, pods.a],
        ["a", node2, node2],
        ["node1", node1, node1],
        ["node1", node2, node2],
        ["outside", node1, node1],
      ] as const) {
        await reaches(lab, client, door(node, 30080), { at: "c", as, toPort: 8080 });
        await reaches(lab, client, door(node, "30080/udp"), { at: "b", as, toPort: 5353 });
      }
    }),
    "service nodeport -> none": both(async (lab, { node1 }) => {
      for (const client of ["a", "node2", "lan"]) await refused(lab, client, door(node1, 30081));
    }),
    "service nodeport of a range": both(async (lab, { node1 }) => {
      for (const place of [0, 10, 29])
        for (const client of ["a", "lan"])
          await reaches(lab, client, door(node1, 31000 + place), { at: "c", toPort: 6000 + place });
      await refused(lab, "lan", door(node1, 31030));
    }),
    "service nodeport of a range with an offset": both(async (lab, { node1 }) => {
      for (const place of [0, 10, 29])
        for (const client of ["a", "lan"])
          await reaches(lab, client, door(node1, 32000 + place), { at: "b", toPort: 6000 + place });
    }),
    "service external": both(async (lab, family) => {
      const { pods, node1, node2 } = family;
      for (const [client, as] of [
        ["a", pods.a],
        ["d", pods.d],
        ["node1", node1],
        ["node2", node2],
        ["lan", node1],
        ["outside", node1],
      ] as const) {
        await reaches(lab, client, door(outer(3, family), 80), { at: "c", as, toPort: 8080 });
        await reaches(lab, client, door(outer(3, family), "53/udp"), { at: "b", as, toPort: 5353 });
      }
    }),
    "service external at a node's own address": both(async (lab, { node2 }) => {
      for (const client of ["a", "d", "node1", "lan"]) {
        await reaches(lab, client, door(node2, 443), { at: "c", toPort: 8080 });
        await refused(lab, client, door(node2, 444));
        for (const target of [node2, door(node2, 22)]) await reaches(lab, client, target, { at: "node2" });
      }
    }),
    "service loadbalancer": both(async (lab, family) => {
      for (const n of [5, 6])
        for (const client of ["a", "node1", "lan", "outside"])
          await reaches(lab, client, door(outer(n, family), 80), { at: "c", toPort: 8080 });
    }),
    "service loadbalancer from": both(async (lab, family) => {
      for (const n of [7, 8]) {
        await reaches(lab, "lan", door(outer(n, family), 80), { at: "c", as: family.node1 });
        for (const client of ["a", "node1", "node2", "outside"]) await silent(lab, client, door(outer(n, family), 80));
        await refused(lab, "outside", door(outer(n, family), 81));
      }
      for (const target of [door(family.vip(6), 80), door(family.node1, 30082)])
        await reaches(lab, "node2", target, { at: "c" });
    }),
    "service internal local": both(async (lab, { vip, node1 }) => {
      for (const [client, at] of [
        ["a", "b"],
        ["node1", "b"],
        ["d", "c"],
        ["node2", "c"],
      ] as const) {
        await draws(lab, client, door(vip(7), 80), [at], 10);
      }
      await silent(lab, "a", door(vip(7), 81));
      await silent(lab, "node1", door(vip(7), 81));
      await reaches(lab, "d", door(vip(7), 81), { at: "c" });
      await draws(lab, "lan", door(node1, 30083), ["b", "c"]);
    }),
    "service external-traffic local": both(async (lab, family) => {
      const { vip, lan, node1, node2, outside } = family;
      await reaches(lab, "lan", door(node1, 30084), { at: "b", as: lan });
      await reaches(lab, "lan", door(node2, 30084), { at: "c", as: lan });
      await reaches(lab, "outside", door(outer(9, family), 80), { at: "b", as: outside[0] });
      await silent(lab, "lan", door(node1, 30085));
      for (const client of ["a", "d", "node1", "node2"]) await draws(lab, client, door(node1, 30084), ["b", "c"]);
      await draws(lab, "d", door(vip(8), 80), ["b", "c"]);
    }),
    "service affinity client": both(async (lab, family) => {
      const { vip, node1 } = family;
      const everyDoor = [door(outer(10, family), 80), door(node1, 30086), door(vip(9), 80)];
      for (const client of ["a", "node1", "lan"]) {
        const answering = new Set(Object.keys(tally(await connections(lab, client, everyDoor[0]!, 1))));
        for (const target of everyDoor)
          for (const host of Object.keys(tally(await connections(lab, client, target, 15)))) answering.add(host);
        assert.equal(answering.size, 1, `${client} is answered by ${[...answering]}`);
      }
    }),
    "service port that a door does not serve": both(async (lab, family) => {
      for (const n of [3, 5])
        for (const client of ["a", "node1", "lan"])
          for (const target of [outer(n, family), door(outer(n, family), 81), door(outer(n, family), "80/udp")])
            await refused(lab, client, target);
    }),
    "hairpin through every door": both(async (lab, family) => {
      const { vip, node1, node2 } = family;
      for (const target of [vip(10), outer(11, family), outer(12, family)])
        await reaches(lab, "b", door(target, 80), { at: "b", as: node1 });
      await reaches(lab, "b", door(node1, 30087), { at: "b", as: node1 });
      await reaches(lab, "b", door(node2, 30087), { at: "b", as: node2 });
    }),
    "deny to a service, at every door": both(async (lab, family) => {
      const { vip, node1, node2, pods } = family;
      for (const target of [vip(11), outer(13, family), outer(14, family)]) {
        await silent(lab, "a", door(target, 80));
        await reaches(lab, "b", door(target, 80), { at: "c", toPort: 7000 });
      }
      for (const node of [node1, node2]) {
        await silent(lab, "a", door(node, 30088));
        await reaches(lab, "b", door(node, 30088), { at: "c", toPort: 7000 });
      }
      await reaches(lab, "a", door(pods.c, 7000), { at: "c" });
    }),
    "deny to a nodeport": both(async (lab, { vip, node1, node2 }) => {
      await silent(lab, "a", door(node1, 30089));
      await reaches(lab, "a", door(node2, 30089), { at: "c", toPort: 7001 });
      await reaches(lab, "a", door(vip(12), 80), { at: "c", toPort: 7001 });
      await reaches(lab, "b", door(node1, 30089), { at: "c", toPort: 7001 });
    }),
    "allow of a nodeport opens its backends": both(async (lab, { vip, node1, pods }) => {
      for (const target of [door(node1, 30090), door(vip(13), 80), door(pods.b, 7002)]) {
        await reaches(lab, "a", target, { at: "b", toPort: 7002 });
        await silent(lab, "c", target);
      }
    }),
  },
};

const listening = (setting: string): string =>
  dualStack([`nodeports ${setting}`], [`service ports ${vips(1)} { 80 nodeport 30080 -> c:8080 }`]);

const ALL: Chapter = {
  name: "nodeports at every address",
  program: listening("all"),
  prepare: nothing,
  rows: {
    "cluster nodeports all": both(async (lab, { node1, onLan, pods, vip }) => {
      for (const target of [node1, onLan(SECOND)]) {
        await reaches(lab, "lan", door(target, 30080), { at: "c", as: node1, toPort: 8080 });
        await reaches(lab, "a", door(target, 30080), { at: "c", as: pods.a, toPort: 8080 });
        await reaches(lab, "node1", door(target, 30080), { at: "c", as: node1, toPort: 8080 });
      }
      await refused(lab, "node1", door(onLan(SECOND), 30081));
      await refused(lab, "a", door(vip(1), 30080));
      await refused(lab, "node1", vip(1).includes(":") ? "[::1]:30080" : "127.0.0.1:30080");
    }),
  },
};

const RANGE: Chapter = {
  name: "nodeports at some addresses",
  program: listening("192.168.100.160/28, fd00:100::160/124"),
  prepare: nothing,
  rows: {
    "cluster nodeports of a range": both(async (lab, { node1, onLan }) => {
      await reaches(lab, "lan", door(onLan(SECOND), 30080), { at: "c", as: node1, toPort: 8080 });
      for (const client of ["a", "lan"]) await refused(lab, client, door(node1, 30080));
    }),
  },
};

export const DOORS: readonly Chapter[] = [PRIMARY, ALL, RANGE];
