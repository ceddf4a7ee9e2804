/** What takes more room than there is says so, and is not called proved. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { analyze, planNode } from "../../src/compile.ts";
import { EMITTERS } from "../../src/emit/emitters.ts";
import { type ProvedText, prove } from "../../src/verify/prove.ts";

const PROGRAM = `
cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node n1 192.168.100.100 dev eth0 pods 10.244.1.0/24
pod a 10.244.1.10 on n1
service s 10.96.0.100 { 80 -> a:8080 }
hairpin a
allow 192.0.2.1 -> s
default deny any -> services
`;

test("a proof that has too little room is unverified, for each text, and one that has enough is a proof", () => {
  const { value: cluster } = analyze({ path: "main.net", text: PROGRAM }, () => assert.fail());
  const node = cluster.nodes[0]!;
  const plan = planNode(cluster, node);
  const texts = (["iptables", "nft"] as const).map((target): ProvedText => {
    const { emit } = EMITTERS.find(({ name }) => name === target)!;
    return { target, form: "whole", text: emit(plan) };
  });
  assert.deepEqual(prove(cluster, node, texts), []);
  const found = prove(cluster, node, texts, 1e4);
  assert.deepEqual(
    found.map((finding) => [finding.target, finding.kind, "unread" in finding ? finding.unread[0]?.reason : null]),
    ["nft", "iptables"].map((target) => [target, "unverified", "its rules tell more packets apart than 0 MB hold"]),
  );
});
