/** What a node's routes do: which address it speaks from, what an address that no pod has says, and what a pod tells its node. */
import assert from "node:assert/strict";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { door, dualStack, FAMILIES, type Family, IPV4, IPV6, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { probe, reaches, unanswered } from "./probe.ts";
import { assertSameState, nodeState, withoutChance } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

const BEHIND_ROUTE = { "-4": "192.0.2.0/24", "-6": "fd00:2::/64" } as const;

const PROGRAM = dualStack(
  [],
  [
    `service web ${vips(1)} -> c`,
    ...FAMILIES.map(({ flag, lan }) => `route ${BEHIND_ROUTE[flag]} via ${lan} on node1`),
    "masquerade pods",
  ],
);

/** An address of the node's slice that no pod has. */
const nobody = ({ pods }: Family): string => pods.a.replace(/10$/, "99");

/** What the kernel says at once, not an answer that went round until its hops were spent. */
async function unreachable(lab: Lab, client: string, target: string): Promise<void> {
  const outcome = await probe(lab, client, target, { wait: 900 });
  assert.equal(outcome.kind, "unreachable", `${client} -> ${target}: ${JSON.stringify(outcome)}`);
}

const WIDER = { "-4": "10.240.0.0/12", "-6": "fd00:244::/32" } as const;
const WITHIN = { "-4": "10.244.1.201/28", "-6": "fd00:244:0:1::f001/124" } as const;

async function slices(lab: Lab): Promise<readonly string[]> {
  const shows = FAMILIES.map(({ flag }) => `ip ${flag} route show type unreachable`);
  const text = await lab.on("node1", "sh", "-ec", shows.join("\n"));
  return text.split("\n").filter((line) => line !== "");
}

/** What two tools say to their hooks, one a backend: networkd-dispatcher 2.2 and ifupdown 0.8. */
const HOOKED = {
  iptables: "IFACE=ens33 STATE=routable OperationalState=routable AdministrativeState=configured ADDR= ESSID= json={}",
  nft: "IFACE=ens33 LOGICAL=ens33 ADDRFAM=inet METHOD=static MODE=start PHASE=post-up VERBOSITY=0",
} as const;

/** The hook, of a machine that has this script and no unit for it. */
function hookFor(up: string): string {
  const scripts = join(dirname(up), "etc");
  mkdirSync(join(scripts, "node1"), { recursive: true });
  copyFileSync(up, join(scripts, "node1", "up.sh"));
  const text = readFileSync("examples/systemd/netc-link-up", "utf8");
  const file = join(scripts, "netc-link-up");
  writeFileSync(file, text.replace("\nscripts=/etc/netc\n", `\nscripts=${scripts}\n`));
  return file;
}

lesson("a node's own routes", { topology: TWO_NODES }, async (lab, observe) => {
  const on = (host: string, script: string): Promise<string> => lab.on(host, "sh", "-ec", script);
  // The declared address is not the first that the device has.
  const defaults = await on("node1", "ip -6 route show default; ip -4 route show default");
  for (const { flag, node1, onLan } of FAMILIES) {
    const length = flag === "-4" ? 24 : 64;
    await on("node1", `ip address del ${node1}/${length} dev ens33`);
    for (const address of [onLan(50), node1])
      await on("node1", `ip ${flag} address add ${address}/${length} dev ens33 ${flag === "-6" ? "nodad" : ""}`);
  }
  for (const line of defaults.trim().split("\n")) await on("node1", `ip route replace ${line.replace(/ pref .*/, "")}`);
  for (const { flag, elsewhere, podRanges, node1, lan } of FAMILIES) {
    await on("lan", `ip address add ${elsewhere(7)} dev lo`);
    await on("router", `ip ${flag} route add ${podRanges.node1} via ${node1}`);
    await on("lan", `ip ${flag} route add ${podRanges.node1} via ${node1}`);
    await on("node2", `ip ${flag} route add ${elsewhere(0)}/${flag === "-4" ? 24 : 64} via ${lan}`);
  }
  const before = await nodeState(lab, "node1");
  await lab.load(PROGRAM);
  const loaded = await nodeState(lab, "node1");
  const up = await lab.compileScript("up", "node1", PROGRAM);
  const again = async (): Promise<void> => {
    const finished = await lab.runScript(up, "node1");
    assert.equal(finished.status, 0, finished.stderr);
  };

  await observe("it speaks from its declared address by all of them", async () => {
    for (const { pods, vip, node1, elsewhere } of FAMILIES) {
      for (const way of [door(pods.c, 80), door(pods.c, "53/udp")])
        await reaches(lab, "node1", way, { at: "c", as: node1 });
      await reaches(lab, "node1", door(vip(1), 80), { at: "c", as: node1 });
      await reaches(lab, "node1", door(pods.a, 80), { at: "a", as: node1 });
      await reaches(lab, "node1", door(elsewhere(7), 80), { at: "lan", as: node1 });
      await reaches(lab, "a", door(pods.c, 80), { at: "c", as: pods.a });
    }
  });

  await observe("an address that no pod has is unreachable, from wherever it is asked", async () => {
    for (const family of FAMILIES) {
      for (const client of ["outside", "lan", "a", "c", "node1"]) await unreachable(lab, client, nobody(family));
      await unreachable(lab, "node1", door(nobody(family), 80));
      await reaches(lab, "outside", family.pods.a, { at: "a" });
    }
  });

  await observe("unless another route leads to the whole slice, or a network of the node lies in it", async () => {
    const both = (script: (family: Family) => string): Promise<string> => on("node1", FAMILIES.map(script).join("\n"));
    const led: Readonly<Record<string, (family: Family, verb: "add" | "del") => string>> = {
      "a wider route": ({ flag, lan }, verb) => `ip ${flag} route ${verb} ${WIDER[flag]} via ${lan}`,
      "a route of the slice": ({ flag, lan, podRanges }, verb) =>
        `ip ${flag} route ${verb} ${podRanges.node1} via ${lan} metric 50`,
      "a network in it": ({ flag }, verb) => `ip ${flag} address ${verb} ${WITHIN[flag]} dev ens33`,
    };
    const ours = await slices(lab);
    assert.deepEqual(
      ours.map((line) => line.split(" ")[1]),
      FAMILIES.map(({ podRanges }) => podRanges.node1),
    );
    for (const [what, change] of Object.entries(led)) {
      await both((family) => change(family, "add"));
      await again();
      assert.deepEqual(await slices(lab), [], what);
      await both((family) => change(family, "del"));
      await again();
      assert.deepEqual(await slices(lab), ours, `after ${what}`);
    }
    // A pod that somebody wired by hand is no network.
    const wired = ({ flag, pods }: Family): string => `${flag} route add ${pods.a.replace(/10$/, "77")} dev veth-pod-a`;
    await both((family) => `ip ${wired(family)}`);
    await again();
    assert.deepEqual(await slices(lab), ours, "beside a host route");
    await both((family) => `ip ${wired(family).replace("add", "del")}`);
    assertSameState(await nodeState(lab, "node1"), loaded, "after all");
  });

  await observe("a veth believes nothing that its pod says of routers and shorter ways", async () => {
    const files = ["ipv4/conf/veth-pod-a/accept_redirects"].concat(
      ["accept_redirects", "accept_ra"].map((key) => `ipv6/conf/veth-pod-a/${key}`),
    );
    const values = (): Promise<string> => on("node1", `cd /proc/sys/net; cat ${files.join(" ")}`);
    assert.equal(await values(), "0\n0\n0\n");
    await on("node1", `cd /proc/sys/net; for file in ${files.join(" ")}; do echo 1 >$file; done`);
    await again();
    assert.equal(await values(), "0\n0\n0\n");
  });

  await observe(
    "a route of the program that leads to the slice is that of its addresses without a pod too",
    async () => {
      const wider = FAMILIES.map(({ flag, lan }) => `route ${WIDER[flag]} via ${lan} on node1`);
      await lab.load(`${PROGRAM}${wider.join("\n")}\n`);
      for (const family of FAMILIES) {
        assert.deepEqual(await slices(lab), []);
        await reaches(lab, "node1", door(family.pods.a, 80), { at: "a" });
      }
      await lab.load(PROGRAM);
      assertSameState(await nodeState(lab, "node1"), loaded, "as before that route");
    },
  );

  await observe("they come back after a flap of the uplink, by what a tool's hook runs", async () => {
    const hook = hookFor(up);
    const defaults = await on("node1", "ip -6 route show default; ip -4 route show default");
    await on("node1", "ip link set ens33 down; ip link set ens33 up");
    // What brings the link up brings up what is the node's own.
    for (const address of [IPV6.onLan(50), IPV6.node1])
      await on("node1", `ip address add ${address}/64 dev ens33 nodad`);
    for (const line of defaults.trim().split("\n"))
      await on("node1", `ip route replace ${line.replace(/ pref .*/, "")}`);
    await unanswered(lab, "node1", door(IPV4.pods.c, 80));

    // It waits for nobody, not even for a run that holds the lock.
    const holder = on("node1", "flock /run/netc/node1/lock sleep 1");
    const started = Date.now();
    await on("node1", `env ${HOOKED[lab.backend.rules]} sh ${hook}`);
    assert.ok(Date.now() - started < 800, "the hook held up who brings up the link");
    await holder;
    const last = BEHIND_ROUTE["-6"];
    await on("node1", `timeout 10 sh -c 'until ip -6 route show ${last} | grep -q .; do sleep 0.05; done'`);
    await on("node1", "flock /run/netc/node1/lock true");
    for (const { pods, vip, node1, elsewhere } of FAMILIES) {
      await reaches(lab, "node1", door(pods.c, 80), { at: "c", as: node1 });
      await reaches(lab, "a", door(vip(1), 80), { at: "c", as: pods.a });
      await reaches(lab, "node1", door(elsewhere(7), 80), { at: "lan", as: node1 });
    }
    assertSameState(withoutChance(await nodeState(lab, "node1")), withoutChance(loaded), "after the flap");
  });

  await observe("down.sh takes them away", async () => {
    await lab.unload(PROGRAM);
    assertSameState(withoutChance(await nodeState(lab, "node1")), withoutChance(before), "after down.sh");
  });
});
