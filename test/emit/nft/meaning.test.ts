/** The table means what the plans of both families mean, packet by packet. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, ipv6 } from "../../../src/address/address.ts";
import { type Prefix, prefixOf } from "../../../src/address/prefix.ts";
import { interleave } from "../../../src/emit/nft/families.ts";
import { translate } from "../../../src/emit/nft/translate.ts";
import { mapPackets } from "../../../src/plan/passes/map-packets.ts";
import {
  type Condition,
  FILTER_HOOKS,
  type Match,
  type NodePlan,
  type NodeportAddresses,
  type PacketPlan,
} from "../../../src/plan/plan.ts";
import { packet as anyPacket, plan as anyPlan } from "../../plan/arbitrary.ts";
import {
  affinityFate,
  aimed,
  filterFate,
  markFate,
  type Packet,
  senderFate,
  serviceFate,
  sourceFate,
} from "../../plan/evaluate.ts";
import { drawn, isRemembered } from "./draw.ts";
import { fateAt } from "./walk.ts";

const hasPorts = (condition: Condition): boolean =>
  condition.kind === "source-port" ||
  condition.kind === "destination-port" ||
  (condition.kind === "asked" && condition.ports !== null);

/** As plans are: ports have a protocol, ICMPv6 is of IPv6. */
function sound(match: Match): Match {
  const kept = match.filter(({ kind }) => kind !== "icmp-types");
  if (!kept.some(hasPorts)) return kept;
  return [{ kind: "protocol", protocol: "tcp" }, ...kept.filter(({ kind }) => kind !== "protocol")];
}

const wide = (address: Address): Address => ipv6((0xfd00n << 112n) + BigInt(address.value));
const widePrefix = ({ address, length }: Prefix): Prefix => prefixOf(wide(address), length + 96);

function wideCondition(condition: Condition): Condition {
  if (!("prefixes" in condition) || condition.prefixes === null) return condition;
  return { ...condition, prefixes: condition.prefixes.map(widePrefix) };
}

const mapAll = (plan: NodePlan, change: (match: Match) => Match): PacketPlan => {
  const changed = <T extends { readonly match: Match }>(facts: readonly T[]): readonly T[] =>
    facts.map((fact) => ({ ...fact, match: change(fact.match) }));
  return mapPackets(plan, { verdicts: changed, sources: changed, marks: changed }).packets[0]!;
};

const wideNodeports = (where: NodeportAddresses): NodeportAddresses =>
  where.kind === "named"
    ? { ...where, prefixes: where.prefixes.map(widePrefix) }
    : { ...where, within: where.within?.map(widePrefix) ?? null };

/** The same in IPv6. */
function widened(plan: PacketPlan, shell: NodePlan): PacketPlan {
  const packets = mapAll({ ...shell, packets: [plan] }, (match) => match.map(wideCondition));
  return {
    ...packets,
    family: 6,
    inside: packets.inside.map(widePrefix),
    nodeports: wideNodeports(packets.nodeports),
    services: packets.services.map((service) => ({
      ...service,
      address: service.address === null ? null : wide(service.address),
      backends: service.backends.map((backend) => ({ ...backend, address: wide(backend.address) })),
    })),
    postrouting: packets.postrouting.map((stage) => ({
      ...stage,
      translations: stage.translations.map((each) =>
        each.action.kind === "to-address"
          ? { ...each, action: { kind: "to-address", address: wide(each.action.address) } }
          : each,
      ),
    })),
  };
}

/** Two families: the second is the first's, but for other verdicts here and there, or another plan altogether. */
const bothPlans = fc
  .tuple(anyPlan, anyPlan, fc.boolean(), fc.array(fc.constantFrom("drop", "reject", "next-stage", null)))
  .map(([one, other, isOther, actions]) => {
    const v4 = mapAll(one, sound);
    const mixed = isOther ? mapAll(other, sound) : v4;
    const changed = v4.filter.forward.policy.map((verdict, at) => ({
      ...verdict,
      action: actions[at] ?? verdict.action,
    }));
    const policy = [...(isOther ? mixed.filter.forward.policy : []), ...changed];
    const forward = { ...mixed.filter.forward, policy };
    const v6 = widened({ ...mixed, filter: { ...mixed.filter, forward } }, one);
    return { ...one, packets: [v4, v6] };
  });

const packetsOfBoth = anyPacket.map((packet): readonly Packet[] => [
  packet,
  {
    ...packet,
    source: wide(packet.source),
    destination: wide(packet.destination),
    asked: wide(packet.asked),
  },
]);

test("filter, marks and source translation of both families are those of their plans", () => {
  fc.assert(
    fc.property(bothPlans, fc.array(packetsOfBoth, { minLength: 10, maxLength: 20 }), (plan, samples) => {
      const ruleset = translate(plan);
      for (const packet of samples.flat()) {
        const packets = plan.packets[packet.source.family === 4 ? 0 : 1]!;
        for (const hook of FILTER_HOOKS) {
          const fate = filterFate(packets, hook, packet);
          const rejected = packet.protocol === "tcp" ? "tcp reset" : "icmpx port-unreachable";
          const expected = fate === "aside" ? "accept" : fate === "reject" ? rejected : fate;
          assert.equal(fateAt(ruleset, "filter", hook, { ...packet, isOwn: packet.loopback }), expected);
        }
        const sent = senderFate(packets, packet) === "drop" ? "drop" : "accept";
        assert.equal(fateAt(ruleset, "filter", "prerouting", packet, true), sent);
        const source = sourceFate(packets, packet);
        assert.equal(fateAt(ruleset, "nat", "postrouting", packet), source === "same" ? "accept" : source);
        for (const side of ["prerouting", "output"] as const) {
          const mark = markFate(packets, side, packet);
          const type = side === "output" ? "route" : "filter";
          assert.equal(fateAt(ruleset, type, side, packet), mark === "none" ? "accept" : `accept ${mark}`);
        }
      }
    }),
  );
});

test("every service's draw is its plan's, for whom the plan says, and remembers whom it says", () => {
  let translated = 0;
  fc.assert(
    fc.property(bothPlans, fc.array(packetsOfBoth, { minLength: 10, maxLength: 20 }), (plan, samples) => {
      const ruleset = translate(plan);
      const names = [...ruleset.chains, ...ruleset.sets].map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
      for (const [at, sample] of samples.flat().entries()) {
        const packets = plan.packets[sample.source.family === 4 ? 0 : 1]!;
        const packet = aimed(packets, sample, at >> 1);
        for (const side of ["prerouting", "output"] as const) {
          const found = drawn(ruleset, side, packet);
          const expected = serviceFate(packets, side, packet);
          if (expected[0] === "untranslated") {
            assert.deepEqual([...found.keys()], ["untranslated"]);
            continue;
          }
          translated += 1;
          const shares = new Map<string, number>();
          for (const share of expected) {
            const [backend = "", weight = ""] = share.split(" ");
            const [part = 0, whole = 1] = weight.split("/").map(Number);
            const socket = backend.replace(":undefined", `:${packet.destinationPort}`);
            shares.set(socket, (shares.get(socket) ?? 0) + part / whole);
          }
          assert.deepEqual([...found.keys()].sort(), [...shares.keys()].sort());
          for (const [socket, share] of shares) assert.ok(Math.abs(found.get(socket)! - share) < 1e-9, socket);
          const remembers = isRemembered(ruleset, side, packet);
          assert.equal(remembers, affinityFate(packets, side, packet) !== "none");
          const full = drawn(ruleset, side, packet, "full");
          for (const [socket, share] of shares) assert.ok(Math.abs(full.get(socket)! - share) < 1e-9, socket);
        }
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(translated > 500, `${translated}`);
});

test("interleaving keeps the order of both lists and loses nothing", () => {
  const list = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
  fc.assert(
    fc.property(list, list, (v4, v6) => {
      const pairs = interleave(v4, v6, (item) => (item === "d" ? null : item));
      assert.deepEqual(
        pairs.flatMap((pair) => pair.v4 ?? []),
        v4,
      );
      assert.deepEqual(
        pairs.flatMap((pair) => pair.v6 ?? []),
        v6,
      );
      for (const pair of pairs)
        if (pair.v4 !== null && pair.v6 !== null) assert.ok(pair.v4 === pair.v6 && pair.v4 !== "d");
    }),
  );
});
