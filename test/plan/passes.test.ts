import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isFault } from "../../src/address/address.ts";
import { parsePrefix } from "../../src/address/prefix.ts";
import { optimize, PASSES } from "../../src/plan/optimize.ts";
import { dropIdleStages } from "../../src/plan/passes/drop-idle-stages.ts";
import { dropRepeated } from "../../src/plan/passes/drop-repeated.ts";
import { mergePrefixLists } from "../../src/plan/passes/merge-prefixes.ts";
import { orderMatch } from "../../src/plan/passes/order-match.ts";
import {
  FILTER_HOOKS,
  type Match,
  type NodePlan,
  type Pass,
  STAGES,
  type Stages,
  type Verdict,
} from "../../src/plan/plan.ts";
import { packet, plan } from "./arbitrary.ts";
import { affinityFate, filterFate, markFate, type Packet, senderFate, serviceFate, sourceFate } from "./evaluate.ts";

const prefix = (text: string) => {
  const read = parsePrefix(text);
  assert.ok(!isFault(read));
  return read;
};

const EMPTY = Object.fromEntries(STAGES.map((stage) => [stage, []])) as unknown as Stages;

const verdict = (match: Match, action: Verdict["action"], statement = "s"): Verdict => ({
  match,
  action,
  log: null,
  statement,
  origin: null,
});

const planOf = (forward: Partial<Stages>): NodePlan => ({
  node: "n",
  mtu: null,
  tunnel: null,
  links: [],
  routes: [],
  slices: [],
  sysctls: [],
  packets: [
    {
      family: 4,
      services: [],
      serviceRanges: [],
      inside: [],
      nodeports: { kind: "named", prefixes: [] },
      draining: [],
      senders: { pods: [], others: [] },
      marks: { prerouting: [], output: [] },
      postrouting: [],
      filter: { input: EMPTY, forward: { ...EMPTY, ...forward }, output: EMPTY },
    },
  ],
});

const forwardAfter = (pass: Pass, forward: Partial<Stages>): Stages =>
  pass.run(planOf(forward)).packets[0]!.filter.forward;

function sameFate(before: NodePlan, after: NodePlan, each: Packet): void {
  const [from, to] = [before.packets[0]!, after.packets[0]!];
  for (const hook of FILTER_HOOKS) assert.equal(filterFate(to, hook, each), filterFate(from, hook, each), hook);
  assert.equal(senderFate(to, each), senderFate(from, each));
  assert.equal(sourceFate(to, each), sourceFate(from, each));
  for (const side of ["prerouting", "output"] as const) {
    assert.equal(markFate(to, side, each), markFate(from, side, each));
    assert.deepEqual(serviceFate(to, side, each), serviceFate(from, side, each));
    assert.equal(affinityFate(to, side, each), affinityFate(from, side, each));
  }
}

const many = fc.array(packet, { minLength: 20, maxLength: 20 });

for (const pass of PASSES) {
  test(`${pass.name} leaves the fate of every packet`, () => {
    fc.assert(
      fc.property(plan, many, (before, packets) => {
        const after = pass.run(before);
        for (const each of packets) sameFate(before, after, each);
      }),
      { numRuns: 300 },
    );
  });
}

test("the whole list leaves the fate of every packet, and a second run changes nothing", () => {
  fc.assert(
    fc.property(plan, many, (before, packets) => {
      const after = optimize(before);
      for (const each of packets) sameFate(before, after, each);
      assert.deepEqual(optimize(after), after);
    }),
    { numRuns: 500 },
  );
});

test("a fault planted in a pass is seen", () => {
  const losesTheLast = (stages: Stages): Stages => ({ ...stages, policy: stages.policy.slice(0, -1) });
  const found = fc.check(
    fc.property(plan, many, (before, packets) => {
      const [own] = before.packets;
      const after = {
        ...before,
        packets: [{ ...own!, filter: { ...own!.filter, forward: losesTheLast(own!.filter.forward) } }],
      };
      for (const each of packets) sameFate(before, after, each);
    }),
    { numRuns: 500 },
  );
  assert.ok(found.failed);
});

test("merge-prefixes joins neighbours and swallows what lies inside", () => {
  const match: Match = [{ kind: "source", prefixes: ["10.0.0.0/25", "10.0.0.128/25", "10.0.0.7/32"].map(prefix) }];
  const { policy } = forwardAfter(mergePrefixLists, { policy: [verdict(match, "drop")] });
  assert.deepEqual(policy[0]!.match, [{ kind: "source", prefixes: [prefix("10.0.0.0/24")] }]);
});

test("order-match says the same conditions in one order", () => {
  const match: Match = [{ kind: "translated" }, { kind: "protocol", protocol: "tcp" }];
  assert.deepEqual(
    forwardAfter(orderMatch, { policy: [verdict(match, "drop")] }).policy[0]!.match.map(({ kind }) => kind),
    ["protocol", "translated"],
  );
});

test("drop-repeated keeps the first of equal matches, and nothing behind a match of all", () => {
  const tcp: Match = [{ kind: "protocol", protocol: "tcp" }];
  const policy = [
    verdict(tcp, "drop", "first"),
    verdict(tcp, "reject"),
    verdict([], "next-stage"),
    verdict([{ kind: "translated" }], "drop"),
  ];
  assert.deepEqual(forwardAfter(dropRepeated, { policy }).policy, [policy[0], policy[2]]);
});

test("drop-idle-stages drops what decides nothing, and keeps every allow", () => {
  const aside = [verdict([], "step-aside")];
  assert.deepEqual(forwardAfter(dropIdleStages, { exempt: aside, established: aside }), EMPTY);
  const policy = [verdict([], "next-stage")];
  assert.deepEqual(forwardAfter(dropIdleStages, { exempt: aside, policy }).policy, policy);
});
