/** A service more with a nodeport between others' changes its own lines, and no line of theirs. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { analyze, planNode } from "../../src/compile.ts";
import { EMITTERS } from "../../src/emit/emitters.ts";

const HEAD = `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node n1 192.168.100.100 dev ens33 pods 10.244.1.0/24
pod a 10.244.1.10 on n1
hairpin all
`;

type Service = (at: number) => string;

const plain: Service = (at) => `service s${at} 10.96.0.${at} { 80 nodeport ${30_000 + at} -> a:8080 }`;
const external: Service = (at) =>
  `service s${at} 10.96.0.${at} { 80 nodeport ${30_000 + at} -> a:8080; external 203.0.113.${at} }`;

function linesOf(target: string, service: Service, places: readonly number[]): readonly string[] {
  const text = `${HEAD}${places.map(service).join("\n")}\n`;
  const cluster = analyze({ path: "main.net", text }, () => assert.fail()).value;
  const plan = planNode(cluster, cluster.nodes[0]!);
  return EMITTERS.find(({ name }) => name === target)!
    .emit(plan)
    .split("\n");
}

function changes(before: readonly string[], after: readonly string[]): number {
  const left = new Map<string, number>();
  for (const line of before) left.set(line, (left.get(line) ?? 0) + 1);
  for (const line of after) left.set(line, (left.get(line) ?? 0) - 1);
  return [...left.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}

/** Every block of the trees by ports and by addresses has one already. */
const OTHERS = [...Array(32).keys()].map((block) => 8 * block + 4);

function changesAtMost(most: number, target: string, service: Service): void {
  const before = linesOf(target, service, OTHERS);
  const place = fc.integer({ min: 1, max: 254 }).filter((at) => !OTHERS.includes(at));
  fc.assert(
    fc.property(place, (at) => {
      const changed = changes(before, linesOf(target, service, [...OTHERS, at]));
      assert.ok(changed > 0 && changed <= most, `${changed} lines`);
    }),
    { numRuns: 25 },
  );
}

for (const target of ["iptables", "nft"]) {
  test(`one more service with a nodeport changes at most 12 lines of ${target}`, () =>
    changesAtMost(12, target, plain));

  // An address beside one of the list's becomes a range with it, in five lists.
  test(`one more with an external address too changes at most 22 lines of ${target}`, () =>
    changesAtMost(22, target, external));
}
