/** Plans to print: of services alone, or of a whole program. */
import assert from "node:assert/strict";
import type { Family } from "../../../src/address/address.ts";
import { analyze, planNode } from "../../../src/compile.ts";
import { printNft } from "../../../src/emit/nft/emit.ts";
import { canonicalOrder } from "../../../src/plan/passes/canonical-order.ts";
import {
  type NodePlan,
  type PacketPlan,
  type ServiceTranslation,
  STAGES,
  type Stages,
} from "../../../src/plan/plan.ts";

const IDLE = Object.fromEntries(STAGES.map((stage) => [stage, []])) as unknown as Stages;

export const emptyPackets = (family: Family): PacketPlan => ({
  family,
  services: [],
  serviceRanges: [],
  inside: [],
  nodeports: { kind: "named", prefixes: [] },
  draining: [],
  senders: { pods: [], others: [] },
  marks: { prerouting: [], output: [] },
  postrouting: [],
  filter: { input: IDLE, forward: IDLE, output: IDLE },
});

export const planOf = (v4: PacketPlan, v6: PacketPlan): NodePlan => ({
  node: "n",
  mtu: null,
  tunnel: null,
  links: [],
  routes: [],
  slices: [],
  sysctls: [],
  packets: [v4, v6],
});

/** The lines of a table that holds these services of IPv4. */
export function linesOf(services: readonly ServiceTranslation[]): readonly string[] {
  const plan = canonicalOrder.run(planOf({ ...emptyPackets(4), services }, emptyPackets(6)));
  return printNft(plan).split("\n");
}

/** The ruleset of a program's first node, its indentation taken away. */
export function rulesetOf(text: string): readonly string[] {
  return textOf(text)
    .split("\n")
    .map((line) => line.trim());
}

export function textOf(text: string): string {
  const { value, diagnostics } = analyze({ path: "main.net", text }, () => assert.fail("no includes here"));
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  assert.deepEqual(
    errors.map(({ code, message }) => `${code}: ${message}`),
    [],
  );
  return printNft(planNode(value, value.nodes[0]!));
}

/** The lines between a set's, map's or chain's first and last. */
export function bodyOf(lines: readonly string[], head: string): readonly string[] {
  const start = lines.indexOf(`${head} {`);
  assert.notEqual(start, -1, `${head} is not there`);
  const end = lines.indexOf("}", start + 1);
  const nested = lines[end + 1] === "}" && lines.slice(start, end).includes("elements = {");
  return lines.slice(start + 1, nested ? end + 1 : end);
}

/** Two nodes, three pods of both families. */
export const BASE = `
cluster { pods 10.244.0.0/16, fd00:244::/32; services 10.96.0.0/12, fd00:96::/32 }
node node1 192.168.100.100, fd00:100::100 dev eth0 pods 10.244.1.0/24, fd00:244:1::/48
node node2 192.168.100.101, fd00:100::101 dev eth0 pods 10.244.2.0/24, fd00:244:2::/48
pod a 10.244.1.10, fd00:244:1::10 on node1
pod b 10.244.1.11, fd00:244:1::11 on node1
pod c 10.244.2.10, fd00:244:2::10 on node2
`;
