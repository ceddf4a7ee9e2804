/** The rules of a plan do to every packet what the plan does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ipv4 } from "../../../src/address/address.ts";
import { hostPrefix } from "../../../src/address/prefix.ts";
import { DEEPEST } from "../../../src/emit/iptables/depth.ts";
import type { Step } from "../../../src/emit/iptables/dispatch.ts";
import { chainsInOrder } from "../../../src/emit/iptables/order.ts";
import type { IptRule } from "../../../src/emit/iptables/ruleset.ts";
import { translate } from "../../../src/emit/iptables/translate.ts";
import { optimize } from "../../../src/plan/optimize.ts";
import { canonicalOrder } from "../../../src/plan/passes/canonical-order.ts";
import {
  type Condition,
  FILTER_HOOKS,
  type Match,
  type PacketPlan,
  type SourceTranslation,
  type Stages,
  type Verdict,
} from "../../../src/plan/plan.ts";
import { packet, plan } from "../../plan/arbitrary.ts";
import {
  affinityFate,
  aimed,
  doorOf,
  filterFate,
  markFate,
  type Packet,
  senderFate,
  serviceFate,
  sourceFate,
} from "../../plan/evaluate.ts";
import { drawn, isRemembered } from "./draw.ts";
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
          const here = { ...one, isOwn: one.loopback };
          const { end } = walk(ruleset, "filter", `NETC-${hook.toUpperCase()}`, here, ["NETC-REJECT"]);
          assert.equal(end, ENDS[filterFate(facts, hook, one)], hook);
        }
        assert.equal(walk(ruleset, "raw", "NETC-RAW-IN", one).end, ENDS[senderFate(facts, one)]);
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
  const trees = sizes.filter(([, filter]) => filter!.chains.some(({ name }) => name.startsWith("NETC-SET-")));
  assert.ok(trees.length > 10, `${trees.length} of 200`);
});

/** Facts about doors, one behind the other, as many as a program has nodeports or addresses of load balancers. */
const doorFact = fc
  .record({
    protocol: fc.constantFrom("tcp", "udp" as const),
    address: fc.option(fc.integer({ min: 0, max: 60 })),
    port: fc.integer({ min: 1, max: 1500 }),
    width: fc.integer({ min: 0, max: 40 }),
    isPlain: fc.boolean(),
    source: fc.option(fc.integer({ min: 0, max: 15 })),
  })
  .map(
    ({ protocol, address, port, width, isPlain, source }): Match => [
      ...(source === null ? [] : [{ kind: "source", prefixes: [hostPrefix(ipv4(0x0a000000 + source))] } as const]),
      { kind: "protocol", protocol },
      {
        kind: "asked",
        prefixes: address === null ? null : [hostPrefix(ipv4(0x0a000000 + address))],
        ports: { first: port, last: isPlain ? port : port + width },
      },
    ],
  );

const doorFacts = fc
  .tuple(fc.array(doorFact, { minLength: 1, maxLength: 80 }), fc.boolean(), fc.integer({ min: 1, max: 3 }))
  .map(([facts, haveAddress, ports]) =>
    facts.map((match) =>
      match.map((condition): Condition => {
        if (!haveAddress || condition.kind !== "asked") return condition;
        const first = (condition.ports!.first % ports) + 1;
        const prefixes = condition.prefixes ?? [hostPrefix(ipv4(0x0a000000 + condition.ports!.first))];
        return { ...condition, prefixes, ports: { first, last: first } };
      }),
    ),
  );

const planWithRuns = fc
  .tuple(plan, doorFacts, fc.infiniteStream(fc.constantFrom("next-stage", "drop" as const)))
  .map(([each, matches, actions]) => ({
    ...each,
    packets: each.packets.map((packets): PacketPlan => {
      const fact = { statement: "service d", origin: null };
      const verdicts = matches.map((match): Verdict => ({ ...fact, match, action: actions.next().value, log: null }));
      const sources = matches.map((match, at): SourceTranslation => {
        const to = { kind: "to-address", address: ipv4(0x04040400 + (at % 3)) } as const;
        return { ...fact, match, action: at % 4 === 0 ? { kind: "keep" } : to };
      });
      const { forward } = packets.filter;
      const stages: Stages = {
        ...forward,
        "service-drops": verdicts,
        acceptance: [...forward.acceptance, ...verdicts.map((verdict): Verdict => ({ ...verdict, action: "accept" }))],
      };
      return {
        ...packets,
        filter: { ...packets.filter, forward: stages },
        postrouting: packets.postrouting.map((stage) =>
          stage.kind === "services" ? { ...stage, translations: [...sources, ...stage.translations] } : stage,
        ),
      };
    }),
  }));

/** A packet that asks for one of those doors. */
const askedFor = (facts: PacketPlan, one: Packet, at: number): Packet => {
  const drops = facts.filter.forward["service-drops"];
  const { match } = drops[at % drops.length]!;
  const asked = match.find(({ kind }) => kind === "asked");
  const protocol = match.find(({ kind }) => kind === "protocol");
  if (asked?.kind !== "asked" || protocol?.kind !== "protocol") return one;
  return {
    ...one,
    protocol: protocol.protocol,
    asked: asked.prefixes?.[0]?.address ?? one.asked,
    askedPort: at % 2 === 0 ? asked.ports!.first : asked.ports!.last,
  };
};

test("many facts about doors: the rules agree with the plan, packet by packet", () => {
  let trees = 0;
  fc.assert(
    fc.property(planWithRuns, many, (each, packets) => {
      const facts = each.packets[0]!;
      const ruleset = translate(facts);
      trees += ruleset.flatMap(({ chains }) => chains).filter(({ name }) => name.startsWith("NETC-SET-")).length;
      for (const [at, sample] of packets.entries()) {
        const one = askedFor(facts, sample, at);
        const { end } = walk(ruleset, "filter", "NETC-FORWARD", { ...one, isOwn: one.loopback }, ["NETC-REJECT"]);
        assert.equal(end, ENDS[filterFate(facts, "forward", one)]);
        const source = walk(ruleset, "nat", "NETC-POSTROUTING", one).end;
        assert.equal(source === "MASQUERADE" ? "device" : source === "aside" ? "same" : source, sourceFate(facts, one));
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(trees > 1000, `${trees}`);
});

test("a door among 2,000 is found after a handful of rules", () => {
  const match = (at: number): Match => [
    { kind: "protocol", protocol: "tcp" },
    { kind: "asked", prefixes: [hostPrefix(ipv4(0x0a000001))], ports: { first: 30000 + at, last: 30000 + at } },
  ];
  const doors = Array.from({ length: 2000 }, (_, at) => at);
  const steps = doors.map((at): Step => {
    const rule: IptRule = { matches: [], target: { kind: "DROP" }, comment: null };
    return { match: match(at), statement: `service s${at}`, leaves: at % 2 === 0, rulesOf: () => [rule] };
  });
  for (const { rules } of chainsInOrder("NETC-INPUT", steps, 4, DEEPEST - 1))
    assert.ok(rules.length <= 18, `${rules.length}`);
});

/** Up to 40 backends, so that trees of draws are among them. */
const manyBackends = fc.integer({ min: 1, max: 40 });

const planWithDraws = fc.tuple(plan, manyBackends).map(([each, count]) => ({
  ...each,
  packets: each.packets.map((packets) => ({
    ...packets,
    services: packets.services.map((service) => {
      const [first] = service.backends;
      if (first === undefined || first.port !== null) return service;
      const more = Array.from({ length: count }, (_, at) => ({ ...first, address: ipv4(0x0b000000 + at) }));
      return { ...service, backends: more };
    }),
  })),
}));

test("services: every backend is drawn as often as the plan says, and for whom it says", () => {
  let translated = 0;
  fc.assert(
    fc.property(planWithDraws, many, (each, packets) => {
      const facts = canonicalOrder.run(each).packets[0]!;
      const ruleset = translate(facts);
      for (const [at, sample] of packets.entries()) {
        const one = aimed(facts, sample, at);
        for (const side of ["prerouting", "output"] as const) {
          const found = drawn(ruleset, side, one);
          const expected = serviceFate(facts, side, one);
          if (expected[0] === "untranslated") {
            assert.deepEqual([...found.keys()], ["untranslated"]);
            continue;
          }
          translated += 1;
          const door = doorOf(facts, side, one)!;
          const wanted = new Map<string, number>();
          for (const share of expected) {
            const [backend = "", weight = ""] = share.split(" ");
            const [part = 0, whole = 1] = weight.split("/").map(Number);
            const [address, port] = backend.split(":");
            const socket = port === "undefined" ? `${address}:${one.destinationPort}` : `${address}:${port}`;
            wanted.set(socket, (wanted.get(socket) ?? 0) + part / whole);
          }
          assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort());
          const draws = Math.ceil(Math.log2(door.backends.length)) + 60;
          for (const [socket, share] of wanted) assert.ok(Math.abs(found.get(socket)! - share) <= draws * 2 ** -31);
          assert.equal(isRemembered(ruleset, side, one), affinityFate(facts, side, one) !== "none");
        }
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(translated > 500, `${translated}`);
});
