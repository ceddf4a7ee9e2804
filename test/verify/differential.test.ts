/** What the differential fuzz compares with: the readers of the tools' listings. It runs as a kernel test, and longer in `npm run fuzz`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readIptables } from "../../src/verify/read/iptables.ts";
import { keyOf } from "./differential/keys.ts";
import { programOf, readListing } from "./differential/nft-json.ts";
import { differenceOf, normalOf } from "./differential/normal.ts";
import { readSaved, withoutSilent } from "./differential/saved.ts";
import { fewestLines } from "./differential/smallest.ts";
import { createTexts } from "./differential/texts.ts";

const TABLES = [
  "*filter",
  ":INPUT ACCEPT [0:0]",
  ":FORWARD ACCEPT [0:0]",
  ":OUTPUT ACCEPT [0:0]",
  "RULES",
  "COMMIT",
  "*mangle",
  ...["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"].map((chain) => `:${chain} ACCEPT [0:0]`),
  "COMMIT",
  "*nat",
  ...["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"].map((chain) => `:${chain} ACCEPT [0:0]`),
  "COMMIT",
  "",
].join("\n");
const withRules = (...rules: readonly string[]): string => TABLES.replace("RULES", rules.join("\n"));

function readProgram(text: string) {
  const read = readIptables(text, 4, "whole");
  assert.ok("program" in read, JSON.stringify(read));
  return normalOf(withoutSilent(read.program));
}

test("a rule and what is saved of it are the same, whatever the order of its tests", () => {
  const said = withRules(
    '-A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "a" -s 0.0.0.0/0 -p udp -m udp --dport 53 -j ACCEPT',
    "-A INPUT -m limit --limit 10/min --limit-burst 5 -d 10.0.0.1/32 -j LOG",
  );
  const saved = withRules(
    "-A INPUT -p udp -m conntrack --ctstate RELATED,ESTABLISHED -m comment --comment a -m udp --dport 53 -j ACCEPT",
    "-A INPUT -d 10.0.0.1/32 -m limit --limit 10/min -j LOG",
  );
  assert.equal(differenceOf(readProgram(said), normalOf(readSaved(saved, 4, "whole"))), null);
});

test("a destination that only one of them has is told", () => {
  const rule = "-A INPUT -s 10.0.0.2/32 -j DROP";
  const saved = normalOf(readSaved(withRules(rule.replace("-j", "-d 10.0.0.1/32 -j")), 4, "whole"));
  assert.deepEqual(differenceOf(readProgram(withRules(rule)), saved), {
    where: 'IPv4 chain "filter INPUT", rule 1',
    reader: "source a000002; → drop",
    tool: "destination a000001; source a000002; → drop",
  });
});

test("a saved word that is not known is a difference, never passed over", () => {
  for (const rule of [
    "-A INPUT -i lo -m mac --mac-source 0:0:0:0:0:1 -j DROP",
    "-A INPUT -j MARK --set-xmark 0x3/0x1",
    "-A INPUT ! -p tcp -j DROP",
  ])
    assert.throws(() => readSaved(withRules(rule), 4, "whole"), /the listing says/, rule);
  assert.throws(() => readSaved(withRules().replace(":INPUT ACCEPT", ":INPUT DROP"), 4, "whole"), /policy/);
});

const listingOf = (...expressions: readonly unknown[]): string =>
  JSON.stringify({
    nftables: [{ chain: { name: "c" } }, { rule: { chain: "c", expr: expressions } }],
  });
const LIMIT = { limit: { rate: 10, burst: 5, per: "minute" } };

test("nft's JSON is read as strictly", () => {
  const address = {
    match: {
      op: "==",
      left: { payload: { protocol: "ip", field: "daddr" } },
      right: { prefix: { addr: "10.0.0.0", len: 8 } },
    },
  };
  const listing = readListing(listingOf(address, LIMIT, { log: { prefix: "x" } }));
  assert.deepEqual(
    [...normalOf(programOf(listing, 4))],
    [['IPv4 chain "c"', ['destination a000000-affffff; limit {"kind":"limit"}; → log "x"']]],
  );
  assert.deepEqual([...normalOf(programOf(listing, 6))], [['IPv6 chain "c"', []]]);
  for (const unknown of [
    { quota: { val: 1, val_unit: "bytes" } },
    { limit: { ...LIMIT.limit, inv: true } },
    { match: { ...address.match, op: "<" } },
    { log: { level: "debug" } },
  ])
    assert.throws(() => readListing(listingOf(unknown)), /the listing says/, JSON.stringify(unknown));
});

test("a text is made of its seed and number alone, and nearly always another one than its seed", () => {
  const [one, other] = [createTexts(5), createTexts(5)];
  other(1);
  assert.deepEqual(one(3), other(3));
  const texts = Array.from({ length: 60 }, (_, number) => one(number).text);
  assert.ok(new Set(texts).size >= 58);
});

test("a text is left with the lines that show the fault", () => {
  const text = "table\n\tchain a {\n\t\tx\n\t}\n\tchain b {\n\t\ty\n\t}\n}";
  assert.equal(
    fewestLines(text, 100, (less) => less.includes("chain b {\n\t\ty\n\t}\n")),
    "\tchain b {\n\t\ty\n\t}\n}",
  );
});

test("faults that are alike have one key", () => {
  const asked = { target: "nft", form: "whole", variant: "nft", text: "" } as const;
  const key = (word: string): string | null =>
    keyOf(asked, {
      kind: "refused",
      reason: `exit 1: /dev/stdin:4:8-10: Error: syntax error, unexpected ${word}, expecting string\n\tchain`,
    });
  assert.equal(key("udp"), key("snat"));
  assert.notEqual(key("udp"), key("junk"));
});
