/** Names that somebody else has, and devices that the kernel cannot make: said before anything is changed. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { IPTABLES_NFT } from "./backend.ts";
import { NODE1, oneNode } from "./cast.ts";
import { attempt, inside, report, runNow } from "./command.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { assertSameState, nodeState } from "./state.ts";

const PODS = oneNode("service web 10.96.0.100 -> b");
const TUNNEL = `cluster { pods 10.244.0.0/16; network vxlan }
node node1 ${NODE1} dev ens33 pods 10.244.1.0/24
node node2 192.168.100.102 dev ens33 pods 10.244.2.0/24
pod b 10.244.1.11 on node1
`;
const vxlan = (name: string, id: number): string =>
  `ip link add ${name} type vxlan id ${id} dstport 4789 local ${NODE1} dev ens33`;

/** The node itself: a run that stops leaves its record behind, for `down.sh`. */
const nodeOf = async (lab: Lab): ReturnType<typeof nodeState> => ({ ...(await nodeState(lab, "node1")), record: [] });

/** What somebody made, the program, and what `up.sh` says of it; then how it goes away. */
const TAKEN: readonly (readonly [string, string, RegExp, string])[] = [
  [
    "ip netns add pod-b",
    PODS,
    /"pod b" needs the namespace pod-b, and somebody else's is there.*: /,
    "ip netns del pod-b",
  ],
  [
    "ip link add veth-pod-b type bridge",
    PODS,
    /"pod b" needs the link veth-pod-b, and somebody else's is there \(bridge/,
    "ip link del veth-pod-b",
  ],
  [
    "ip link add netc-vxlan type bridge",
    TUNNEL,
    /"node node1" needs the link netc-vxlan, and somebody else's is there \(bridge/,
    "ip link del netc-vxlan",
  ],
  [vxlan("netc-vxlan", 2), TUNNEL, /netc-vxlan, and somebody else's is there \(vxlan id 2 /, "ip link del netc-vxlan"],
  [vxlan("netc-vxlan", 1), TUNNEL, /netc-vxlan, and somebody else's is there \(vxlan id 1 /, "ip link del netc-vxlan"],
  [
    vxlan("theirs", 1),
    TUNNEL,
    /"node node1" needs vxlan id 1 at port 4789 for itself, and the link theirs has it/,
    "ip link del theirs",
  ],
];

lesson("names that are taken", { backends: [IPTABLES_NFT] }, async (lab, observe) => {
  // Compiled before somebody takes the names, since the lab asks whose they are.
  const scripts = new Map<string, { readonly up: string; readonly down: string }>();
  for (const program of [PODS, TUNNEL])
    scripts.set(program, {
      up: await lab.compileScript("up", "node1", program),
      down: await lab.compileScript("down", "node1", program),
    });
  for (const [taking, program, said, giving] of TAKEN)
    await observe(taking, async () => {
      await lab.on("node1", "sh", "-c", taking);
      try {
        const before = await nodeOf(lab);
        const { up: file, down: undo } = scripts.get(program)!;
        for (const args of [["--check"], []]) {
          const up = await lab.runScript(file, "node1", { args });
          assert.equal(up.status, 1, report(up));
          assert.match(up.stderr, said);
          assert.match(up.stderr, /; nothing was changed$/m);
          assertSameState(await nodeOf(lab), before, `after up.sh ${args.join("")}`);
        }
        const down = await lab.runScript(undo, "node1");
        assert.equal(down.status, 0, report(down));
        assertSameState(await nodeOf(lab), before, "after down.sh");
      } finally {
        await lab.on("node1", "sh", "-c", giving);
      }
    });

  await observe("netc's own name with a device of another kind behind it", async () => {
    await lab.load(TUNNEL);
    await lab.on("node1", "sh", "-c", "ip link del netc-vxlan; ip link add netc-vxlan type bridge");
    const before = await nodeOf(lab);
    const up = await lab.runScript(scripts.get(TUNNEL)!.up, "node1");
    assert.equal(up.status, 1, report(up));
    assert.match(up.stderr, /netc-vxlan, and somebody else's is there \(bridge.*; nothing was changed/);
    assertSameState(await nodeOf(lab), before, "after up.sh");
    await lab.on("node1", "ip", "link", "del", "netc-vxlan");
    await lab.load(TUNNEL);
    await lab.unload(TUNNEL);
  });

  for (const [kind, program, statement] of [
    ["vxlan", TUNNEL, "node node1"],
    ["veth", PODS, "pod a"],
  ] as const)
    await observe(`a kernel without ${kind}`, async () => {
      const file = scripts.get(program)!.up;
      const tools = join(dirname(file), `without-${kind}`);
      const ip = runNow(["sh", "-c", "command -v ip"]).trim();
      mkdirSync(tools);
      const fails = `case "$*" in *'link add'*'type ${kind}'*) echo 'Error: Unknown device type.' >&2; exit 2 ;; esac`;
      writeFileSync(join(tools, "ip"), `#!/bin/sh\n${fails}\nexec ${ip} "$@"\n`, { mode: 0o755 });
      const PATH = [tools, join(dirname(dirname(file)), `tools-${lab.backend.name}`), "/usr/bin", "/bin"].join(":");
      const before = await nodeOf(lab);
      const up = await attempt(inside(lab.at("node1"), ["sh", file]), { env: { PATH } });
      assert.equal(up.status, 1, report(up));
      assert.match(
        up.stderr,
        new RegExp(`"${statement}" needs a ${kind} device.*Unknown device type.*nothing was changed`),
      );
      assertSameState(await nodeOf(lab), before, "after up.sh");
      await lab.unload(program);
    });
});
