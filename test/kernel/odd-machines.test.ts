/** Machines that are not as the scripts would like them: they work there, or say what is wrong before anything is changed. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BACKENDS, IPTABLES_NFT } from "./backend.ts";
import { B, NODE1, oneNode } from "./cast.ts";
import { attempt, type Finished, inside, report, runNow } from "./command.ts";
import { compile, type Lab } from "./lab.ts";
import { willMake } from "./leftovers.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";

const PROGRAM = oneNode("service web 10.96.0.100 -> b", "deny any -> node1:22");
const RECORD = "/run/netc/node1";

/** Runs a script with other tools first in PATH, in a shell of its own. */
const runWith = (
  lab: Lab,
  file: string,
  tools: readonly string[],
  shell: readonly string[] = ["sh"],
): Promise<Finished> => {
  const PATH = [...tools, join(dirname(dirname(file)), `tools-${lab.backend.name}`), "/usr/bin", "/bin"].join(":");
  return attempt(inside(lab.at("node1"), [...shell, file]), { env: { PATH } });
};

function folderOf(file: string, name: string, tools: Readonly<Record<string, string>>): string {
  const folder = join(dirname(file), name);
  mkdirSync(folder);
  for (const [tool, text] of Object.entries(tools))
    writeFileSync(join(folder, tool), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return folder;
}

async function ends(running: Promise<Finished>, status: number, said: RegExp): Promise<void> {
  const finished = await running;
  assert.equal(finished.status, status, report(finished));
  assert.match(finished.stderr, said);
}

const LEGACY_WITHOUT_IPV6 = `case $1 in --version) echo 'ip6tables v1.8.9 (legacy)'; exit 0 ;; esac
echo "ip6tables v1.8.9 (legacy): can't initialize ip6tables table: Address family not supported by protocol" >&2
exit 3`;

const SILENT = /^$/;
const APPLETS = [
  "grep",
  "sed",
  "tac",
  "sort",
  "cmp",
  "awk",
  "cat",
  "stat",
  "mv",
  "rm",
  "mkdir",
  "readlink",
  "tr",
  "flock",
];

lesson("tools that are others, or lie", { backends: [IPTABLES_NFT] }, async (lab, observe) => {
  const before = await nodeState(lab, "node1");
  const up = await lab.compileScript("up", "node1", PROGRAM);
  const down = await lab.compileScript("down", "node1", PROGRAM);
  const asBefore = async (when: string): Promise<void> => assertSameState(await nodeState(lab, "node1"), before, when);

  const busybox = runNow(["sh", "-c", "command -v busybox"]).trim();
  if (busybox === "") console.error("NOT CHECKED: busybox is not installed, so nobody ran the scripts with its tools");
  else
    await observe("BusyBox's, in both shells", async () => {
      const has = new Set(runNow([busybox, "--list"]).split("\n"));
      const folder = folderOf(up, "busybox", {});
      for (const name of APPLETS.filter((each) => has.has(each))) symlinkSync(busybox, join(folder, name));
      for (const shell of [["dash"], [busybox, "ash"]]) {
        await ends(runWith(lab, up, [folder], shell), 0, SILENT);
        await reaches(lab, "a", "10.96.0.100:80", { at: "b" });
        const loaded = await nodeState(lab, "node1");
        await ends(runWith(lab, up, [folder], shell), 0, SILENT);
        assertSameState(await nodeState(lab, "node1"), loaded, "after a second run");
        await ends(runWith(lab, down, [folder], shell), 0, SILENT);
        await asBefore(`after down.sh in ${shell.join(" ")}`);
      }
    });

  await observe("what stays after down.sh is named, and recorded", async () => {
    const ip = runNow(["sh", "-c", "command -v ip"]).trim();
    const lies: Readonly<Record<string, readonly [string, RegExp]>> = {
      // Deletes nothing, and says that it did.
      ip: [`case "$*" in *'link delete'*|*'netns delete'*) exit 0 ;; esac\nexec ${ip} "$@"`, /pod pod-a veth-pod-a/],
      "iptables-restore": ["cat >/dev/null", /chains NETC of iptables/],
      grep: ["exit 2", /grep/],
    };
    for (const [tool, [text, said]] of Object.entries(lies)) {
      await ends(lab.runScript(up, "node1"), 0, SILENT);
      await ends(runWith(lab, down, [folderOf(down, `lies-${tool}`, { [tool]: text })]), 1, said);
      assert.ok(existsSync(join(RECORD, "form")), `the record is gone with a ${tool} that lies`);
      await ends(lab.runScript(down, "node1"), 0, SILENT);
    }
    await asBefore("after tools that lie");
  });

  await observe("a machine without IPv6 needs no rules of it", async () => {
    const kin = ["ip6tables", "ip6tables-nft", "ip6tables-legacy"].flatMap((tool) => [
      tool,
      `${tool}-save`,
      `${tool}-restore`,
    ]);
    const tools = folderOf(up, "without-ipv6", Object.fromEntries(kin.map((tool) => [tool, LEGACY_WITHOUT_IPV6])));
    await ends(runWith(lab, up, [tools]), 0, /this machine has no IPv6/);
    await reaches(lab, "a", "10.96.0.100:80", { at: "b" });
    assert.equal((await lab.on("node1", "cat", "/proc/sys/net/ipv4/ip_forward")).trim(), "1");
    await ends(runWith(lab, down, [tools]), 0, SILENT);
    await asBefore("without IPv6");
    // Without its settings too, as a kernel that was started without it has none.
    const hide = "mount --make-rprivate /proc; mount -t tmpfs tmpfs /proc/sys/net/ipv6";
    // Namespaces that the script makes are seen outside all the same.
    const hidden = ["unshare", "--mount", "--propagation", "unchanged", "sh", "-ec", `${hide}; exec sh "$@"`, "sh"];
    const without = (file: string, ...args: readonly string[]): Promise<Finished> =>
      attempt(inside(lab.at("node1"), [...hidden, file, ...args]), {
        env: { PATH: [tools, join(dirname(dirname(file)), `tools-${lab.backend.name}`), "/usr/bin", "/bin"].join(":") },
      });
    const differs = await without(up, "--check");
    assert.deepEqual([differs.status, /has no IPv6/.test(differs.stderr)], [1, true], report(differs));
    await asBefore("after --check without IPv6");
    await ends(without(up), 0, /this machine has no IPv6.*is missing/);
    await reaches(lab, "a", "10.96.0.100:80", { at: "b" });
    const equal = await without(up, "--check");
    assert.deepEqual([equal.status, equal.stdout], [0, ""], report(equal));
    await ends(without(down), 0, SILENT);
    await asBefore("after down.sh without IPv6's settings");
    const dual = PROGRAM.replace("pod a ", "pod a fd00:1::10, ");
    const wants = await lab.compileScript("up", "node1", dual);
    await ends(runWith(lab, wants, [tools]), 2, /"pod a" needs IPv6.*nothing was changed/);
    const broken = folderOf(up, "broken", { ip6tables: "echo 'no memory' >&2\nexit 4" });
    await ends(runWith(lab, up, [broken]), 2, /ip6tables does not work here: no memory; nothing was changed/);
    await asBefore("after refusals");
  });

  await observe("a device that is not there, is down, or carries too little is said", async () => {
    const asks = async (program: string, status: number, said: RegExp): Promise<void> =>
      ends(lab.runScript(await lab.compileScript("up", "node1", program), "node1"), status, said);
    await asks(
      PROGRAM.replace("ens33", "ens99"),
      1,
      /names the device ens99, and there is none here; there are: .*ens33.*nothing was changed/,
    );
    await asBefore("without its device");
    const dual = `cluster { pods 10.244.0.0/16, fd00:244::/48; network vxlan }
node node1 ${NODE1} dev ens33 pods 10.244.1.0/24, fd00:244:0:1::/64
pod b ${B}, fd00:244:0:1::11 on node1
`;
    await lab.on("node1", "ip", "link", "set", "ens33", "mtu", "1320");
    await asks(
      dual,
      1,
      /the MTU of ens33 is 1320, the tunnel takes 50 of it, which leaves 1270, and IPv6 needs 1280: raise it to 1330/,
    );
    await lab.on("node1", "ip", "link", "set", "ens33", "mtu", "1500");
    await asBefore("with a small MTU");
    await lab.on("node1", "ip", "link", "set", "ens33", "down");
    await asks(PROGRAM, 1, /names the device ens33, which is down/);
  });
});

const alone = (name: string): string => `cluster { services 10.96.0.0/12 }
node ${name} ${NODE1} dev ens33
service web 10.96.0.100 -> 192.168.100.200
`;

lesson("records of one network namespace", { backends: BACKENDS }, async (lab, observe) => {
  const before = await nodeState(lab, "node1");
  const up = await lab.compileScript("up", "node1", PROGRAM);
  const down = await lab.compileScript("down", "node1", PROGRAM);

  await observe("down.sh without its record names what is left", async () => {
    await ends(lab.runScript(up, "node1"), 0, SILENT);
    const loaded = await nodeState(lab, "node1");
    await lab.on("node1", "mv", RECORD, `${RECORD}.away`);
    const said =
      lab.backend.rules === "nft"
        ? "nft delete table inet netc"
        : "iptables-save \\| grep -v NETC \\| iptables-restore";
    const all = new RegExp(`(?=[^]*ip link delete dev veth-pod-a)(?=[^]*ip netns delete pod-b)(?=[^]*${said})`);
    // The record that is away is of this namespace too, as another node's would be.
    await ends(lab.runScript(down, "node1"), 1, /that of another node/);
    await lab.on("node1", "mv", `${RECORD}.away`, "/run/netc-away");
    await ends(lab.runScript(down, "node1"), 1, all);
    await lab.on("node1", "mv", "/run/netc-away", RECORD);
    assertSameState(await nodeState(lab, "node1"), loaded, "after down.sh without its record");
    await ends(lab.runScript(down, "node1"), 0, SILENT);
    await ends(lab.runScript(down, "node1"), 0, SILENT);
    assertSameState(await nodeState(lab, "node1"), before, "after down.sh");
  });

  await observe("a renamed node takes over what it had, and the old name's down.sh leaves it alone", async () => {
    const script = async (node: string, kind: "up" | "down"): Promise<string> => {
      const options = ["--node", node, "--target", kind === "up" ? "sh" : "down", ...lab.backend.compileOptions];
      const file = join(dirname(up), `${node}-${kind}.sh`);
      writeFileSync(file, await compile(alone(node), options));
      return file;
    };
    for (const node of ["alpha", "beta"]) willMake("record", node);
    await ends(lab.runScript(up, "node1"), 0, SILENT);
    for (const node of ["alpha", "beta"])
      await ends(lab.runScript(await script(node, "up"), "node1"), 0, /the record of another node.* takes it over/);
    assert.deepEqual(lab.pods(), []);
    assert.ok(!existsSync("/run/netc/alpha") && !existsSync(RECORD));
    await reaches(lab, "node1", "10.96.0.100:80", { at: "lan" });
    await ends(
      lab.runScript(await script("alpha", "down"), "node1"),
      1,
      /its record is \/run\/netc\/beta; nothing was changed/,
    );
    await reaches(lab, "node1", "10.96.0.100:80", { at: "lan" });
    await ends(lab.runScript(await script("beta", "down"), "node1"), 0, SILENT);
    assertSameState(await nodeState(lab, "node1"), before, "after beta's down.sh");
  });
});
