/** Pods of other nodes through a tunnel: addresses kept, big writes whole, whatever the nodes think of reverse paths. */
import assert from "node:assert/strict";
import { ALL_BACKENDS } from "./backend.ts";
import { door, dualStack, each, everyWay, FAMILIES, type Family, IPV4, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { arrivals, draws, echoesBack, reaches, silent, unanswered } from "./probe.ts";
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

const bytes = (...parts: readonly number[]): Buffer => Buffer.from(parts);
const dotted = (address: string): Buffer => Buffer.from(address.split(".").map(Number));

/** Of IPv4's header: the ones' complement of the sum of its words (RFC 791). */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** What the tunnel's end takes for a frame: a datagram to port 53 of a pod, from a source that nobody asked for (RFC 7348). */
function carried(hardware: string, from: string, to: string): string {
  const text = Buffer.from("carried");
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(5353, 0);
  udp.writeUInt16BE(53, 2);
  udp.writeUInt16BE(udp.length + text.length, 4);
  const ip = Buffer.concat([bytes(0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0), dotted(from), dotted(to)]);
  ip.writeUInt16BE(ip.length + udp.length + text.length, 2);
  ip.writeUInt16BE(checksum(ip), 10);
  const ethernet = [Buffer.from(hardware.replaceAll(":", ""), "hex"), bytes(2, 0, 0, 0, 0, 9, 8, 0)];
  return Buffer.concat([bytes(8, 0, 0, 0, 0, 0, 1, 0), ...ethernet, ip, udp, text]).toString("hex");
}

/** Of node1's pods, so that node2 takes it for what came through the tunnel. */
const CLAIMED = "10.244.1.77";

lesson(
  "a tunnel takes packets from nodes alone",
  { topology: TWO_NODES, backends: ALL_BACKENDS },
  async (lab, observe) => {
    for (const { flag, onLan, node1, services } of FAMILIES) {
      await lab.on("node2", "ip", "address", "add", `${onLan(151)}/${flag === "-4" ? 32 : 128}`, "dev", "ens33");
      await lab.on("lan", "ip", flag, "route", "replace", services, "via", node1);
    }
    const hardware = async (node: string): Promise<string> =>
      /link\/ether (\S+)/.exec(await lab.on(node, "ip", "link", "show", "dev", "netc-vxlan"))![1]!;
    for (const [family, more] of [
      [FAMILIES[0]!, ["masquerade pods"]],
      [FAMILIES[1]!, []],
    ] as const) {
      const { node1, node2, vip, pods, onLan, name, outside } = family;
      const services = [
        `service tunnels ${vip(7)} { 6000/udp nodeport 30478 -> ${name === "IPv6" ? `[${node2}]` : node2}:4789 }`,
        `service own ${vip(8)} { 6000/udp -> ${name === "IPv6" ? `[${node1}]` : node1}:4789 }`,
      ];
      const program = dualStack(["network vxlan"], [...services, ...more, "deny a -> c"])
        .replace(`node node1 ${each((one) => one.node1)}`, `node node1 ${node1}`)
        .replace(`node node2 ${each((one) => one.node2)}`, `node node2 ${node2}`);
      await observe(`over ${name}, ${more.join() || "nothing masqueraded"}`, async () => {
        await lab.load(program);
        const to1 = carried(await hardware("node1"), CLAIMED, IPV4.pods.b);
        const to2 = carried(await hardware("node2"), CLAIMED, IPV4.pods.c);
        const enters = async (client: string, host: string, port: number, payload: string): Promise<void> => {
          await (await lab.agent(client)).ask("udp", { host, port, payload, wait: 30 });
        };
        const carriedTo = async (): Promise<number> => {
          const all = await Promise.all(["b", "c"].map((host) => arrivals(lab, host)));
          return all.flat().filter(({ from }) => from === CLAIMED).length;
        };
        await carriedTo();
        for (const client of ["a", "lan", "outside"])
          await Promise.all([enters(client, node1, 4789, to1), enters(client, node2, 4789, to2)]);
        for (const client of ["a", "lan"])
          await Promise.all([
            enters(client, vip(7), 6000, to2),
            enters(client, vip(8), 6000, to1),
            enters(client, node1, 30478, to2),
            enters(client, onLan(151), 4789, to2),
          ]);
        assert.equal(await carriedTo(), 0);
        // Nodes are believed: the frame is one that the tunnel takes.
        await enters("node1", node2, 4789, to2);
        assert.equal(await carriedTo(), 1);
        await reaches(lab, "a", door(pods.d, 80), { at: "d", as: pods.a });
        await silent(lab, "a", door(pods.c, 80));
        if (more.length > 0) await reaches(lab, "b", door(outside[0], 80), { at: "outside", as: node1 });
      });
    }
  },
);
