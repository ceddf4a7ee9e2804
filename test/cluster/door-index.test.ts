/** Doors found by service and by address are those that a walk over all of them finds, in the same order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, ipv4, ipv6 } from "../../src/address/address.ts";
import { bitsOf, contains, type Prefix, prefixOf } from "../../src/address/prefix.ts";
import type { Service } from "../../src/cluster/cluster.ts";
import { indexDoors } from "../../src/cluster/door-index.ts";
import type { ServiceDoor } from "../../src/cluster/doors.ts";

const SERVICES = Array.from({ length: 4 }, (_, at) => ({ name: `s${at}` }) as Service);

const address: fc.Arbitrary<Address> = fc.oneof(
  fc.integer({ min: 0, max: 15 }).map((value) => ipv4(0x0a000000 + value)),
  fc.integer({ min: 0, max: 2 }).map((value) => ipv4(0xffffffff - value)),
  fc.integer({ min: 0, max: 15 }).map((value) => ipv6(BigInt(value))),
);

const door: fc.Arbitrary<ServiceDoor> = fc
  .record({ service: fc.constantFrom(...SERVICES), address: fc.option(address) })
  .map((own) => ({ ...own, kind: own.address === null ? "nodeport" : "vip" }) as ServiceDoor);

const prefix: fc.Arbitrary<Prefix> = fc
  .tuple(address, fc.integer({ min: 0, max: 6 }))
  .map(([from, host]) => prefixOf(from, host === 6 ? 0 : bitsOf(from) - host));

test("an index of doors answers as a walk does", () => {
  const one = fc.tuple(fc.array(door, { maxLength: 20 }), fc.array(prefix, { maxLength: 3 }), fc.boolean());
  const isOf = (range: Prefix, { address: own }: ServiceDoor): boolean => own !== null && contains(range, own);
  fc.assert(
    fc.property(one, ([doors, ranges, withNodeports]) => {
      const index = indexDoors(doors);
      const isNodeport = (each: ServiceDoor): boolean => each.address === null;
      assert.deepEqual(index.nodeports(), doors.filter(isNodeport));
      for (const service of SERVICES) {
        const walked = doors.filter((each) => each.service === service);
        assert.deepEqual(index.ofService(service), walked);
      }
      for (const range of ranges)
        assert.equal(
          index.isIn(range),
          doors.some((each) => isOf(range, each)),
        );
      const walked = doors.filter(
        (each) => (withNodeports && isNodeport(each)) || ranges.some((range) => isOf(range, each)),
      );
      assert.deepEqual(index.within(ranges, withNodeports), walked);
    }),
    { numRuns: 2000 },
  );
});
