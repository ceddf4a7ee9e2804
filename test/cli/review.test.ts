/** A pull request as a reviewer sees it: what changed, in words, and nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inFolder, netc } from "./run.ts";

const BEFORE = `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.11 on node1
pod c 10.244.2.10 on node2
service web 10.96.0.100 { 80 -> a:8080, b:8080 }
hairpin all
masquerade pods
deny 192.168.8.0/24 -> c:22
`;

/** The part of a diff that tells the plans. */
function plansOf(before: string, after: string): readonly string[] {
  return inFolder({ "before.net": before, "after.net": after }, (folder) => {
    const { status, stdout } = netc(["diff", "before.net", "after.net"], "", folder);
    assert.equal(status, 1);
    const lines = stdout.trimEnd().split("\n");
    const files = lines.findIndex((line) => /^--- (?:old\/)?\S+\/\S+\.\S+$/.test(line));
    assert.ok(files > 0, stdout);
    return lines.slice(0, files);
  });
}

test("a service is added", () => {
  const after = BEFORE.replace("hairpin", "service api 10.96.0.101 { 53/udp -> c }\nhairpin");
  const added = ["@@ services @@", "+10.96.0.101 udp 53 goes to 10.244.2.10 [service api]"];
  const [one, two] = ["node1", "node2"].map((node) => [`--- old/${node} plan`, `+++ new/${node} plan`]);
  assert.deepEqual(plansOf(BEFORE, after), [
    ...one!,
    ...added,
    ...two!,
    ...added,
    "@@ source translation, hairpins @@",
    "+everything translated from 10.244.2.10 to 10.244.2.10 gets source 192.168.100.101 [hairpin all]",
  ]);
});

test("a pod moves", () => {
  const after = BEFORE.replace("pod b 10.244.1.11 on node1", "pod b 10.244.2.11 on node2");
  const backends = [
    "@@ services @@",
    "-10.96.0.100 tcp 80 goes to 10.244.1.10:8080 or 10.244.1.11:8080 [service web]",
    "+10.96.0.100 tcp 80 goes to 10.244.1.10:8080 or 10.244.2.11:8080 [service web]",
    "@@ source translation, hairpins @@",
  ];
  const wired = (address: string, node: string): string =>
    `${address} in namespace pod-b behind veth-pod-b; gateway 169.254.10.24, held by veth-pod-b; the node speaks to it as ${node} [pod b]`;
  assert.deepEqual(plansOf(BEFORE, after), [
    "--- old/node1 plan",
    "+++ new/node1 plan",
    "@@ pods @@",
    `-${wired("10.244.1.11", "192.168.100.100")}`,
    ...backends,
    "-everything translated from 10.244.1.11 to 10.244.1.11 gets source 192.168.100.100 [hairpin all]",
    "--- old/node2 plan",
    "+++ new/node2 plan",
    "@@ pods @@",
    `+${wired("10.244.2.11", "192.168.100.101")}`,
    ...backends,
    "+everything translated from 10.244.2.11 to 10.244.2.11 gets source 192.168.100.101 [hairpin all]",
  ]);
});

test("a rule changes", () => {
  const after = BEFORE.replace("deny 192.168.8.0/24 -> c:22", "reject 192.168.8.0/24 -> c:22-23");
  const changed = [
    "@@ policy, through the node @@",
    "-drop tcp from 192.168.8.0/24 to 10.244.2.10 port 22 [deny 192.168.8.0/24 -> c:22]",
    "+reject tcp from 192.168.8.0/24 to 10.244.2.10 ports 22-23 [reject 192.168.8.0/24 -> c:22-23]",
  ];
  const plans = plansOf(BEFORE, after);
  assert.deepEqual(plans.slice(0, 5), ["--- old/node1 plan", "+++ new/node1 plan", ...changed]);
  for (const line of plans.filter((each) => /^[-+][^-+]/.test(each)))
    assert.match(line, /^[-+](?:drop|reject) tcp from 192\.168\.8\.0\/24 /);
});
