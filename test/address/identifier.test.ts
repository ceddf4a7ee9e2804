import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fitsAsItIs, identifierFor, type Place } from "../../src/address/identifier.ts";

const PLACES: readonly {
  readonly place: Place;
  readonly stem: string;
  readonly legal: RegExp;
  readonly bytes: number;
}[] = [
  { place: "interface", stem: "veth-pod-", legal: /^(?!-|\.\.?$)[A-Za-z0-9_.-]+$/, bytes: 15 },
  { place: "namespace", stem: "pod-", legal: /^pod-[A-Za-z0-9_.-]+$/, bytes: 255 },
  { place: "file", stem: "", legal: /^(?![.-])[A-Za-z0-9_.-]+$/, bytes: 255 },
  { place: "chain", stem: "NETC-", legal: /^NETC-[A-Za-z0-9_./-]+$/, bytes: 28 },
  { place: "recent", stem: "NETC-V4-", legal: /^NETC-V4-[A-Za-z0-9_.-]+$/, bytes: 199 },
  { place: "nft", stem: "netc_", legal: /^netc_[A-Za-z0-9_./-]+$/, bytes: 255 },
];

const anyName = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 400 }),
  fc.string({ unit: fc.constantFrom(..."abz09-./_ é日🚀$;`"), minLength: 1, maxLength: 40 }),
);

test("an identifier is legal and short enough for its place, whatever the name", () => {
  for (const { place, stem, legal, bytes } of PLACES) {
    fc.assert(
      fc.property(anyName, (name) => {
        const identifier = identifierFor(place, stem, name);
        assert.match(identifier, legal);
        assert.ok(Buffer.byteLength(identifier) <= bytes, identifier);
      }),
      { numRuns: 500 },
    );
  }
});

test("two names never share an identifier", () => {
  for (const { place, stem } of PLACES) {
    fc.assert(
      fc.property(fc.uniqueArray(anyName, { maxLength: 30 }), (names) => {
        assert.equal(new Set(names.map((name) => identifierFor(place, stem, name))).size, names.length);
      }),
    );
  }
});

test("a name that is an identifier made here gets another one", () => {
  for (const { place, stem } of PLACES) {
    fc.assert(
      fc.property(anyName, (name) => {
        const identifier = identifierFor(place, stem, name);
        const impostor = identifier.slice(stem.length);
        if (!identifier.startsWith(stem) || impostor === name) return;
        assert.notEqual(identifierFor(place, stem, impostor), identifier);
      }),
    );
  }
});

test("a name that fits is used as it is", () => {
  assert.equal(identifierFor("interface", "veth-pod-", "a"), "veth-pod-a");
  assert.equal(identifierFor("interface", "veth-pod-", "pod123"), "veth-pod-pod123");
  assert.equal(identifierFor("namespace", "pod-", "kube-dns.kube-system"), "pod-kube-dns.kube-system");
  assert.equal(identifierFor("namespace", "pod-", "job-202401011200"), "pod-job-202401011200");
  assert.equal(identifierFor("namespace", "pod-", "coredns-7db6d8ff4d-xkcd2"), "pod-coredns-7db6d8ff4d-xkcd2");
  assert.equal(identifierFor("file", "", "node1"), "node1");
  assert.equal(identifierFor("chain", "NETC-", "shop/frontend"), "NETC-shop/frontend");
  assert.equal(identifierFor("chain", "NETC-", "a".repeat(23)), `NETC-${"a".repeat(23)}`);
  assert.equal(identifierFor("nft", "netc_", "tcp"), "netc_tcp");
});

/** Running nodes hold these: another value here breaks every cluster at its next update. */
test("identifiers do not change from version to version", () => {
  const cases: readonly (readonly [Place, string, string, string])[] = [
    ["interface", "veth-pod-", "build-worker-eu-1", "veth-bu-BquIHVo"],
    ["interface", "veth-pod-", "build-worker-eu-2", "veth-bu-zOkTTSl"],
    ["interface", "veth-pod-", "日本🚀", "veth-lMii6nK"],
    ["namespace", "pod-", "shop/web", "pod-shop-web-3d8byypczvp"],
    ["namespace", "pod-", "日本", "pod-9kshyxzncb3"],
    ["namespace", "pod-", "x; touch /tmp/p", "pod-x-touch-tmp-p-1m0dtqbxjfh"],
    ["file", "", "-v", "v-8z7shn943j4"],
    ["file", "", "..", "2sdzs3jm5hf"],
    ["chain", "NETC-", "accounting-and-billing-gateway-internal", "NETC-accounting-an-87vhw80n8"],
    [
      "nft",
      "netc_",
      "office printers, second floor and basement",
      "netc_office-printers-second-floor-and-basement-3bwg2bzp2n3",
    ],
  ];
  for (const [place, stem, name, expected] of cases) assert.equal(identifierFor(place, stem, name), expected, name);
});

test("names that differ at their far end differ", () => {
  const long = "a".repeat(100_000);
  for (const { place, stem } of PLACES) {
    assert.notEqual(identifierFor(place, stem, `${long}1`), identifierFor(place, stem, `${long}2`));
  }
});

test("10,000 pods of one node have 10,000 interfaces", () => {
  const names = Array.from({ length: 10_000 }, (_, at) => `frontend-${at}`);
  assert.equal(new Set(names.map((name) => identifierFor("interface", "veth-pod-", name))).size, names.length);
});

test("a stem that shrinks still counts", () => {
  const name = "build-worker-eu-1";
  assert.notEqual(identifierFor("interface", "veth-pod-", name), identifierFor("interface", "veth-out-", name));
});

test("a name that fits as it is, is what it is in every roomy place", () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_]{1,9}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.constantFrom("-", "."), (words, joint) => {
      const name = words.join(joint);
      if (!fitsAsItIs(name)) return;
      assert.equal(identifierFor("namespace", "pod-", name), `pod-${name}`);
      assert.equal(identifierFor("file", "", name), name);
    }),
  );
});
