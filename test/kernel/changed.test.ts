/** `up.sh` of a changed program: the node is then what it would be had there never been another, and what did not change was not touched. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { ALL_BACKENDS, type Backend, IPTABLES_LEGACY, IPTABLES_NFT, NFT } from "./backend.ts";
import { NODE1, NODE2 } from "./cast.ts";
import { report } from "./command.ts";
import { dualStack, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { assertSameState, type NodeState, nodeState, withoutChance } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

interface Program {
  readonly name: string;
  readonly text: string;
  /** A service in front of `b`, and the address of `b`. */
  readonly vip: string;
  readonly b: string;
}

/** They have pod `a` in common, and nothing else is alike. */
const ROUTED: Program = {
  name: "both families, routed",
  vip: "10.96.0.1",
  b: "10.244.1.11",
  text: dualStack(
    ["network host-gw"],
    [
      `service web ${vips(1)} -> b`,
      `service api ${vips(2)} { 80 -> b:8080 weight 2, c; 81 -> none }`,
      `service doors ${vips(3)} { 80 nodeport 30080 -> b, c; external 172.20.1.1, fd00:e1::1
        loadbalancer 172.20.2.1, fd00:e2::1 from 192.168.100.0/24, fd00:100::/64
        affinity client 1h; internal local; external-traffic local }`,
      "hairpin all",
      "masquerade pods except nodes",
      "snat d to 192.168.100.150",
      "route 192.0.2.0/24 via 192.168.100.200 on node1",
      "mark a -> 203.0.113.5 0x10/0xff",
      "deny a -> d",
    ],
  ),
};
const TUNNELLED: Program = {
  name: "IPv4 through a tunnel",
  vip: "10.96.0.9",
  b: "10.244.1.21",
  text: `cluster { pods 10.244.0.0/16; services 10.96.0.0/12; network vxlan; mtu 1300; gateway proxy-arp }
node node1 ${NODE1} dev ens33 pods 10.244.1.0/24
node node2 ${NODE2} dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.21 on node1
pod e 10.244.1.22 on node1
pod c 10.244.2.20 on node2
service web 10.96.0.9 -> b
hairpin b
masquerade b
reject e -> b:443
default deny c -> e
`,
};
const ALONE: Program = {
  name: "a node by itself",
  vip: "10.112.0.1",
  b: "10.244.1.11",
  text: `cluster { pods 10.244.0.0/16; services 10.112.0.0/16; network none; mtu 1400; gateway address }
node node1 ${NODE1} dev ens33 pods 10.244.1.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.11 on node1
service web 10.112.0.1 { 80 -> b; 81 -> none }
hairpin b
`,
};

const up = async (lab: Lab, { text, name }: Program, backend?: Backend): Promise<void> => {
  const finished = await lab.script("up", "node1", text, backend);
  assert.equal(finished.status, 0, `up.sh, ${name}: ${report(finished)}`);
};
const down = async (lab: Lab, { text, name }: Program, backend?: Backend): Promise<void> => {
  const finished = await lab.script("down", "node1", text, backend);
  assert.equal(finished.status, 0, `down.sh, ${name}: ${report(finished)}`);
};

/** The node after `up.sh` of a program, and nothing of netc's before it. */
async function alone(lab: Lab, before: NodeState, program: Program, backend?: Backend): Promise<NodeState> {
  await up(lab, program, backend);
  const state = withoutChance(await nodeState(lab, "node1"));
  await down(lab, program, backend);
  assertSameState(await nodeState(lab, "node1"), before, `down.sh, ${program.name}`);
  return state;
}

/** Which link and which namespace a pod has: one that is made anew has other numbers. */
const identity = async (lab: Lab, pod: string): Promise<readonly (string | number)[]> => {
  const link = await lab.on("node1", "ip", "-o", "link", "show", "dev", `veth-pod-${pod}`);
  return [link.split(":")[0]!, statSync(`/run/netns/${lab.at(pod)}`).ino];
};

/** From each to each other. */
const WALK = [ROUTED, TUNNELLED, ALONE, ROUTED, ALONE, TUNNELLED, ROUTED];

lesson("a program after another", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  const before = await nodeState(lab, "node1");
  const fresh = new Map<Program, NodeState>();
  for (const program of new Set(WALK)) fresh.set(program, await alone(lab, before, program));

  await up(lab, WALK[0]!);
  const a = await identity(lab, "a");
  for (const [at, program] of WALK.slice(1).entries()) {
    await observe(`${WALK[at]!.name}, then ${program.name}`, async () => {
      await up(lab, program);
      const state = await nodeState(lab, "node1");
      assertSameState(withoutChance(state), fresh.get(program)!, "not as on a fresh node");
      assert.deepEqual(await identity(lab, "a"), a, "pod a was made anew");
      await reaches(lab, "a", `${program.b}:80`, { at: "b" });
      await reaches(lab, "a", `${program.vip}:80`, { at: "b" });
    });
  }
  await observe("down.sh puts everything back", async () => {
    await down(lab, ROUTED);
    assertSameState(await nodeState(lab, "node1"), before, "after down.sh");
  });
});

/** From each backend to each other, with the same program and with another. */
const BACKEND_WALK: readonly (readonly [Backend, Program])[] = [
  [IPTABLES_NFT, ROUTED],
  [NFT, TUNNELLED],
  [IPTABLES_NFT, TUNNELLED],
  [IPTABLES_LEGACY, ROUTED],
  [NFT, ROUTED],
  [IPTABLES_LEGACY, TUNNELLED],
  [IPTABLES_NFT, ROUTED],
];

lesson("a backend after another", { topology: TWO_NODES, backends: [IPTABLES_NFT] }, async (lab, observe) => {
  const before = await nodeState(lab, "node1");
  const nameOf = (backend: Backend, program: Program): string => `${program.name} [${backend.name}]`;
  const fresh = new Map<string, NodeState>();
  for (const [backend, program] of BACKEND_WALK)
    fresh.set(nameOf(backend, program), await alone(lab, before, program, backend));

  await up(lab, ROUTED);
  for (const [at, [backend, program]] of BACKEND_WALK.slice(1).entries()) {
    const name = nameOf(backend, program);
    await observe(`${nameOf(...BACKEND_WALK[at]!)}, then ${name}`, async () => {
      await up(lab, program, backend);
      assertSameState(withoutChance(await nodeState(lab, "node1")), fresh.get(name)!, "not as on a fresh node");
      await reaches(lab, "a", `${program.vip}:80`, { at: "b" });
    });
  }
  await observe("down.sh of any puts everything back", async () => {
    await down(lab, ROUTED, NFT);
    assertSameState(await nodeState(lab, "node1"), before, "after down.sh");
  });
});
