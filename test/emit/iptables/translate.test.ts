/** The rules of a plan do to every packet what the plan does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { translate } from "../../../src/emit/iptables/translate.ts";
import { optimize } from "../../../src/plan/optimize.ts";
import { FILTER_HOOKS } from "../../../src/plan/plan.ts";
import { packet, exactPlan as plan } from "../../plan/arbitrary.ts";
import { filterFate, markFate, sourceFate } from "../../plan/evaluate.ts";
import { walk } from "./walk.ts";

const ENDS = { accept: "ACCEPT", drop: "DROP", reject: "NETC-REJECT", aside: "aside" } as const;

const many = fc.array(packet, { minLength: 30, maxLength: 30 });

test("filter, marks and source translation: the rules agree with the plan, packet by packet", () => {
  fc.assert(
    fc.property(plan, many, fc.boolean(), (each, packets, isOptimized) => {
      const facts = (isOptimized ? optimize(each) : each).packets[0]!;
      const ruleset = translate(facts);
      for (const one of packets) {
        for (const hook of FILTER_HOOKS) {
          const { end } = walk(ruleset, "filter", `NETC-${hook.toUpperCase()}`, one, ["NETC-REJECT"]);
          assert.equal(end, ENDS[filterFate(facts, hook, one)], hook);
        }
        const source = walk(ruleset, "nat", "NETC-POSTROUTING", one).end;
        const expected = sourceFate(facts, one);
        assert.equal(source === "MASQUERADE" ? "device" : source === "aside" ? "same" : source, expected);
        assert.equal(walk(ruleset, "mangle", "NETC-MARKS-IN", one).marked, markFate(facts, "prerouting", one));
        assert.equal(walk(ruleset, "mangle", "NETC-MARKS-OUT", one).marked, markFate(facts, "output", one));
      }
    }),
    { numRuns: 600 },
  );
});

test("trees of chains are among what was tried", () => {
  const sizes = fc.sample(plan, { numRuns: 200, seed: 1 }).map((each) => translate(each.packets[0]!));
  const trees = sizes.filter(([filter]) => filter!.chains.some(({ name }) => name.startsWith("NETC-SET-")));
  assert.ok(trees.length > 10, `${trees.length} of 200`);
});
