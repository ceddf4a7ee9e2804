import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import ipaddr from "ipaddr.js";
import {
  type Address,
  compareAddress,
  formatAddress,
  ipv4,
  ipv6,
  isFault,
  nextAddress,
  parseAddress,
  sameAddress,
} from "../../src/address/address.ts";
import { anyAddress, ipv4Value, ipv6Value, parsed } from "./arbitraries.ts";

const fault = (text: string) => {
  const read = parseAddress(text);
  assert.ok(isFault(read), `${text} was read as an address`);
  return read;
};

test("an IPv4 address is read as ipaddr.js reads it", () => {
  fc.assert(
    fc.property(ipv4Value, (value) => {
      const text = ipaddr
        .fromByteArray([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255])
        .toString();
      assert.deepEqual(parsed(text), { family: 4, value, text });
      assert.equal(formatAddress(4, value), text);
    }),
  );
});

test("an IPv6 address is written as RFC 5952 says and read back from every spelling", () => {
  fc.assert(
    fc.property(ipv6Value, fc.boolean(), fc.boolean(), (value, upper, expanded) => {
      const hex = value.toString(16).padStart(32, "0");
      const long = hex.replace(/(....)(?=.)/g, "$1:");
      const short = ipaddr.IPv6.parse(long).toRFC5952String();
      assert.equal(ipv6(value).text, short);
      const text = expanded ? long : short;
      assert.deepEqual(parsed(upper ? text.toUpperCase() : text), { family: 6, value, text: short });
    }),
  );
});

test("what ipaddr.js refuses is refused, and what it accepts in four parts or groups is accepted", () => {
  const piece = fc.constantFrom(
    ":",
    "::",
    ".",
    "0",
    "00",
    "1",
    "ff",
    "255",
    "256",
    "fd00",
    "12345",
    "g",
    "%",
    "/",
    " ",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
      const text = pieces.join("");
      const read = parseAddress(text);
      const legal = ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !/[%.]/.test(text));
      if (isFault(read)) assert.ok(!legal || /^::ffff:|^(0+:){5}ffff:/i.test(text), text);
      else assert.ok(ipaddr.isValid(text), text);
    }),
    { numRuns: 2000 },
  );
});

test("a dotted tail is the last two groups", () => {
  assert.equal(parsed("64:ff9b::192.0.2.33").text, "64:ff9b::c000:221");
  assert.equal(parsed("1:2:3:4:5:6:7.8.9.10").text, "1:2:3:4:5:6:708:90a");
});

test("malformed addresses say why, and what to write instead", () => {
  const cases: readonly (readonly [string, RegExp, string | null])[] = [
    ["", /empty/, null],
    ["010.1.1.1", /leading zero of `010`.*octal/, "10.1.1.1"],
    ["10.244.01.010", /leading zero of `01`/, "10.244.1.10"],
    ["10.244.1.999", /999 is over 255/, null],
    ["10.244.1", /four numbers, this has 3/, null],
    ["10.244.1.2.3", /four numbers, this has 5/, null],
    ["10..1.1", /missing/, null],
    ["10.1.1.x", /`x` is no digit/, null],
    ["10.1.1.1/24", /no length/, "10.1.1.1"],
    ["::ffff:1.2.3.4", /IPv4/, "1.2.3.4"],
    ["::FFFF:a0a:0a0a", /IPv4/, "10.10.10.10"],
    ["fe80::1%eth0", /zone id/, "fe80::1"],
    ["fe80:::1", /colon too many/, "fe80::1"],
    ["1::2::3", /once/, null],
    ["1:2:3:4:5:6:7", /eight groups, this has 7/, null],
    ["1:2:3:4:5:6:7:8:9", /eight groups, this has 9$/, null],
    ["1:2:3:4:5:6:7:8::", /at least one group/, null],
    ["fd00::12345", /`12345` has more than four/, null],
    ["fd00::g", /`g` is no hexadecimal digit/, null],
    [":1:2:3:4:5:6:7", /begins with a single colon/, "::1:2:3:4:5:6:7"],
    ["fd00:1:", /ends with a single colon/, "fd00:1::"],
    ["64:ff9b::192.0.02.33", /leading zero of `02`/, "64:ff9b::192.0.2.33"],
    ["10.0.0.1-10.0.0.6", /range/, "10.0.0.1/32, 10.0.0.2/31, 10.0.0.4/31, 10.0.0.6/32"],
    ["10.0.0.0-255", /range/, "10.0.0.0/24"],
    ["fd00::-fd00::ffff", /range/, "fd00::/112"],
    ["10.0.0.9-10.0.0.1", /ends before it begins/, null],
    ["10.0.0.9-fd00::1", /one address family/, null],
    ["10.0.0.9-10.0.0.01", /leading zero/, "10.0.0.1"],
  ];
  for (const [text, reason, suggestion] of cases) {
    assert.match(fault(text).reason, reason, text);
    assert.equal(fault(text).suggestion, suggestion, text);
  }
});

test("no text makes the reading throw, and every suggestion for an address can be read", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."0129af:.%/-gx") }), (text) => {
      const read = parseAddress(text);
      if (!isFault(read) || read.suggestion === null || read.suggestion.includes("/")) return;
      assert.ok(!isFault(parseAddress(read.suggestion)), `${text} suggests ${read.suggestion}`);
    }),
    { numRuns: 2000 },
  );
});

test("order is IPv4 before IPv6, then by value", () => {
  const texts = ["9.0.0.0", "10.0.0.0", "200.0.0.1", "::", "::a", "::10", "fd00::"];
  const shuffled = [...texts].reverse().map(parsed).sort(compareAddress);
  assert.deepEqual(
    shuffled.map((address) => address.text),
    texts,
  );
  fc.assert(fc.property(anyAddress, anyAddress, (a, b) => (compareAddress(a, b) === 0) === sameAddress(a, b)));
});

test("the next address of the last one is none", () => {
  const next = (address: Address) => nextAddress(address)?.text ?? null;
  assert.equal(next(ipv4(0x0affffff)), "11.0.0.0");
  assert.equal(next(ipv4(0xffffffff)), null);
  assert.equal(next(ipv6(0xffffn)), "::1:0");
  assert.equal(next(parsed("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")), null);
});
