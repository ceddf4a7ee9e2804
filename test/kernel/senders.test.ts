/** Who may send: a pod from its own addresses by its own veth, nobody else from them; what fits no connection; what a router says. */
import assert from "node:assert/strict";
import { ALL_BACKENDS } from "./backend.ts";
import { A, B, C, NODE1, NODE2, OUTSIDE, twoNodes } from "./cast.ts";
import { count, counted, craft, straight } from "./crafted.ts";
import { door, dualStack, each, FAMILIES, type Family } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { arrivals, hold, reaches, silent, talks } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

/** Its veth is called otherwise than `veth-pod-` and its name. */
const ADVERSARY = "adversary";
const EVIL: Readonly<Record<Family["name"], string>> = { IPv4: "10.244.1.66", IPv6: "fd00:244:0:1::66" };
/** Behind pod b, by a route. */
const BEHIND: Readonly<Record<Family["name"], { readonly range: string; readonly address: string }>> = {
  IPv4: { range: "10.9.0.0/24", address: "10.9.0.7" },
  IPv6: { range: "fd00:9::/64", address: "fd00:9::7" },
};
const MORE: Readonly<Record<Family["name"], string>> = { IPv4: "192.168.100.150", IPv6: "fd00:100::150" };

const DUAL = dualStack(
  [],
  [
    `pod ${ADVERSARY} ${each(({ name }) => EVIL[name])} on node1`,
    ...FAMILIES.map(({ name, pods }) => `route ${BEHIND[name].range} via ${pods.b} on node1`),
    "deny a -> node1",
  ],
);

/** Datagrams from one host to some targets, each from an address of its own, sent together; nobody is asked to answer. */
async function sends(lab: Lab, host: string, from: string, targets: readonly string[]): Promise<void> {
  const agent = await lab.agent(host);
  await Promise.all(targets.map((to) => agent.ask("udp", { host: to, port: 53, from, wait: 40 }).catch(() => null)));
}

/** Whose datagrams have come to any of the hosts. */
async function seen(lab: Lab, hosts: readonly string[]): Promise<readonly string[]> {
  const all = await Promise.all(hosts.map((host) => arrivals(lab, host)));
  return [...new Set(all.flat().map(({ from }) => from))].sort();
}

const holdsAddress = async (lab: Lab, host: string, addresses: readonly string[]): Promise<void> => {
  const lines = addresses.map(
    (address) => `ip addr replace ${address}/${address.includes(":") ? "128 nodad" : "32"} dev lo`,
  );
  // `nodad` stands behind the device.
  await lab.on(host, "sh", "-ec", lines.join("\n").replace(/ nodad dev lo/g, " dev lo nodad"));
};

const HEARERS = ["a", "b", "c", "d", "node1", "node2"] as const;

async function pretends(lab: Lab, { name, pods, node1, outside, elsewhere }: Family): Promise<readonly string[]> {
  const gateway = name === "IPv4" ? "169.254.10.24" : null;
  const others = [
    pods.b,
    pods.c,
    outside[0],
    node1,
    elsewhere(1),
    BEHIND[name].address,
    ...(gateway === null ? [] : [gateway]),
  ];
  await holdsAddress(lab, ADVERSARY, others);
  await Promise.all(others.map((from) => sends(lab, ADVERSARY, from, [pods.a, pods.d, MORE[name]])));
  return others;
}

lesson("a pod is what comes in by its veth", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  for (const { name } of FAMILIES) {
    const length = name === "IPv4" ? "32" : "128";
    await lab.on("node1", "ip", "address", "add", `${MORE[name]}/${length}`, "dev", "ens33");
  }
  await lab.load(DUAL);
  await observe("it sends from its own address, and from what a route sends to it", async () => {
    await seen(lab, HEARERS);
    for (const { name, pods } of FAMILIES) {
      await reaches(lab, ADVERSARY, door(pods.c, 80), { at: "c", as: EVIL[name] });
      await holdsAddress(lab, "b", [BEHIND[name].address]);
      await reaches(lab, "b", door(pods.a, 80), { at: "a", as: BEHIND[name].address }, { from: BEHIND[name].address });
    }
  });
  await observe("it sends from nobody else's, and keeps no entry of conntrack alive", async () => {
    const victim = (await lab.agent("b")).ask("udp", { host: A, port: 53, from: B, fromPort: 5555, wait: 200 });
    await victim;
    const entry = ["-p", "udp", "--orig-src", B, "--orig-port-src", "5555"];
    await lab.on("node1", "conntrack", "-U", ...entry, "-t", "3000");
    await seen(lab, HEARERS);
    const claimed = await Promise.all(FAMILIES.map((family) => pretends(lab, family)));
    const agent = await lab.agent(ADVERSARY);
    await agent.ask("udp", { host: A, port: 53, from: B, fromPort: 5555, wait: 40 });
    const came = await seen(lab, HEARERS);
    assert.deepEqual(
      came.filter((from) => claimed.flat().includes(from)),
      [],
    );
    const left = /^udp\s+17 (\d+) /m.exec(await lab.on("node1", "conntrack", "-L", ...entry))?.[1];
    assert.ok(Number(left) > 2000, `the entry's time was set anew: ${left}`);
  });
  await observe("nobody outside sends from a local pod's", async () => {
    for (const { pods, flag, podRanges, node1, node2 } of FAMILIES) {
      await holdsAddress(lab, "lan", [pods.b, pods.d]);
      await lab.on("lan", "ip", flag, "route", "replace", podRanges.node1, "via", node1);
      await lab.on("lan", "ip", flag, "route", "replace", podRanges.node2, "via", node2);
      await sends(lab, "lan", pods.b, [pods.a, node1]);
      await sends(lab, "lan", pods.d, [pods.c, node2]);
      await sends(lab, "lan", pods.d, [pods.a]);
    }
    // Of a pod of another node this one cannot tell the way.
    assert.deepEqual(
      await seen(lab, HEARERS),
      FAMILIES.map(({ pods }) => pods.d),
    );
  });
  await observe("what a host needs to get an address passes", async () => {
    await count(lab, "node1", [
      "ip saddr 0.0.0.0 udp sport 68 udp dport 67 counter name dhcp",
      "ip saddr 0.0.0.0 udp sport 68 udp dport 68 counter name other",
      "ip saddr 0.1.2.3 counter name other",
      "ip6 saddr :: icmpv6 type nd-neighbor-solicit counter name dad",
      "icmp type redirect counter name other",
      "icmpv6 type { nd-redirect, nd-router-advert } counter name other",
      "ip6 saddr fe80::/10 icmpv6 type echo-request counter name other",
    ]);
    const agent = await lab.agent(ADVERSARY);
    const tell = (port: number, fromPort: number) => agent.ask("udp", { host: A, port, fromPort, wait: 30 });
    await craft(lab, ADVERSARY, [
      "udp dport { 67, 68 } ip saddr set 0.0.0.0",
      "udp dport 69 ip saddr set 0.1.2.3",
      "icmp type echo-request icmp type set 5",
    ]);
    await tell(67, 68);
    await tell(68, 68);
    await tell(69, 68);
    await agent.ask("ping", { host: A, wait: 50 });
    await straight(lab, ADVERSARY);
    await lab.on(
      ADVERSARY,
      "sh",
      "-ec",
      "echo 1 >/proc/sys/net/ipv6/conf/eth0/accept_dad; ip -6 addr add fd00:244:0:1::67/128 dev eth0",
    );
    await agent.ask("ping", { host: "fe80::1%eth0", wait: 50 });
    await lab.on(
      ADVERSARY,
      "sh",
      "-c",
      "for i in 1 2 3 4 5 6 7 8 9 10; do ip -6 addr show dev eth0 tentative | grep -q fd00 || break; sleep 0.2; done",
    );
    assert.ok((await counted(lab, "node1", "dhcp")) > 0, "DHCP");
    assert.ok((await counted(lab, "node1", "dad")) > 0, "duplicate address detection");
    assert.equal(await counted(lab, "node1", "other"), 0);
  });
  await observe("a rule about a pod and its node holds at every address of the node", async () => {
    const link = /inet6 (fe80::\S+)\/64/.exec(
      await lab.on("node1", "ip", "-6", "addr", "show", "dev", "veth-pod-a"),
    )?.[1];
    const closed = ["169.254.10.24", ...FAMILIES.flatMap(({ name, node1 }) => [node1, MORE[name]])];
    const links = ["fe80::1", ...(link === undefined ? [] : [link])];
    await Promise.all(closed.map((address) => silent(lab, "a", door(address, 80))));
    for (const address of closed) await reaches(lab, "b", door(address, 80), { at: "node1" });
    const global = FAMILIES[1]!.pods.a;
    await Promise.all(
      links.flatMap((address) => [
        silent(lab, "a", `[${address}%eth0]:22`),
        silent(lab, "a", `[${address}%eth0]:22`, { from: global }),
      ]),
    );
  });
  await observe(
    "its veth is known by its group, whatever its name: out of it, a remote pod's address passes",
    async () => {
      const device = (await lab.on("node1", "sh", "-ec", "ip -o link show group 28261 | sed 's/^[0-9]*: //;s/@.*//'"))
        .trim()
        .split("\n");
      assert.equal(device.length, 3);
      const [other] = device.filter((name) => name !== "veth-pod-a" && name !== "veth-pod-b");
      await lab.on("node1", "ip", "link", "set", "dev", other!, "group", "default");
      await seen(lab, HEARERS);
      for (const { pods } of FAMILIES) {
        await sends(lab, ADVERSARY, pods.c, [pods.a]);
        await sends(lab, ADVERSARY, pods.b, [pods.a]);
      }
      assert.deepEqual(
        await seen(lab, HEARERS),
        FAMILIES.map(({ pods }) => pods.c),
      );
      await lab.load(DUAL);
      for (const { pods } of FAMILIES) await sends(lab, ADVERSARY, pods.c, [pods.a]);
      assert.deepEqual(await seen(lab, HEARERS), []);
    },
  );
});

const SERVED = twoNodes("masquerade pods", "service web 10.96.0.100 { 80 nodeport 30080 -> a:8080 }");

/** A number far beyond any window. */
const BEYOND = "tcp sequence set 0x30000000";

lesson("what fits no connection", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  await lab.on("node2", "iptables", "-P", "FORWARD", "DROP");
  await lab.load(SERVED);
  await observe("a router's word by a pod is not heard, in a program of IPv4 alone", async () => {
    const advertise = async (): Promise<string> => {
      await craft(lab, "b", [
        "icmpv6 type echo-request ip6 hoplimit set 255 icmpv6 id set 0x4000 icmpv6 sequence set 1800 icmpv6 type set nd-router-advert counter name sent",
      ]);
      const ping = "ping -6 -c 1 -W 0.1 -s 8 -p 00 -I eth0 ff02::1 >/dev/null 2>&1";
      // Nothing is sent before the link's own address is proved to be nobody else's.
      await lab.on(
        "b",
        "sh",
        "-c",
        `for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do ${ping}; nft list counters table inet craft | grep -q "packets [1-9]" && break; sleep 0.3; done`,
      );
      await straight(lab, "b");
      return lab.on("node1", "ip", "-6", "route", "show", "default");
    };
    const before = await lab.on("node1", "ip", "-6", "route", "show", "default");
    // So that the rules alone keep it from being heard.
    const ears = "/proc/sys/net/ipv6/conf/veth-pod-b/accept_ra";
    assert.equal((await lab.on("node1", "cat", ears)).trim(), "0");
    await lab.on("node1", "sh", "-c", `echo 1 >${ears}`);
    assert.equal(await advertise(), before);
    await lab.on("node1", "ip", "link", "set", "dev", "veth-pod-b", "group", "default");
    assert.match(await advertise(), /dev veth-pod-b proto ra/);
    await lab.on(
      "node1",
      "sh",
      "-ec",
      `ip link set dev veth-pod-b group 28261; echo 0 >${ears}; ip -6 route flush default dev veth-pod-b proto ra`,
    );
  });
  await observe(
    "a segment out of its window reaches neither the client nor the node, and the connection lives",
    async () => {
      await hold(lab, "c", "10.96.0.100:80", "of-c");
      await hold(lab, "outside", `${NODE1}:30080`, "of-outside");
      for (const [client, key, liar] of [
        ["c", "of-c", "a"],
        ["outside", "of-outside", "outside"],
      ] as const) {
        const port = liar === "a" ? "tcp sport 8080" : "tcp dport 30080";
        await craft(lab, liar, [`${port} ${BEYOND} counter name sent`]);
        const answer = talks(lab, client, key);
        await lab.on(
          liar,
          "sh",
          "-c",
          'for i in 1 2 3 4 5 6 7 8 9 10; do nft list counters table inet craft | grep -q "packets [1-9]" && break; sleep 0.05; done',
        );
        await straight(lab, liar);
        await answer;
        await talks(lab, client, key);
      }
    },
  );
  await observe("no pod's address leaves by what begins no connection", async () => {
    await count(lab, "router", [`ip saddr 10.244.0.0/16 counter name bare`]);
    await craft(lab, "b", ["tcp flags syn tcp flags set fin|psh|urg"]);
    await silent(lab, "b", `${OUTSIDE}:80`);
    await straight(lab, "b");
    assert.equal(await counted(lab, "router", "bare"), 0);
  });
  await observe("a node in between passes on what it sees one way of, where FORWARD drops as well", async () => {
    await lab.on("router", "ip", "route", "replace", "10.244.1.0/24", "via", NODE2);
    await reaches(lab, "outside", `${A}:80`, { at: "a", as: OUTSIDE });
    await hold(lab, "outside", `${A}:80`, "one-way");
    await talks(lab, "outside", "one-way");
    await reaches(lab, "a", `${C}:80`, { at: "c", as: A });
  });
});
