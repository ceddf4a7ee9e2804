import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Address, ipv4 } from "../../../src/address/address.ts";
import { comment } from "../../../src/emit/iptables/comment.ts";
import { printCoexist, printWhole } from "../../../src/emit/iptables/print.ts";
import { doorPart } from "../../../src/emit/iptables/ring.ts";
import { serviceChains } from "../../../src/emit/iptables/services.ts";
import { translate } from "../../../src/emit/iptables/translate.ts";
import { canonicalOrder } from "../../../src/plan/passes/canonical-order.ts";
import { type PacketPlan, type ServiceTranslation, STAGES, type Stages } from "../../../src/plan/plan.ts";

const EMPTY = Object.fromEntries(STAGES.map((stage) => [stage, []])) as unknown as Stages;

const service = (address: number, backends = 3): ServiceTranslation & { readonly address: Address } => ({
  address: ipv4(address),
  protocol: "tcp",
  port: { first: 80, last: 80 },
  clients: "all",
  affinity: null,
  backends: Array.from({ length: backends }, (_, at) => ({ address: ipv4(0x0af40100 + at), port: null, weight: 1 })),
  statement: `service s${address}`,
  origin: null,
});

const packetsOf = (services: readonly ServiceTranslation[]): PacketPlan =>
  canonicalOrder.run({
    node: "n",
    mtu: null,
    tunnel: null,
    links: [],
    routes: [],
    slices: [],
    sysctls: [],
    packets: [
      {
        family: 4,
        services,
        serviceRanges: [],
        inside: [],
        nodeports: { kind: "named", prefixes: [] },
        draining: [],
        senders: { pods: [], others: [] },
        marks: { prerouting: [], output: [] },
        postrouting: [],
        filter: { input: EMPTY, forward: EMPTY, output: EMPTY },
      },
    ],
  }).packets[0]!;

const rulesOf = (services: readonly ServiceTranslation[]): readonly string[] =>
  printWhole(translate(packetsOf(services))).split("\n");

const address = fc.integer({ min: 0x0a600000, max: 0x0a6fffff });

test("one more service changes at most 12 lines, wherever it falls", () => {
  fc.assert(
    fc.property(fc.uniqueArray(address, { minLength: 2, maxLength: 60 }), (addresses) => {
      const [added, ...others] = addresses.map((each) => service(each));
      const before = new Set(rulesOf(others));
      const after = new Set(rulesOf([...others, added!]));
      const changed =
        [...after].filter((line) => !before.has(line)).length + [...before].filter((line) => !after.has(line)).length;
      assert.ok(changed <= 12, `${changed} lines`);
    }),
  );
});

/** The descent of an address through the chains: every rule looked at on the way. */
function cost(chains: ReturnType<typeof serviceChains>, wanted: string): number {
  const byName = new Map(chains.map((chain) => [chain.name, chain]));
  let looked = 0;
  for (let name: string | undefined = "NETC-SERVICES"; name !== undefined; ) {
    let next: string | undefined;
    for (const rule of byName.get(name)!.rules) {
      looked += 1;
      const [match] = rule.matches;
      if (match?.kind !== "destination") continue;
      const bits = match.prefix.length;
      if (bits === 32 && match.prefix.address.text === wanted) return looked;
      if (rule.target.kind === "chain" && bits < 32 && wanted.startsWith("10.") && within(match.prefix.text, wanted)) {
        next = rule.target.chain;
        break;
      }
    }
    name = next;
  }
  return looked;
}

function within(prefix: string, wanted: string): boolean {
  const [base = "", length = "32"] = prefix.split("/");
  const value = (text: string) => text.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - Number(length));
  return Math.floor(value(base) / size) === Math.floor(value(wanted) / size);
}

test("a service among 10,000 is found after a handful of rules a level", () => {
  const services = Array.from({ length: 10_000 }, (_, at) => service(0x0a600001 + at, 1));
  const chains = serviceChains(packetsOf(services));
  for (const at of [0, 17, 5_000, 9_999]) assert.ok(cost(chains, ipv4(0x0a600001 + at).text) <= 5 * 16);
});

/** The rules that draw, of a door of so many backends. */
const drawRules = (count: number) => {
  const { rules, chains } = doorPart(service(0x0a600001, count), []);
  return { rules, chains };
};

test("each of up to eight backends gets its share, within 2⁻³¹ a draw", () => {
  for (const count of [1, 2, 3, 7, 8]) {
    let left = 1;
    const { rules, chains } = drawRules(count);
    for (const rule of rules) {
      const share = rule.matches.find((match) => match.kind === "share");
      const taken = share === undefined ? left : (left * share.share) / 0x80000000;
      assert.ok(Math.abs(taken - 1 / count) <= 2 ** -31, `${taken} of ${count}`);
      left -= taken;
    }
    assert.equal(rules.length, count);
    assert.equal(chains.length, 0);
    assert.ok(Math.abs(left) < 1e-12);
  }
});

/** Every way through the chains to a backend: its share, and how many rules are looked at. */
function waysOf({ rules, chains }: ReturnType<typeof drawRules>): readonly { share: number; looked: number }[] {
  const byName = new Map(chains.map((chain) => [chain.name, chain.rules]));
  const ways: { share: number; looked: number }[] = [];
  const go = (list: (typeof chains)[number]["rules"], chance: number, before: number): void => {
    let left = chance;
    for (const [at, rule] of list.entries()) {
      const share = rule.matches.find((match) => match.kind === "share");
      const taken = share === undefined ? left : (left * share.share) / 0x80000000;
      left -= taken;
      if (rule.target.kind === "chain") go(byName.get(rule.target.chain)!, taken, before + at + 1);
      else ways.push({ share: taken, looked: before + at + 1 });
    }
  };
  go(rules, 1, 0);
  return ways;
}

test("more than eight are halved: a choice costs the logarithm of their number, and each gets its share", () => {
  for (const count of [9, 50, 300, 2000]) {
    const ways = waysOf(drawRules(count));
    assert.equal(ways.length, count);
    const depth = Math.log2(count);
    for (const { share, looked } of ways) {
      assert.ok(Math.abs(share - 1 / count) <= 2 * depth * 2 ** -31, `${share} of ${count}`);
      assert.ok(looked <= 2 * depth + 16, `${looked} rules for ${count}`);
    }
  }
});

const linesChanged = (before: readonly string[], after: readonly string[]): number => {
  const [old, now] = [new Set(before), new Set(after)];
  return [...old].filter((line) => !now.has(line)).length + [...now].filter((line) => !old.has(line)).length;
};

const backendOf = (at: number, port: number | null = null) => ({
  address: ipv4(0x0af40100 + at),
  port: port === null ? null : { first: port, last: port },
  weight: 1,
});

test("another port of one backend among many changes its own line, one more backend those on its way", () => {
  for (let at = 0; at < 50; at += 1) {
    const backends = Array.from({ length: 50 }, (_, each) => backendOf(each));
    const whole = rulesOf([{ ...service(0x0a600001), backends }]);
    const moved = backends.with(at, backendOf(at, 8080));
    assert.equal(linesChanged(whole, rulesOf([{ ...service(0x0a600001), backends: moved }])), 2);
    const fewer = rulesOf([{ ...service(0x0a600001), backends: backends.toSpliced(at, 1) }]);
    const changed = linesChanged(whole, fewer);
    assert.ok(changed <= 32, `${changed} lines`);
  }
});

test("weights are shares of their sum", () => {
  const weighted = {
    ...service(0x0a600001, 2),
    backends: [1, 3].map((weight, at) => ({ address: ipv4(at + 1), port: null, weight })),
  };
  const [first] = doorPart(weighted, []).rules;
  assert.deepEqual(first!.matches.at(-1), { kind: "share", share: 0x80000000 / 4 });
});

test("chains fit iptables' 28 bytes and jumps are made only to what is there", () => {
  const services = [0x0a600001, 0xfffffffe, 0xdfffff0f].map((each) => service(each));
  const lines = rulesOf(services);
  for (const line of lines.filter((each) => each.startsWith(":NETC")))
    assert.ok(line.split(" ")[0]!.length - 1 <= 28, line);
  assert.ok(lines.includes("-A PREROUTING -j NETC-SERVICES"));
  assert.ok(!lines.some((line) => line.includes("-j NETC-POSTROUTING")));
});

test("a plan without rules is four empty tables, and nothing to load beside others", () => {
  const ruleset = translate(packetsOf([]));
  assert.equal(printCoexist(ruleset), "");
  assert.equal(
    printWhole(ruleset),
    "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n*mangle\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n",
  );
});

test("a comment is quoted, and cut on a character at 255 bytes", () => {
  assert.equal(comment('service "my web"'), `"service 'my web'"`);
  assert.equal(comment("back\\slash"), '"back\\\\slash"');
  const long = comment(`group ${"日".repeat(200)}`);
  assert.ok(Buffer.byteLength(long) <= 257 && long.endsWith('…"') && !long.includes("\ufffd"));
});
