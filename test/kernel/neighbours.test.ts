/** Others on the same node: a FORWARD chain that drops, Docker's chains. */
import assert from "node:assert/strict";
import { IPTABLES } from "./backend.ts";
import { A, B, C, NODE1, OUTSIDE, oneNode, twoNodes } from "./cast.ts";
import { lesson } from "./lesson.ts";
import { reaches, silent } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

lesson("a FORWARD chain that drops", { topology: TWO_NODES }, async (lab, observe) => {
  const throughNode1 = "198.51.100.7:80";
  await lab.on("lan", "ip", "route", "add", "198.51.100.0/24", "via", NODE1);
  await lab.on("lan", "ip", "route", "add", "10.96.0.0/12", "via", NODE1);
  await lab.on("lan", "ip", "route", "add", "10.244.0.0/16", "via", NODE1);

  await observe("stops strangers, as it did", async () => {
    await lab.on("node1", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    await reaches(lab, "lan", throughNode1, { at: "outside" });
    for (const node of ["node1", "node2"]) await lab.on(node, "iptables", "-P", "FORWARD", "DROP");
    await silent(lab, "lan", throughNode1);
    await lab.load(
      twoNodes(
        "masquerade pods",
        "service web 10.96.0.100 -> c",
        "service far 10.96.0.101 -> 203.0.113.5",
        "hairpin c",
      ),
    );
    await silent(lab, "lan", throughNode1);
  });
  await observe("lets pods through, to each other, across nodes and outside", async () => {
    for (const port of ["", ":80", ":53/udp"]) {
      await reaches(lab, "a", `${B}${port}`, { at: "b", as: A });
      await reaches(lab, "a", `${C}${port}`, { at: "c", as: A });
      await reaches(lab, "a", `${OUTSIDE}${port}`, { at: "outside", as: NODE1 });
    }
    await reaches(lab, "lan", `${A}:80`, { at: "a" });
  });
  await observe("lets what netc translates through", async () => {
    await reaches(lab, "a", "10.96.0.100:80", { at: "c", as: A });
    await reaches(lab, "c", "10.96.0.100:80", { at: "c" });
    await reaches(lab, "lan", "10.96.0.100:80", { at: "c", as: NODE1 });
    await reaches(lab, "lan", "10.96.0.101:80", { at: "outside", as: NODE1 });
  });
  await observe("and policy still decides", async () => {
    await lab.load(twoNodes("deny a -> b", "masquerade pods"));
    await silent(lab, "a", `${B}:80`);
    await reaches(lab, "b", `${A}:80`, { at: "a", as: B });
    assert.match(await lab.on("node1", "iptables", "-S", "FORWARD"), /^-P FORWARD DROP$/m);
  });
});

lesson("the FORWARD chain of the other iptables that drops", { backends: IPTABLES }, async (lab, observe) => {
  const other = lab.backend.variant === "nft" ? "legacy" : "nft";
  await lab.on("node1", `iptables-${other}`, "-P", "FORWARD", "DROP");
  const program = oneNode("service web 10.96.0.100 -> b", "masquerade pods", "deny a -> b:81");
  await observe("lets what netc accepts through, and netc's policy holds", async () => {
    await lab.load(program);
    await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
    await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
    await silent(lab, "a", `${B}:81`);
  });
  await observe("and is as it was when netc is gone", async () => {
    await lab.unload(program);
    assert.equal(
      await lab.on("node1", `iptables-${other}`, "-S"),
      "-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n",
    );
  });
});

/** As Docker leaves them, with counts that must survive. */
const DOCKER = [
  "iptables -N DOCKER",
  "iptables -N DOCKER-USER",
  "iptables -A DOCKER-USER -c 7 700 -j RETURN",
  "iptables -A DOCKER -c 5 500 -d 172.17.0.2/32 ! -i docker0 -o docker0 -p tcp --dport 80 -j ACCEPT",
  "iptables -A FORWARD -j DOCKER-USER",
  "iptables -A FORWARD -o docker0 -j DOCKER",
  "iptables -P FORWARD DROP",
  "iptables -t nat -N DOCKER",
  "iptables -t nat -A DOCKER -c 3 300 ! -i docker0 -p tcp --dport 8088 -j DNAT --to-destination 172.17.0.2:80",
  "iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
  "iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
  "iptables -t nat -A POSTROUTING -c 2 200 -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE",
];

lesson("Docker's chains, rules, jumps and counts stay as they are", {}, async (lab) => {
  await lab.on("node1", "sh", "-ec", DOCKER.join("\n"));
  const docker = async (): Promise<readonly string[]> =>
    (await lab.on("node1", "iptables-save", "-c"))
      .split("\n")
      .filter((line) => /DOCKER|docker0|^:FORWARD/.test(line))
      // Jumps from built-in chains count whatever passes, and so does the policy.
      .map((line) =>
        /^:FORWARD|-A (FORWARD|PREROUTING|OUTPUT) /.test(line) ? line.replace(/\[\d+:\d+\] ?/, "") : line,
      );
  const before = await docker();
  assert.ok(before.length >= 12, before.join("\n"));
  const program = oneNode("service web 10.96.0.100 -> b", "hairpin b", "masquerade pods", "deny b -> a:81");
  await lab.load(program);
  assert.deepEqual(await docker(), before, "after up.sh");
  await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
  await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
  await lab.load(`${program}deny a -> b:81\n`);
  assert.deepEqual(await docker(), before, "after another up.sh");
  await lab.unload(program);
  assert.deepEqual(await docker(), before, "after down.sh");
});
