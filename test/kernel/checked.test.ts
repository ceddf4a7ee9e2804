/** `up.sh --check` says what a run would change and changes nothing; `-v` says the same while it is done. */
import assert from "node:assert/strict";
import { NODE1 } from "./cast.ts";
import { report } from "./command.ts";
import { dualStack, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { RECORDS } from "./leftovers.ts";
import { lesson } from "./lesson.ts";
import { assertSameState, nodeState } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

const PROGRAM = dualStack(
  ["network host-gw"],
  [`service web ${vips(100)} { 80 nodeport 30080 -> a:8080, b:8080 }`, "masquerade pods", "deny b -> a:81"],
);
const OTHER = `cluster { pods 10.244.0.0/16; services 10.112.0.0/12; network vxlan; mtu 1300; gateway proxy-arp }
node node1 ${NODE1} dev ens33 pods 10.244.1.0/24
node node2 192.168.100.102 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod e 10.244.1.12 on node1
service web 10.112.0.100 -> a
`;

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");

/** The record, byte for byte, with the times of its files. */
const record = (lab: Lab): Promise<string> =>
  lab.on("node1", "sh", "-c", `ls -lR --full-time ${RECORDS} && cat ${RECORDS}/*/* 2>/dev/null; :`);

/** What a check and then a run said; nothing differs any more then. */
async function told(lab: Lab, up: string): Promise<readonly string[]> {
  const before = await nodeState(lab, "node1");
  const kept = await record(lab);
  const checked = await lab.runScript(up, "node1", { args: ["--check"] });
  assertSameState(await nodeState(lab, "node1"), before, "after --check");
  assert.equal(await record(lab), kept, "the record after --check");
  const lines = linesOf(checked.stdout);
  assert.deepEqual([checked.status, checked.stderr], [lines.length === 0 ? 0 : 1, ""], report(checked));
  const ran = await lab.runScript(up, "node1", { args: ["-v"] });
  assert.deepEqual([ran.status, ran.stdout], [0, ""], report(ran));
  assert.deepEqual(
    linesOf(ran.stderr),
    lines.map((line) => `up.sh: ${line}`),
  );
  return lines;
}

const healthy = async (lab: Lab, up: string): Promise<void> => {
  const checked = await lab.runScript(up, "node1", { args: ["--check"] });
  assert.deepEqual([checked.status, checked.stdout, checked.stderr], [0, "", ""]);
};

/** What somebody did to links and routes, and what is said of it. */
const HARM = `
ip link del veth-pod-b
ip link set veth-pod-a down
ip -n pod-a address del 10.244.1.10/32 dev eth0
ip -n pod-a link set lo down
ip route del 10.244.2.0/24
ip route replace 10.96.0.0/12 via 192.168.100.1 dev ens33
echo 0 >/proc/sys/net/ipv4/ip_forward
`;
const SAID = [
  "pod a: lo in pod-a is down",
  "pod a: veth-pod-a is down",
  "pod a: the address 10.244.1.10/32 of eth0 in pod-a is missing",
  "pod b: the pair of veth-pod-b and eth0 in pod-b is missing",
  `services: to 10.96.0.0/12 leads another route than 10.96.0.0/12 dev ens33 scope link src ${NODE1}`,
  "forwarding: net.ipv4.ip_forward is 0, wanted 1",
];

lesson("up.sh --check and -v", { topology: TWO_NODES }, async (lab, observe) => {
  const nft = lab.backend.rules === "nft";
  const untouched = await nodeState(lab, "node1");
  const up = await lab.compileScript("up", "node1", PROGRAM);
  const other = await lab.compileScript("up", "node1", OTHER, lab.backend);
  const holds = (lines: readonly string[], wanted: readonly string[]): void =>
    assert.deepEqual(
      wanted.filter((line) => !lines.includes(line)),
      [],
      lines.join("\n"),
    );

  await observe("on a node where nothing is there yet", async () => {
    const lines = await told(lab, up);
    holds(lines, [
      "pod a: its namespace pod-a is missing",
      `the rules of ${nft ? "nft" : "iptables"} are not those of the program`,
      "forwarding: net.ipv4.ip_forward is 0, wanted 1",
    ]);
    assert.deepEqual(
      lines.filter((line) => line.includes("veth")),
      [],
      "what a namespace brings with it is not said again",
    );
    await healthy(lab, up);
  });

  await observe("of links, addresses, routes and sysctls", async () => {
    await lab.on("node1", "sh", "-ec", HARM);
    holds(await told(lab, up), SAID);
    await healthy(lab, up);
  });

  await observe("of rules", async () => {
    const [harm, said] = nft
      ? [
          "nft flush table inet netc; iptables -P FORWARD DROP",
          ["the table inet netc of nft is not as it was loaded", "the rules of iptables are not those of the program"],
        ]
      : [
          `iptables -I FORWARD -j ACCEPT; iptables -t nat -D OUTPUT -j NETC-SERVICES; iptables -A INPUT -j NETC-REJECT
           iptables -t nat -A POSTROUTING -j NETC-POSTROUTING; ip6tables -F NETC-FORWARD`,
          [
            "the jump from filter FORWARD to NETC-FORWARD of iptables is not first",
            "the jump from filter INPUT to NETC-REJECT of iptables is not of the program",
            "the jump from nat OUTPUT to NETC-SERVICES of iptables is missing",
            "the jump from nat POSTROUTING to NETC-POSTROUTING of iptables stands there 2 times",
            "the rules in the table filter of ip6tables are not as they were loaded",
          ],
        ];
    await lab.on("node1", "sh", "-ec", harm as string);
    assert.deepEqual(await told(lab, up), said);
    await healthy(lab, up);
    await lab.on("node1", "sh", "-ec", "iptables -P FORWARD ACCEPT; iptables -D FORWARD -j ACCEPT 2>/dev/null || :");
  });

  await observe("of another program, there and back", async () => {
    holds(await told(lab, other), [
      "node node1: the device netc-vxlan is missing",
      "not of the program: pod-b and veth-pod-b",
      "not of the program: the route 10.96.0.0/12 via 192.168.100.1 dev ens33 is missing, which was here before netc",
    ]);
    await healthy(lab, other);
    holds(await told(lab, up), ["not of the program: netc-vxlan", "not of the program: pod-e and veth-pod-e"]);
    await healthy(lab, up);
  });

  await observe("a chain of others that drops is said by each check, and is no difference", async () => {
    await lab.on(
      "node1",
      "nft",
      "add table inet office { chain last { type filter hook forward priority 9; drop; }; }",
    );
    const named = /the chain last of the table inet office drops /;
    assert.match((await lab.runScript(up, "node1")).stderr, named);
    assert.equal((await lab.runScript(up, "node1")).stderr, "");
    const checked = await lab.runScript(up, "node1", { args: ["--check"] });
    assert.deepEqual([checked.status, checked.stdout], [0, ""]);
    assert.match(checked.stderr, named);
    await lab.on("node1", "nft", "delete table inet office");
  });

  await observe("down.sh -v says what goes", async () => {
    const down = await lab.compileScript("down", "node1", PROGRAM);
    await lab.on("node1", "ip", "route", "del", "10.96.0.0/12");
    const finished = await lab.runScript(down, "node1", { args: ["-v"] });
    assert.equal(finished.status, 0, report(finished));
    holds(linesOf(finished.stderr), ["down.sh: taken away: pod-a and veth-pod-a"]);
    await lab.on("node1", "sh", "-c", "ip route del 10.96.0.0/12; :");
    assertSameState(await nodeState(lab, "node1"), untouched, "after down.sh");
  });
});
