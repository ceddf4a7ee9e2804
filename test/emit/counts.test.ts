/** How many lines each target has for so many services of so many backends: a change of shape shows here first, in numbers. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { analyze, planNode } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { EMITTERS } from "../../src/emit/emitters.ts";

const PODS = 10;

/** One node; the backends are the first pods of it. */
function program(services: number, backends: number): string {
  const pods = Array.from({ length: PODS }, (_, at) => `pod p${at} 10.244.1.${at + 10} on node1`);
  const list = Array.from({ length: backends }, (_, at) => `p${at}:8080`).join(", ");
  const lines = Array.from(
    { length: services },
    (_, at) => `service s${at} 10.96.0.${at + 1} { 80 -> ${backends === 0 ? "none" : list} }`,
  );
  return [
    "cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }",
    "node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24",
    ...pods,
    ...lines,
  ].join("\n");
}

function linesOf(text: string, target: string): number {
  const source = { path: "counts.net", text };
  const { value: cluster, diagnostics } = analyze(source, () => source);
  assert.ok(!hasErrors(diagnostics));
  const emitter = EMITTERS.find(({ name }) => name === target)!;
  return emitter.emit(planNode(cluster, cluster.nodes[0]!)).split("\n").length - 1;
}

const BACKENDS = [0, 1, 2, 10] as const;
const base = (target: string): number => linesOf(program(0, 0), target);

/** Lines more than without a service, for 0, 1, 2 and 10 backends each: one for each further backend, and the way to a block of addresses once; on iptables more than eight are a tree. */
const PINNED: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>> = {
  iptables: { 1: [7, 19, 20, 34], 10: [7, 28, 38, 178] },
  nft: { 1: [11, 33, 34, 42], 10: [11, 42, 52, 132] },
  sh: { 1: [8, 19, 20, 34], 10: [8, 37, 47, 187] },
};

for (const [target, rows] of Object.entries(PINNED)) {
  test(`${target}: lines for 1 and 10 services of 0, 1, 2 and 10 backends`, () => {
    const without = base(target);
    for (const [services, pinned] of Object.entries(rows)) {
      const found = BACKENDS.map((backends) => linesOf(program(Number(services), backends), target) - without);
      assert.deepEqual(found, pinned, `${services} services`);
    }
  });
}
