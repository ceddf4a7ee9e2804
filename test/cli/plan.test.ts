import assert from "node:assert/strict";
import { test } from "node:test";
import { planSchema } from "../../src/plan/schema.ts";
import { netc } from "./run.ts";

const PROGRAM = `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
pod a 10.244.1.10 on node1
service web 10.96.0.100 { 80 -> a:8080 }
hairpin a
`;
const plan = (...args: readonly string[]) => netc(["plan", "-", ...args], PROGRAM);
const nodesIn = (text: string): readonly string[] => [...text.matchAll(/^node (.+)$/gm)].map((match) => match[1]!);

test("plan tells all nodes by name, or the named ones", () => {
  assert.deepEqual(nodesIn(plan().stdout), ["node1", "node2"]);
  assert.deepEqual(nodesIn(plan("--node", "node2").stdout), ["node2"]);
  assert.deepEqual(nodesIn(plan("--node", "node2", "--node", "node1").stdout), ["node1", "node2"]);
  assert.equal(plan("--node", "node9").status, 2);
});

test("every line of a plan names its statement, and none a place", () => {
  const lines = plan()
    .stdout.split("\n")
    .filter((line) => line.startsWith("  "));
  assert.ok(lines.length > 20);
  for (const line of lines) assert.match(line, / \[[^\]]+\]$/);
  assert.doesNotMatch(plan().stdout, /<stdin>|:\d+:\d+/);
});

test("--json is one document whose plans are plan.json", () => {
  const { version, nodes } = JSON.parse(plan("--json").stdout);
  assert.equal(version, 1);
  assert.deepEqual(
    nodes.map((node: unknown) => planSchema.parse(node).node),
    ["node1", "node2"],
  );
  const { stdout } = netc(["compile", "-", "--node", "node1", "--target", "json"], PROGRAM);
  assert.deepEqual(nodes[0], JSON.parse(stdout));
});

test("a program with an error has no plan", () => {
  const { status, stdout, stderr } = netc(["plan", "-"], PROGRAM.replace("a:8080", "b"));
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /error\[unknown-name\]/);
});
