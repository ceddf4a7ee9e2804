import assert from "node:assert/strict";
import { test } from "node:test";
import { isFault } from "../../src/address/address.ts";
import { formatPorts, isProtocol, parsePorts, portsOverlap, width } from "../../src/address/port.ts";

test("a port and a range of ports are read and printed", () => {
  assert.deepEqual(parsePorts("80"), { first: 80, last: 80 });
  assert.deepEqual(parsePorts("8000-8010"), { first: 8000, last: 8010 });
  assert.deepEqual(parsePorts("1-65535"), { first: 1, last: 65535 });
  for (const text of ["80", "8000-8010"]) {
    const ports = parsePorts(text);
    assert.ok(!isFault(ports));
    assert.equal(formatPorts(ports), text);
  }
  assert.equal(formatPorts({ first: 80, last: 80 }), "80");
});

test("what is no port says why", () => {
  const cases: readonly (readonly [string, string, RegExp, string | null])[] = [
    ["0", "out-of-range", /0 is not in 1–65535/, null],
    ["65536", "out-of-range", /65536/, null],
    ["99999999999999999999", "out-of-range", /not in/, null],
    ["80-65536", "out-of-range", /65536/, null],
    ["90-80", "reversed", /ends before/, "80-90"],
    ["080", "malformed", /leading zero/, "80"],
    ["80-", "malformed", /no end/, null],
    ["", "malformed", /empty/, null],
    ["http", "malformed", /no number/, null],
    ["8e1", "malformed", /no number/, null],
  ];
  for (const [text, kind, reason, suggestion] of cases) {
    const ports = parsePorts(text);
    assert.ok(isFault(ports), text);
    assert.deepEqual([ports.kind, ports.suggestion], [kind, suggestion], text);
    assert.match(ports.reason, reason, text);
  }
});

test("ranges overlap where they share a port", () => {
  assert.ok(portsOverlap({ first: 80, last: 90 }, { first: 90, last: 99 }));
  assert.ok(!portsOverlap({ first: 80, last: 90 }, { first: 91, last: 99 }));
  assert.equal(width({ first: 8000, last: 8010 }), 11);
});

test("protocols are four", () => {
  assert.deepEqual(["tcp", "udp", "sctp", "icmp", "igmp", "TCP"].map(isProtocol), [
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});
