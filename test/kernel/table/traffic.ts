/** Chapter one: what is carried and translated, without policy. */
import assert from "node:assert/strict";
import { door, dualStack, each, everyWay, FAMILIES, type Family, vips } from "../family.ts";
import type { Lab } from "../lab.ts";
import { connections, draws, reaches, refused, silent, tally, unanswered } from "../probe.ts";
import { both, type Chapter } from "./row.ts";

const outside = (at: number): string => each((family) => family.outside[at]!);

const perFamily = (statement: (family: Family) => string): readonly string[] => FAMILIES.map(statement);

/** The marked go another way: to the host on the LAN, which has the address too. */
const MARKED = 3;
const MARK_TABLE = "100";

const PROGRAM = dualStack(
  ["network host-gw"],
  [
    `service web ${vips(1)} -> c`,
    `service lines ${vips(2)} { 80 -> b:8080; 53/udp -> b:5353; 81 -> none; 53 -> none; 443/udp -> none }`,
    `service several ${vips(3)} { 80 -> a, b:8080, c }`,
    `service heavy ${vips(4)} { 80 -> a weight 3, c; 81 -> a, b weight 0, c; 443 -> d weight 0 }`,
    `service ranges ${vips(5)} { 6000-6029 -> c; 5000-5029 -> c:6000-6029; 7000-7029/udp -> b:6000-6029 }`,
    "group front = a, d",
    `service group ${vips(6)} { 80 -> front:8081 }`,
    `service self ${vips(7)} -> b`,
    `service both ${vips(8)} { 80 -> a, b }`,
    `service far ${vips(9)} { 80 -> ${perFamily(({ lan }) => door(lan, 8080)).join(", ")} }`,
    `service closed ${vips(10)} -> none`,
    "hairpin self, both",
    `masquerade pods except nodes, ${outside(1)}`,
    ...perFamily(({ onLan, outside: hosts }) => `snat d to ${onLan(150)} except ${hosts[2]}`),
    ...perFamily(({ podRanges, onLan }) => `snat ${podRanges.node2} to ${onLan(151)}`),
    ...perFamily(({ elsewhere, lan }) => `route ${elsewhere(1)} via ${lan} on node1`),
    ...perFamily(({ elsewhere, lan }) => `route ${elsewhere(2)} via ${lan} dev ens33 on node1`),
    `mark a, node2 -> ${outside(MARKED)} 0x10/0xff`,
    `mark c -> ${outside(MARKED)} 0x20/0xf0`,
    `mark a -> ${outside(2)} 0x40/0xff`,
    `mark ${each(({ podRanges }) => podRanges.node1)} -> ${outside(2)} 0x30/0xff`,
  ],
);

async function prepare(lab: Lab): Promise<void> {
  for (const { flag, podRanges, services, node1, node2, lan, outside: hosts, onLan, elsewhere } of FAMILIES) {
    const ip = (host: string, ...words: readonly string[]): Promise<string> => lab.on(host, "ip", flag, ...words);
    for (const host of ["lan", "router"]) {
      await ip(host, "route", "add", podRanges.node1, "via", node1);
      await ip(host, "route", "add", podRanges.node2, "via", node2);
      await ip(host, "route", "add", services, "via", node1);
    }
    // Not for what the node itself sends: IPv6 would choose by itself among several.
    const spare = flag === "-6" ? ["preferred_lft", "0"] : [];
    const length = flag === "-4" ? 32 : 128;
    for (const n of [150, 151]) await ip("node2", "address", "add", `${onLan(n)}/${length}`, "dev", "ens33", ...spare);
    for (const address of [elsewhere(1), elsewhere(2), hosts[MARKED]])
      await ip("lan", "address", "add", `${address}/${length}`, "dev", "lo");
    for (const [node, mark] of [
      ["node1", "0x10/0xff"],
      ["node2", "0x10/0xff"],
      ["node2", "0x20/0xf0"],
    ] as const)
      await ip(node, "rule", "add", "fwmark", mark, "lookup", MARK_TABLE);
    await ip("node1", "rule", "add", "fwmark", "0x30/0xff", "prohibit");
    for (const node of ["node1", "node2"])
      await ip(node, "route", "add", hosts[MARKED], "via", lan, "table", MARK_TABLE);
  }
}

/** Shares of `count` draws: both within four standard deviations of three to one, in one of three tries. */
async function threeToOne(lab: Lab, client: string, target: string): Promise<void> {
  const count = 300;
  const bound = 4 * Math.sqrt(count * 0.75 * 0.25);
  const seen: string[] = [];
  for (let round = 0; round < 3; round++) {
    const counts = tally(await connections(lab, client, target, count));
    assert.deepEqual(Object.keys(counts).sort(), ["a", "c"], JSON.stringify(counts));
    if (Math.abs(counts.a! - 0.75 * count) <= bound) return;
    seen.push(JSON.stringify(counts));
  }
  assert.fail(`${client} -> ${target}: three times beyond ${bound} of ${0.75 * count}: ${seen.join(" ")}`);
}

export const TRAFFIC: Chapter = {
  name: "traffic",
  program: PROGRAM,
  prepare,
  rows: {
    "cluster pods": both(async (lab, { pods, node1, outside: [host] }) => {
      await reaches(lab, "a", door(pods.c, 80), { at: "c", as: pods.a });
      await reaches(lab, "c", door(pods.b, 80), { at: "b", as: pods.c });
      // What lies outside them is masqueraded.
      await reaches(lab, "a", door(host, 80), { at: "outside", as: node1 });
    }),
    "cluster services": both(async (lab, { vip, flag, node1 }) => {
      await refused(lab, "node1", door(vip(200), 80));
      assert.match(await lab.on("node1", "ip", flag, "route", "get", vip(200)), new RegExp(`src ${node1} `));
    }),
    "cluster network host-gw": both(async (lab, { pods, node1, node2 }) => {
      for (const target of everyWay(pods.c)) await reaches(lab, "a", target, { at: "c", as: pods.a });
      for (const target of everyWay(pods.a)) await reaches(lab, "c", target, { at: "a", as: pods.c });
      await reaches(lab, "node1", door(pods.c, 80), { at: "c", as: node1 });
      await reaches(lab, "node2", door(pods.a, 80), { at: "a", as: node2 });
    }),
    "cluster gateway link-local": both(async (lab, { flag, name, outside: [host], node1 }) => {
      const gateway = name === "IPv4" ? "169.254.10.24" : "fe80::1";
      assert.match(await lab.on("a", "ip", flag, "route", "show", "default"), new RegExp(`via ${gateway} dev eth0`));
      await reaches(lab, "a", door(host, 80), { at: "outside", as: node1 });
    }),
    node: both(async (lab, { pods, node1 }) => {
      for (const target of everyWay(node1)) await reaches(lab, "a", target, { at: "node1", as: pods.a });
      await reaches(lab, "node1", door(pods.a, 80), { at: "a", as: node1 });
    }),
    "node dev": both(async (lab, { pods, flag, node2 }) => {
      const route = await lab.on("node1", "ip", flag, "route", "get", pods.c);
      assert.match(route, new RegExp(`via ${node2} dev ens33`));
      await reaches(lab, "node1", pods.c, { at: "c" });
    }),
    "node pods": both(async (lab, { pods, vip, node1, node2 }) => {
      // Its own pods' clients keep their address; others, by the node, do not.
      await reaches(lab, "a", door(vip(1), 80), { at: "c", as: pods.a });
      await reaches(lab, "d", door(vip(7), 80), { at: "b", as: pods.d });
      await reaches(lab, "lan", door(vip(1), 80), { at: "c", as: node1 });
      await reaches(lab, "node2", door(vip(7), 80), { at: "b", as: node2 });
    }),
    pod: both(async (lab, { pods }) => {
      for (const target of everyWay(pods.b)) await reaches(lab, "a", target, { at: "b", as: pods.a });
      await reaches(lab, "a", door(pods.a, 80), { at: "a", as: pods.a });
    }),
    "service of every protocol": both(async (lab, { vip, pods, node1 }) => {
      for (const target of everyWay(vip(1))) {
        await reaches(lab, "a", target, { at: "c", as: pods.a });
        await reaches(lab, "node1", target, { at: "c", as: node1 });
        await reaches(lab, "lan", target, { at: "c", as: node1 });
      }
      await reaches(lab, "a", door(vip(1), 8081), { at: "c", toPort: 8081, fromPort: 5999 }, { fromPort: 5999 });
    }),
    "service port line": both(async (lab, { vip, pods, node1 }) => {
      await reaches(lab, "a", door(vip(2), 80), { at: "b", as: pods.a, toPort: 8080 });
      await reaches(lab, "a", door(vip(2), "53/udp"), { at: "b", as: pods.a, toPort: 5353 });
      await reaches(lab, "node1", door(vip(2), 80), { at: "b", as: node1, toPort: 8080 });
      await reaches(lab, "node1", door(vip(2), "53/udp"), { at: "b", as: node1, toPort: 5353 });
      await reaches(lab, "lan", door(vip(2), "53/udp"), { at: "b", as: node1, toPort: 5353 });
    }),
    "service of several backends": both(async (lab, { vip }) => {
      for (const client of ["d", "node1", "lan"]) await draws(lab, client, door(vip(3), 80), ["a", "b", "c"]);
    }),
    "service weight": both(async (lab, { vip }) => {
      for (const client of ["b", "node1"]) await threeToOne(lab, client, door(vip(4), 80));
    }),
    "service weight 0": both(async (lab, { vip }) => {
      await draws(lab, "d", door(vip(4), 81), ["a", "c"], 100);
      await draws(lab, "node1", door(vip(4), 81), ["a", "c"], 100);
      for (const client of ["a", "node1", "lan"]) await refused(lab, client, door(vip(4), 443));
    }),
    "service port range that keeps its place": both(async (lab, { vip }) => {
      for (const port of [6000, 6010, 6029])
        for (const client of ["a", "node1"]) await reaches(lab, client, door(vip(5), port), { at: "c", toPort: port });
      await refused(lab, "a", door(vip(5), 6030));
    }),
    "service port range with an offset": both(async (lab, { vip }) => {
      for (const place of [0, 10, 29])
        for (const client of ["a", "node1"]) {
          await reaches(lab, client, door(vip(5), 5000 + place), { at: "c", toPort: 6000 + place });
          await reaches(lab, client, door(vip(5), `${7000 + place}/udp`), { at: "b", toPort: 6000 + place });
        }
      await refused(lab, "a", door(vip(5), 5030));
      await refused(lab, "a", door(vip(5), 4999));
    }),
    "service group as backend": both((lab, { vip }) => draws(lab, "b", door(vip(6), 80), ["a", "d"])),
    "service address as backend": both(async (lab, { vip, node1 }) => {
      await reaches(lab, "a", door(vip(9), 80), { at: "lan", as: node1, toPort: 8080 });
      await reaches(lab, "node1", door(vip(9), 80), { at: "lan", as: node1, toPort: 8080 });
    }),
    "service -> none": both(async (lab, { vip }) => {
      for (const client of ["a", "node1", "lan"]) {
        for (const target of everyWay(vip(10))) await refused(lab, client, target);
        await refused(lab, client, door(vip(2), 81));
        await refused(lab, client, door(vip(2), "443/udp"));
      }
    }),
    "service port that no line serves": both(async (lab, { vip }) => {
      for (const client of ["a", "node1", "lan"])
        for (const target of [vip(2), door(vip(2), 8081), door(vip(2), "8080/udp")]) await refused(lab, client, target);
    }),
    "service address that no service has": both(async (lab, { vip }) => {
      for (const client of ["a", "node1", "lan"])
        for (const target of everyWay(vip(200))) await refused(lab, client, target);
    }),
    hairpin: both(async (lab, { vip, node1, pods }) => {
      for (const target of everyWay(vip(7))) await reaches(lab, "b", target, { at: "b", as: node1 });
      await draws(lab, "b", door(vip(8), 80), ["a", "b"]);
      // Not said for web: no answer, and others keep their address.
      await silent(lab, "c", door(vip(1), 80));
      await reaches(lab, "a", door(vip(7), 80), { at: "b", as: pods.a });
    }),
    masquerade: both(async (lab, { outside: [host], node1, lan }) => {
      for (const target of everyWay(host)) await reaches(lab, "a", target, { at: "outside", as: node1 });
      await reaches(lab, "a", door(lan, 80), { at: "lan", as: node1 });
    }),
    "masquerade except": both(async (lab, { outside: hosts, pods, node1, node2 }) => {
      await reaches(lab, "a", door(hosts[0], 80), { at: "outside", as: node1 });
      for (const target of everyWay(hosts[1])) await reaches(lab, "a", target, { at: "outside", as: pods.a });
      await reaches(lab, "a", door(node2, 80), { at: "node2", as: pods.a });
    }),
    snat: both(async (lab, { outside: [host], onLan, pods }) => {
      for (const target of everyWay(host)) await reaches(lab, "c", target, { at: "outside", as: onLan(151) });
      await reaches(lab, "c", door(pods.a, 80), { at: "a", as: pods.c });
    }),
    "snat, the longer prefix wins": both(async (lab, { outside: [host], onLan, pods }) => {
      for (const target of everyWay(host)) await reaches(lab, "d", target, { at: "outside", as: onLan(150) });
      await reaches(lab, "d", door(pods.a, 80), { at: "a", as: pods.d });
    }),
    "snat except falls to masquerade": both(async (lab, { outside: hosts, node2 }) => {
      for (const target of everyWay(hosts[2])) await reaches(lab, "d", target, { at: "outside", as: node2 });
    }),
    route: both(async (lab, { elsewhere, node1 }) => {
      for (const n of [1, 2]) {
        await reaches(lab, "node1", elsewhere(n), { at: "lan" });
        await reaches(lab, "node1", door(elsewhere(n), 80), { at: "lan", as: node1 });
        await reaches(lab, "a", door(elsewhere(n), 80), { at: "lan", as: node1 });
      }
    }),
    mark: both(async (lab, { outside: hosts, node1, onLan }) => {
      const target = door(hosts[MARKED], 80);
      await reaches(lab, "a", target, { at: "lan", as: node1 });
      await reaches(lab, "b", target, { at: "outside", as: node1 });
      await reaches(lab, "c", target, { at: "lan", as: onLan(151) });
      await reaches(lab, "a", hosts[MARKED], { at: "lan" });
    }),
    "mark, the longer prefix wins": both(async (lab, { outside: hosts, node1 }) => {
      await reaches(lab, "a", door(hosts[2], 80), { at: "outside", as: node1 });
      await unanswered(lab, "b", door(hosts[2], 80));
    }),
    "mark of what a node sends": both(async (lab, { outside: hosts, node1, node2 }) => {
      await reaches(lab, "node2", door(hosts[MARKED], 80), { at: "lan", as: node2 });
      await reaches(lab, "node1", door(hosts[MARKED], 80), { at: "outside", as: node1 });
    }),
  },
};
