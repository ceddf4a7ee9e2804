/** However much a chain says, the kernel takes it: no chain is too deep, and every packet meets what it met. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ipv4, ipv6 } from "../../../src/address/address.ts";
import { hostPrefix, type Prefix } from "../../../src/address/prefix.ts";
import { DEEPEST, heightOf } from "../../../src/emit/iptables/depth.ts";
import type { IptRuleset } from "../../../src/emit/iptables/ruleset.ts";
import { serviceChains } from "../../../src/emit/iptables/services.ts";
import { translate } from "../../../src/emit/iptables/translate.ts";
import type { Condition, PacketPlan, SourceTranslation, Verdict } from "../../../src/plan/plan.ts";
import { packet, plan } from "../../plan/arbitrary.ts";
import { filterFate, type Packet, sourceFate } from "../../plan/evaluate.ts";
import { walk } from "./walk.ts";

const HOOKED = [
  "NETC-INPUT",
  "NETC-FORWARD",
  "NETC-OUTPUT",
  "NETC-POSTROUTING",
  "NETC-SERVICES",
  "NETC-MARKS-IN",
  "NETC-MARKS-OUT",
];

/** From the built-in chains. */
function deepestOf(ruleset: IptRuleset): number {
  const heights = ruleset.flatMap(({ chains }) =>
    HOOKED.map((hook) => {
      const first = chains.find(({ name }) => name === hook);
      return first === undefined ? 0 : 1 + heightOf([first, ...chains.filter((chain) => chain !== first)]);
    }),
  );
  return Math.max(...heights);
}

/** No two are neighbours, and many stand in blocks of their own. */
const addressOf = (n: number) => ipv4(0x0a000000 + n * 0x0001_0a06);
const longList = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 17, max: 80 }))
  .map(([from, count]): readonly Prefix[] =>
    Array.from({ length: count }, (_, at) => hostPrefix(addressOf(from + at))),
  );

const longMatch = fc
  .tuple(fc.constantFrom("source", "destination", "both" as const), longList, longList)
  .map(([side, sources, destinations]): readonly Condition[] => [
    ...(side === "destination" ? [] : [{ kind: "source", prefixes: sources } as const]),
    ...(side === "source" ? [] : [{ kind: "destination", prefixes: destinations } as const]),
  ]);

const longFacts = fc.array(fc.tuple(longMatch, fc.constantFrom("next-stage", "drop", "reject" as const)), {
  minLength: 1,
  maxLength: 14,
});

const planOfLists = fc.tuple(plan, longFacts).map(([each, facts]): PacketPlan => {
  const packets = each.packets[0]!;
  // A statement says its verb, and what is said twice is one fact before it is translated: chains are named by it.
  const about = (at: number) => ({ statement: `allow g${at}`, origin: null });
  const policy = facts.map(([match, action], at): Verdict => ({ ...about(at), match, action, log: null }));
  const translations = facts.map(([match, action], at): SourceTranslation => {
    const to = { kind: "to-address", address: ipv4(0x04040404) } as const;
    return { ...about(at), match, action: action === "next-stage" ? { kind: "keep" } : to };
  });
  return {
    ...packets,
    filter: { ...packets.filter, forward: { ...packets.filter.forward, policy } },
    postrouting: [{ kind: "egress", except: "", translations }],
  };
});

const many = fc.array(
  fc
    .tuple(packet, fc.integer({ min: 0, max: 130 }), fc.integer({ min: 0, max: 130 }))
    .map(([one, from, to]): Packet => ({ ...one, source: addressOf(from), destination: addressOf(to) })),
  { minLength: 20, maxLength: 20 },
);

const ENDS = { accept: "ACCEPT", drop: "DROP", reject: "NETC-REJECT", aside: "aside" } as const;

test("a policy of long lists agrees with the plan and is never too deep", () => {
  let deepest = 0;
  fc.assert(
    fc.property(planOfLists, many, (facts, packets) => {
      const ruleset = translate(facts);
      deepest = Math.max(deepest, deepestOf(ruleset));
      for (const one of packets) {
        const { end } = walk(ruleset, "filter", "NETC-FORWARD", { ...one, isOwn: one.loopback }, ["NETC-REJECT"]);
        assert.equal(end, ENDS[filterFate(facts, "forward", one)]);
        const source = walk(ruleset, "nat", "NETC-POSTROUTING", one).end;
        assert.equal(source === "aside" ? "same" : source, sourceFate(facts, one));
      }
    }),
    { numRuns: 120 },
  );
  assert.ok(deepest <= DEEPEST, `${deepest}`);
  assert.ok(deepest > DEEPEST - 4, `nothing here was near the limit: ${deepest}`);
});

test("5,000 backends, asked from outside, are not too deep", () => {
  const about = { statement: "service s", origin: null };
  for (const family of [4, 6] as const) {
    const at = (n: number) => (family === 4 ? ipv4(0x0a000000 + n) : ipv6(0xfd00n * 2n ** 112n + BigInt(n)));
    const backends = Array.from({ length: 5000 }, (_, n) => ({ address: at(n), port: null, weight: 1 }));
    const inside = Array.from({ length: 100 }, (_, n) => hostPrefix(at(n * 0x10101)));
    const chains = serviceChains({
      family,
      inside,
      nodeports: { kind: "own", within: null },
      services: (["outside", "all"] as const).flatMap((clients) =>
        [at(77), null].map((address) => {
          const door = { address, protocol: "tcp", port: { first: 80, last: 80 } } as const;
          return { ...about, ...door, clients, backends, affinity: null };
        }),
      ),
    });
    assert.ok(1 + heightOf(chains) <= DEEPEST, `${heightOf(chains)}`);
    assert.ok(chains.every(({ rules }) => rules.length < 200));
  }
});
