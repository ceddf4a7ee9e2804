/** Chapter two: policy. Each row has a port of its own on pod b, so that no rule stands in another's way. */
import assert from "node:assert/strict";
import { door, dualStack, each, everyWay, FAMILIES, vips } from "../family.ts";
import { heard } from "../kernel-log.ts";
import type { Lab } from "../lab.ts";
import { draws, reaches, refused, silent } from "../probe.ts";
import { both, type Chapter, nothing } from "./row.ts";

const LOG_PREFIX = "netc-table ";

const lanHosts = each(({ lan }) => lan);
const lanRange = "192.168.100.0/24, fd00:100::/64";
const someServices = FAMILIES.map(({ vip }) => `${vip(0).replace(/::0$/, "::")}/${vip(0).includes(":") ? 112 : 24}`);

const PROGRAM = dualStack(
  [],
  [
    // A default counts after every plain rule, wherever it stands.
    "default reject any -> b:7003",
    "allow c -> b:7003",
    "allow a -> b:7000",
    "deny any -> b:7000",
    "deny a -> b:7001",
    "reject a -> b:7002, b:5353/udp",
    "reject c -> b:icmp",
    `deny a -> b:7004 log "${LOG_PREFIX}"`,
    "allow a:5556 -> b:7005",
    "deny a:5555-5557 -> b:7005",
    "deny a:5555/udp -> b:8080/udp",
    "deny d -> b:udp",
    "deny d -> a:icmp",
    `service on-pod ${vips(6)} { 80 -> b:7006 }`,
    "deny c -> b:7006",
    `service closed-to-c ${vips(7)} { 80 -> b:7007 }`,
    "deny c -> closed-to-c",
    `service opened ${vips(8)} { 80 -> b:7008, d:7008 }`,
    "allow c -> opened",
    "default deny any -> b:7008, d:7008",
    "deny a -> node1:7009",
    "deny node2 -> b:7010",
    `deny ${lanHosts} -> b:7011`,
    `deny ${lanRange} -> b:7012`,
    `group strangers = d, ${lanHosts}`,
    "deny strangers -> b:7013",
    `service far ${vips(9)} { 443 -> b:7014 }`,
    `deny d -> ${someServices.map((range) => (range.includes(":") ? `[${range}]:443` : `${range}:443`)).join(", ")}`,
    "allow fd00:100::200 -> b:8081",
    "deny any -> b:8081",
    "deny fd00:100::200 -> b:22",
    "hairpin all",
    `masquerade pods except nodes, ${lanRange}`,
  ],
);

const deniedTo = (lab: Lab, target: string, clients: readonly string[]): Promise<unknown> =>
  Promise.all(clients.map((client) => silent(lab, client, target)));

export const POLICY: Chapter = {
  name: "policy",
  program: PROGRAM,
  prepare: nothing,
  rows: {
    allow: both(async (lab, { pods }) => {
      await reaches(lab, "a", door(pods.b, 7000), { at: "b", as: pods.a });
      await deniedTo(lab, door(pods.b, 7000), ["c", "node1", "lan"]);
    }),
    "allow of a service opens its backends": both(async (lab, { vip, pods }) => {
      await draws(lab, "c", door(vip(8), 80), ["b", "d"]);
      await reaches(lab, "c", door(pods.b, 7008), { at: "b", as: pods.c });
      await deniedTo(lab, door(vip(8), 80), ["a", "node1"]);
      await deniedTo(lab, door(pods.d, 7008), ["a", "node1"]);
    }),
    deny: both(async (lab, { pods }) => {
      await silent(lab, "a", door(pods.b, 7001));
      for (const client of ["c", "node1"]) await reaches(lab, client, door(pods.b, 7001), { at: "b" });
    }),
    "reject with a reset": both(async (lab, { pods }) => {
      await refused(lab, "a", door(pods.b, 7002));
      await reaches(lab, "c", door(pods.b, 7002), { at: "b" });
    }),
    "reject with ICMP": both(async (lab, { pods }) => {
      await refused(lab, "a", door(pods.b, "5353/udp"));
      await reaches(lab, "c", door(pods.b, "5353/udp"), { at: "b" });
    }),
    "reject of a ping": both(async (lab, { pods }) => {
      await refused(lab, "c", pods.b);
      await reaches(lab, "a", pods.b, { at: "b" });
    }),
    default: both(async (lab, { pods }) => {
      await reaches(lab, "c", door(pods.b, 7003), { at: "b" });
      for (const client of ["a", "node1"]) await refused(lab, client, door(pods.b, 7003));
    }),
    "allow, deny of a source port": both(async (lab, { pods }) => {
      await silent(lab, "a", door(pods.b, 7005), { fromPort: 5555 });
      await silent(lab, "a", door(pods.b, 7005), { fromPort: 5557 });
      await reaches(lab, "a", door(pods.b, 7005), { at: "b", fromPort: 5556 }, { fromPort: 5556 });
      await reaches(lab, "a", door(pods.b, 7005), { at: "b", fromPort: 5558 }, { fromPort: 5558 });
      await silent(lab, "a", door(pods.b, "8080/udp"), { fromPort: 5555 });
      await reaches(lab, "a", door(pods.b, "8080/udp"), { at: "b", fromPort: 5556 }, { fromPort: 5556 });
    }),
    "deny of a protocol": both(async (lab, { pods }) => {
      await deniedTo(lab, door(pods.b, "53/udp"), ["d"]);
      await deniedTo(lab, door(pods.b, "8080/udp"), ["d"]);
      await reaches(lab, "d", door(pods.b, 80), { at: "b" });
      await reaches(lab, "d", pods.b, { at: "b" });
    }),
    "deny of icmp": both(async (lab, { pods }) => {
      await silent(lab, "d", pods.a);
      await reaches(lab, "d", door(pods.a, 80), { at: "a" });
      await reaches(lab, "d", door(pods.a, "53/udp"), { at: "a" });
      await reaches(lab, "c", pods.a, { at: "a" });
    }),
    "deny to a pod": both(async (lab, { vip, pods }) => {
      await deniedTo(lab, door(pods.b, 7006), ["c"]);
      await deniedTo(lab, door(vip(6), 80), ["c"]);
      await reaches(lab, "a", door(vip(6), 80), { at: "b", toPort: 7006 });
    }),
    "deny to a service": both(async (lab, { vip, pods }) => {
      await silent(lab, "c", door(vip(7), 80));
      await reaches(lab, "c", door(pods.b, 7007), { at: "b" });
      await reaches(lab, "a", door(vip(7), 80), { at: "b", toPort: 7007 });
    }),
    "deny to a node": both(async (lab, { node1, node2 }) => {
      await silent(lab, "a", door(node1, 7009));
      await reaches(lab, "a", door(node2, 7009), { at: "node2" });
      await reaches(lab, "lan", door(node1, 7009), { at: "node1" });
    }),
    "deny from a node": both(async (lab, { pods }) => {
      await silent(lab, "node2", door(pods.b, 7010));
      for (const client of ["node1", "c"]) await reaches(lab, client, door(pods.b, 7010), { at: "b" });
    }),
    "deny of an address": both(async (lab, { pods }) => {
      await silent(lab, "lan", door(pods.b, 7011));
      await reaches(lab, "lan", door(pods.b, 443), { at: "b" });
      await reaches(lab, "node2", door(pods.b, 7011), { at: "b" });
    }),
    "deny of a range": both(async (lab, { pods }) => {
      await deniedTo(lab, door(pods.b, 7012), ["lan", "node2"]);
      for (const client of ["a", "c", "outside"]) await reaches(lab, client, door(pods.b, 7012), { at: "b" });
    }),
    "deny of a range that holds a service": both(async (lab, { vip, pods }) => {
      await silent(lab, "d", door(vip(9), 443));
      await reaches(lab, "c", door(vip(9), 443), { at: "b", toPort: 7014 });
      await reaches(lab, "d", door(pods.b, 7014), { at: "b" });
    }),
    group: both(async (lab, { pods }) => {
      await deniedTo(lab, door(pods.b, 7013), ["d", "lan"]);
      for (const client of ["c", "node1"]) await reaches(lab, client, door(pods.b, 7013), { at: "b" });
    }),
    "allow, deny of what one family lacks": {
      // Nothing in IPv4, and never any.
      IPv4: async (lab, { pods }) => {
        await deniedTo(lab, door(pods.b, 8081), ["lan", "a"]);
        await reaches(lab, "lan", door(pods.b, 22), { at: "b" });
      },
      IPv6: async (lab, { pods }) => {
        await reaches(lab, "lan", door(pods.b, 8081), { at: "b" });
        await silent(lab, "a", door(pods.b, 8081));
        await silent(lab, "lan", door(pods.b, 22));
        await reaches(lab, "a", door(pods.b, 22), { at: "b" });
      },
    },
    "deny log": both(async (lab, { pods }) => {
      await heard(LOG_PREFIX, [`SRC=${spelled(pods.a)} DST=${spelled(pods.b)}`, "DPT=7004"], () =>
        silent(lab, "a", door(pods.b, 7004)),
      );
    }),
  },
};

/** The kernel's log writes IPv6 addresses in full. */
function spelled(address: string): string {
  if (!address.includes(":")) return address;
  const [head, tail] = address.split("::").map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = Array.from({ length: 8 - head!.length - tail!.length }, () => "0");
  return [...head!, ...zeros, ...tail!].map((group) => group.padStart(4, "0")).join(":");
}

const NARROW = "1300";

const impossible = { because: "IPv4 has ARP, which no filter of netc's ever sees" } as const;

/** Chapter three: everything closed, and IPv6's neighbour discovery goes on. */
export const CLOSED: Chapter = {
  name: "everything closed",
  program: dualStack(
    [],
    [
      "masquerade pods",
      "default deny any -> pods",
      "default deny any -> any",
      `allow a -> ${each(({ outside: [host] }) => host)}`,
      "allow nodes -> nodes",
    ],
  ),
  prepare: async (lab) => {
    await lab.on("router", "ip", "link", "set", "out0", "mtu", NARROW);
    await lab.on("outside", "ip", "link", "set", "eth0", "mtu", NARROW);
  },
  rows: {
    "default deny any, and errors about what is allowed": both(async (lab, { outside: [host] }) => {
      // Longer than the way behind the router: it says so to the pod, by way of the node that translates.
      const said = await lab.on("a", "sh", "-c", `ping -n -c 1 -W 1 -M do -s 1400 ${host} 2>&1 || :`);
      assert.match(said, new RegExp(`mtu ?= ?${NARROW}`));
      await reaches(lab, "a", door(host, 80), { at: "outside" });
    }),
    "default deny any, and neighbours": {
      IPv4: impossible,
      IPv6: async (lab, { outside: [host], node1, node2, pods }) => {
        for (const place of ["a", "node1", "node2", "router", "lan"])
          await lab.on(place, "ip", "-6", "neigh", "flush", "all");
        for (const target of everyWay(host)) await reaches(lab, "a", target, { at: "outside", as: node1 });
        await reaches(lab, "node1", door(node2, 80), { at: "node2", as: node1 });
        await deniedTo(lab, door(host, 80), ["b", "node1"]);
        await deniedTo(lab, door(pods.b, 80), ["a", "c", "node1"]);
      },
    },
  },
};
