/** `netc compile | iptables-restore` on a node that was wired by hand, with the article's own commands. */
import assert from "node:assert/strict";
import { IPTABLES } from "./backend.ts";
import { A, B, NODE1 } from "./cast.ts";
import { attempt, inside, report } from "./command.ts";
import { compile, type Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches, refused, silent } from "./probe.ts";

/** The article's first service program: nodes are implied, none has an address or a device. */
const PODS = `pod a ${A} on node1; pod b ${B} on node1`;
const PROGRAM = `${PODS}; service web 10.96.0.100 -> b`;

/** Word for word, but for the address of the pod. */
const handMade = (pod: string, address: string): string => `
  ip netns add pod-${pod}
  ip link add eth0 type veth peer name veth-pod-${pod}
  ip link set eth0 netns pod-${pod}
  ip link set veth-pod-${pod} up
  ip netns exec pod-${pod} ip addr add ${address}/24 dev eth0
  ip netns exec pod-${pod} ip link set eth0 up
  ip netns exec pod-${pod} ip route add default via 169.254.10.24 dev eth0 onlink
  echo 1 > /proc/sys/net/ipv4/conf/veth-pod-${pod}/proxy_arp
  ip route add ${address} dev veth-pod-${pod}
`;

async function wireByHand(lab: Lab): Promise<void> {
  lab.expectPods(["a", "b"]);
  const forward = `
    echo 1 > /proc/sys/net/ipv4/ip_forward
    iptables -I FORWARD -s 10.244.1.0/24 -d 10.244.1.0/24 -j ACCEPT
  `;
  await lab.on("node1", "sh", "-ec", `${handMade("a", A)}${handMade("b", B)}${forward}`);
}

async function restore(lab: Lab, program: string): Promise<void> {
  const text = await compile(program, []);
  const finished = await attempt(inside(lab.at("node1"), [`iptables-${lab.backend.variant}-restore`]), { input: text });
  assert.equal(finished.status, 0, `iptables-restore: ${report(finished)}\n${text}`);
}

lesson("whole tables on a node that was wired by hand", { backends: IPTABLES }, async (lab, observe) => {
  await wireByHand(lab);

  await observe("before them, the pods reach each other and no service", async () => {
    await reaches(lab, "a", B, { at: "b" });
    await reaches(lab, "a", `${B}:80`, { at: "b", as: A });
    await silent(lab, "a", "10.96.0.100");
    await silent(lab, "node1", "10.96.0.100:53/udp");
  });

  await observe("a pod and the node reach the service; its own backend does not", async () => {
    await restore(lab, PROGRAM);
    for (const port of ["", ":80", ":53/udp"]) {
      await reaches(lab, "a", `10.96.0.100${port}`, { at: "b", as: A });
      await reaches(lab, "node1", `10.96.0.100${port}`, { at: "b", as: NODE1 });
      await silent(lab, "b", `10.96.0.100${port}`);
    }
  });

  await observe("with hairpin its own backend does too", async () => {
    await restore(lab, `${PROGRAM}; hairpin b`);
    for (const port of ["", ":80", ":53/udp"]) {
      await reaches(lab, "a", `10.96.0.100${port}`, { at: "b", as: A });
      await reaches(lab, "node1", `10.96.0.100${port}`, { at: "b", as: NODE1 });
      await reaches(lab, "b", `10.96.0.100${port}`, { at: "b" });
    }
    await reaches(lab, "a", `${B}:80`, { at: "b", as: A });
  });

  await observe("masquerade, port lines and policy", async () => {
    await restore(lab, `${PODS}; service w 10.96.0.9 { 80 -> b:8080; 81 -> none }; masquerade pods; reject b -> a`);
    await reaches(lab, "a", "10.96.0.9:80", { at: "b", as: A, toPort: 8080 });
    await refused(lab, "a", "10.96.0.9:81");
    await refused(lab, "b", `${A}:80`);
    await reaches(lab, "a", "203.0.113.5:80", { at: "outside", as: NODE1 });
    // The tables are netc's: what stood in them before is gone.
    assert.doesNotMatch(
      await lab.rules("node1"),
      /-A FORWARD -s 10\.244\.1\.0\/24 -d 10\.244\.1\.0\/24 -j ACCEPT|10\.96\.0\.100/,
    );
  });
});
