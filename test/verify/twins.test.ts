import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { analyze, planNode } from "../../src/compile.ts";
import { printCoexist, printWhole } from "../../src/emit/iptables/print.ts";
import { translate } from "../../src/emit/iptables/translate.ts";
import { areTwins } from "../../src/verify/twins.ts";

const PROGRAM = `node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
pod a 10.244.1.10 on node1
service web 10.96.0.100 { 80 -> a:8080 }
hairpin a
mark from a 0x1
`;

const cluster = (): Cluster => analyze({ path: "main.net", text: PROGRAM }, () => assert.fail()).value;
const ruleset = () => translate(planNode(cluster(), cluster().nodes[0]!).packets.find(({ family }) => family === 4)!);
const [WHOLE, COEXIST] = [printWhole(ruleset()), printCoexist(ruleset())];

const twins = (whole: string, coexist: string): boolean =>
  areTwins({ target: "iptables", form: "whole", text: whole }, { target: "iptables", form: "coexist", text: coexist });

test("own chains are the twin of the whole tables that they are printed with", () => {
  assert.ok(WHOLE !== COEXIST && twins(WHOLE, COEXIST));
});

test("whatever differs in one of them alone ends that, and what both have in a chain of the kernel's", () => {
  const both = (change: (text: string) => string): boolean => twins(change(WHOLE), change(COEXIST));
  assert.ok(!twins(WHOLE.replace("8080", "8081"), COEXIST));
  assert.ok(!twins(WHOLE, COEXIST.replace("8080", "8081")));
  assert.ok(!twins(WHOLE.replace("-A OUTPUT -j NETC-SERVICES\n", ""), COEXIST));
  assert.ok(!twins(WHOLE.replace(/^-A OUTPUT -j NETC-SERVICES\n/m, "$&$&"), COEXIST));
  assert.ok(!twins(WHOLE.replace(":FORWARD ACCEPT", ":FORWARD DROP"), COEXIST));
  assert.ok(!both((text) => text.replace("COMMIT", "-A FORWARD -j DROP\nCOMMIT")));
  assert.ok(!both((text) => text.replace("COMMIT", "-A  FORWARD -j DROP\nCOMMIT")));
  assert.ok(!both((text) => text.replace("COMMIT", ":FORWARD DROP [0:0]\nCOMMIT")));
  assert.ok(!both((text) => text.replaceAll("NETC-SERVICES", "OTHER-SERVICES")));
  assert.ok(!both((text) => text.replace("COMMIT", "[0:0] -A FORWARD -j DROP\nCOMMIT")));
  assert.ok(!both((text) => text.replace(/^-A (?=FORWARD)/m, "[0:0] -A ")));
  assert.ok(!twins(WHOLE, ""));
  assert.ok(!twins(WHOLE.slice(0, -1), COEXIST));
});
