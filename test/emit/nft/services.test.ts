import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ipv4 } from "../../../src/address/address.ts";
import { ringOf } from "../../../src/emit/nft/rings.ts";
import { roomFor } from "../../../src/emit/nft/size.ts";
import type { ServiceTranslation } from "../../../src/plan/plan.ts";
import { BASE, bodyOf, linesOf, rulesetOf } from "./sample.ts";

const service = (address: number, backends = 3): ServiceTranslation => ({
  address: ipv4(address),
  protocol: "tcp",
  port: { first: 80, last: 80 },
  clients: "all",
  affinity: null,
  backends: Array.from({ length: backends }, (_, at) => ({ address: ipv4(0x0af40100 + at), port: null, weight: 1 })),
  statement: `service s${address}`,
  origin: null,
});

const elementsOf = (lines: readonly string[], map: string): readonly string[] => {
  const body = bodyOf(lines, `map ${map}`);
  return body.slice(body.indexOf("elements = {") + 1, -1);
};

function changes(before: readonly string[], after: readonly string[]): number {
  const count = (lines: readonly string[], line: string): number => lines.filter((each) => each === line).length;
  const all = new Set([...before, ...after]);
  return [...all].reduce((sum, line) => sum + Math.abs(count(after, line) - count(before, line)), 0);
}

test("one more service changes at most 12 lines, wherever it falls", () => {
  const address = fc.integer({ min: 0x0a600000, max: 0x0a6fffff });
  fc.assert(
    fc.property(fc.uniqueArray(address, { minLength: 2, maxLength: 40 }), (addresses) => {
      const [added, ...others] = addresses.map((each) => service(each));
      const changed = changes(linesOf(others), linesOf([...others, added!]));
      assert.ok(changed <= 12, `${changed} lines`);
    }),
  );
});

test("one more service among 10,000 is as many more lines as it has backends", () => {
  const services = Array.from({ length: 10_000 }, (_, at) => service(0x0a600000 + 2 * at));
  const before = linesOf(services);
  const after = linesOf([...services, service(0x0a600001)]);
  const known = new Set(before);
  assert.equal(after.length - before.length, 3);
  assert.equal(after.filter((line) => !known.has(line)).length, 3);
});

test("the size of a map leaves room, and few sizes are ever needed", () => {
  const counts = Array.from({ length: 40_000 }, (_, at) => at);
  for (const count of counts) assert.ok(roomFor(count) >= count * 1.12);
  assert.equal(new Set(counts.map(roomFor)).size, 9);
});

test("a ring has as many slots as the weights over their divisor, and each backend its share", () => {
  const backends = [2, 4, 6].map((weight, at) => ({ address: ipv4(at + 1), port: null, weight }));
  assert.deepEqual(
    ringOf(backends).map(({ address }) => address.value),
    [1, 2, 2, 3, 3, 3],
  );
  const even = [5, 5].map((weight, at) => ({ address: ipv4(at + 1), port: null, weight }));
  assert.equal(ringOf(even).length, 2);
});

test("weights repeat slots; what is drained has none", () => {
  const lines = rulesetOf(`${BASE}
service s 10.96.0.1 { 80 -> a:8080 weight 2, c weight 4, b weight 0 }`);
  assert.deepEqual(elementsOf(lines, "netc-ports-v4-of-3"), [
    "10.96.0.1 . tcp . 80 . 0 : 10.244.1.10 . 8080, # service s",
    "10.96.0.1 . tcp . 80 . 1 : 10.244.2.10 . 80, # service s",
    "10.96.0.1 . tcp . 80 . 2 : 10.244.2.10 . 80, # service s",
  ]);
});

test("services of one backend draw nothing, and all of one number share a rule in each family", () => {
  const lines = rulesetOf(`${BASE}
service s 10.96.0.1, fd00:96::1 { 80 -> a; 81 -> b; 53/udp -> a, b }
service t 10.96.0.2 { 80 -> c, a }`);
  assert.deepEqual(bodyOf(lines, "chain netc-services"), [
    "dnat ip to ip daddr . meta l4proto . th dport map @netc-ports-v4-of-1",
    "dnat ip to ip daddr . meta l4proto . th dport . numgen random mod 2 map @netc-ports-v4-of-2",
    "dnat ip6 to ip6 daddr . meta l4proto . th dport map @netc-ports-v6-of-1",
    "dnat ip6 to ip6 daddr . meta l4proto . th dport . numgen random mod 2 map @netc-ports-v6-of-2",
  ]);
  assert.equal(elementsOf(lines, "netc-ports-v4-of-2").length, 4);
  assert.deepEqual(elementsOf(lines, "netc-ports-v6-of-1"), [
    "fd00:96::1 . tcp . 80 : fd00:244:1::10 . 80, # service s",
    "fd00:96::1 . tcp . 81 : fd00:244:1::11 . 81, # service s",
  ]);
});

test("a service of every port is found by its address alone", () => {
  const lines = rulesetOf(`${BASE}
service s 10.96.0.1 -> b
service t 10.96.0.2 -> a, b`);
  assert.deepEqual(bodyOf(lines, "chain netc-services"), [
    "dnat ip to ip daddr map @netc-addresses-v4-of-1",
    "dnat ip to ip daddr . numgen random mod 2 map @netc-addresses-v4-of-2",
  ]);
  assert.deepEqual(elementsOf(lines, "netc-addresses-v4-of-2"), [
    "10.96.0.2 . 0 : 10.244.1.10, # service t",
    "10.96.0.2 . 1 : 10.244.1.11, # service t",
  ]);
});

test("a range whose ports stay is one element a slot; a shifted one is an element for each port, its place kept", () => {
  const lines = rulesetOf(`${BASE}
service s 10.96.0.1 { 5000-5029 -> a, b; 6000-6002 -> a:7000-7002 }`);
  assert.deepEqual(elementsOf(lines, "netc-ranges-v4-of-2"), [
    "10.96.0.1 . tcp . 5000-5029 . 0 : 10.244.1.10, # service s",
    "10.96.0.1 . tcp . 5000-5029 . 1 : 10.244.1.11, # service s",
  ]);
  assert.ok(bodyOf(lines, "map netc-ranges-v4-of-2").includes("flags interval"));
  assert.deepEqual(elementsOf(lines, "netc-ports-v4-of-1"), [
    "10.96.0.1 . tcp . 6000 : 10.244.1.10 . 7000, # service s",
    "10.96.0.1 . tcp . 6001 : 10.244.1.10 . 7001, # service s",
    "10.96.0.1 . tcp . 6002 : 10.244.1.10 . 7002, # service s",
  ]);
});
