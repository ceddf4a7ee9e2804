/** What a policy costs where there are many services: a rule asks for the doors that it is about, not for all. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { indexDoors } from "../../src/cluster/door-index.ts";
import { analyze } from "../../src/compile.ts";
import { Bug } from "../../src/diagnostics/bug.ts";
import { FILTER_HOOKS } from "../../src/plan/plan.ts";
import type { PolicyContext } from "../../src/plan/topics/destinations.ts";
import { type Door, doorsIn } from "../../src/plan/topics/doors.ts";
import { planMarks } from "../../src/plan/topics/marks.ts";
import { planPolicy } from "../../src/plan/topics/policy.ts";
import { BASE } from "../cluster/expect-diagnostics.ts";

const SERVICES = 1000;
const addressOf = (at: number): string => `10.96.${1 + Math.floor(at / 250)}.${1 + (at % 250)}`;
const services = Array.from({ length: SERVICES }, (_, at) => `service s${at} ${addressOf(at)} { 80 -> a }\n`).join("");

/** How often a door's service or address is looked at for these rules, once the same was asked for before. */
function looks(rules: string): number {
  const { value: cluster } = analyze({ path: "main.net", text: `${BASE}${services}hairpin all\n${rules}` }, () => {
    throw new Bug("nothing is included");
  });
  let count = 0;
  const doors = doorsIn(cluster, 4).map(
    (door): Door => ({
      ...door,
      get service() {
        count += 1;
        return door.service;
      },
      get address() {
        count += 1;
        return door.address;
      },
    }),
  );
  assert.equal(doors.length, SERVICES);
  const index = indexDoors(doors);
  const context: PolicyContext = { cluster, node: cluster.nodes[0]!, family: 4, doors, index, more: new Set() };
  const plan = () => [FILTER_HOOKS.map((hook) => planPolicy(context, hook)), planMarks(context)];
  const first = plan();
  count = 0;
  assert.deepEqual(plan(), first);
  return count;
}

const each = (rule: (at: number) => string): string => Array.from({ length: 50 }, (_, at) => `${rule(at)}\n`).join("");

const RULES: Readonly<Record<string, string>> = {
  "a service": each((at) => `allow 192.0.2.${at} -> s${at}:80`),
  "an address": each((at) => `allow 192.0.2.${at} -> ${addressOf(at)}`),
  "a range": each((at) => `allow 192.0.2.${at} -> 10.96.1.${4 * at}/30:80`),
  "a range of pods": each((at) => `allow 192.0.2.${at} -> 10.244.1.${4 * at}/30:80`),
  "a node": each((at) => `allow 192.0.2.${at} -> node1:${1000 + at}`),
  "what is marked": each((at) => `mark 192.0.2.${at} -> s${at} ${1 + at}`),
};

for (const [what, rules] of Object.entries(RULES)) {
  test(`rules about ${what} look at their own doors only`, () => {
    const found = looks(rules);
    assert.ok(found < 50 * 100, `${found} looks for 50 rules and ${SERVICES} services`);
  });
}
