import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Address, AddressFault } from "../../src/address/address.ts";
import { ipv4, parseAddress } from "../../src/address/address.ts";
import type { Program, Rule, Unread } from "../../src/verify/program.ts";
import { readNft } from "../../src/verify/read/nft.ts";

function rulesets(): readonly string[] {
  return readdirSync("golden").flatMap((name) => {
    const out = join("golden", name, "out");
    if (!existsSync(out)) return [];
    return readdirSync(out)
      .map((node) => join(out, node, "ruleset.nft"))
      .filter((path) => existsSync(path));
  });
}

function programOf(text: string, family: 4 | 6 = 4): Program {
  const read = readNft(text, family);
  if ("unread" in read) assert.fail(JSON.stringify(read.unread, null, 2));
  return read.program;
}

function unreadOf(text: string): readonly Unread[] {
  const read = readNft(text, 4);
  assert.deepEqual(readNft(text, 6), read, "both families tell the same");
  return "unread" in read ? read.unread : [];
}

const asked = (read: Address | AddressFault): Address => ("reason" in read ? assert.fail(read.reason) : read);
const address = (text: string): Address => asked(parseAddress(text));
const one = (text: string) => ({ first: address(text), last: address(text) });
const port = (first: number, last = first) => ({ first, last });

const HEAD = "add table inet netc\ndelete table inet netc\ntable inet netc {\n";

const SETS = `
	set clients {
		typeof ip saddr . numgen inc mod 2 . numgen inc mod 2
		flags dynamic, timeout
		size 262144
	}
	set pairs {
		typeof ip saddr . ip daddr
		size 64
		elements = {
			10.0.0.1 . 10.0.0.1, # hairpin all
		}
	}
	map doors {
		typeof ip daddr . meta l4proto . th dport . numgen random mod 2 : ip daddr . th dport
		size 64
		elements = {
			10.96.0.1 . tcp . 80 . 0 : 10.0.0.1 . 8080, # service web
			10.96.0.1 . tcp . 80 . 1 : 10.0.0.2 . 8080, # service web
		}
	}
	map doors6 {
		typeof ip6 daddr : ip6 daddr
		size 64
		elements = {
			fd00:96::1 : fd00::1, # service web
		}
	}
	map sticky {
		typeof meta l4proto . th dport : verdict
		flags interval
		size 64
		elements = {
			udp . 30000-30001 : jump other, # service web
		}
	}
`;

const ruleset = (rules: readonly string[], base = "type filter hook forward priority filter; policy accept;"): string =>
  `${HEAD}${SETS}\tchain first {\n\t\t${[base, ...rules].join("\n\t\t")}\n\t}\n\n\tchain other {\n\t}\n}\n`;

const NAT_IN = "type nat hook prerouting priority dstnat; policy accept;";
const NAT_OUT = "type nat hook postrouting priority srcnat; policy accept;";

function ruleOf(text: string, base?: string, family: 4 | 6 = 4): Omit<Rule, "line"> | undefined {
  const [rule] = programOf(ruleset([text], base), family).chains.get("first")!;
  if (rule === undefined) return undefined;
  const { tests, actions, about } = rule;
  return { tests, actions, about };
}

test("every golden ruleset is read, in both families", () => {
  const paths = rulesets();
  assert.ok(paths.length > 100);
  for (const path of paths) {
    const text = readFileSync(path, "utf8");
    for (const family of [4, 6] as const) {
      const read = readNft(text, family);
      assert.ok("program" in read, `${path}: ${JSON.stringify(read)}`);
      assert.equal(read.program.chains.size, text.match(/^\tchain /gm)?.length ?? 0);
    }
  }
});

test("a golden ruleset that breaks off anywhere is not read", () => {
  const text = readFileSync("golden/62-affinity/out/node1/ruleset.nft", "utf8");
  const lines = text.trimEnd().split("\n");
  for (let count = 0; count < lines.length; count += 1) {
    assert.ok("unread" in readNft(lines.slice(0, count).join("\n"), 4), `${count} lines`);
  }
});

test("a line of a golden ruleset with one more word is not read", () => {
  const lines = readFileSync("golden/65-doors-dual/out/node1/ruleset.nft", "utf8").trimEnd().split("\n");
  lines.forEach((line, at) => {
    if (line.trim() === "") return;
    const remark = line.indexOf(", #");
    const changed = remark < 0 ? `${line} word` : `${line.slice(0, remark)} word${line.slice(remark)}`;
    const read = readNft([...lines.slice(0, at), changed, ...lines.slice(at + 1)].join("\n"), 4);
    assert.ok("unread" in read, changed);
    assert.ok(
      read.unread.some((unread) => unread.line === at + 1 || unread.text.includes("{") || line.trim() === "}"),
      changed,
    );
  });
});

test("conditions", () => {
  assert.deepEqual(
    ruleOf('ip saddr { 10.0.0.0/24, 10.1.0.1-10.1.0.9 } ip daddr != 10.0.0.1 drop comment "deny a -> b"'),
    {
      tests: [
        {
          kind: "address",
          of: "source",
          ranges: [
            { first: ipv4(0x0a000000), last: ipv4(0x0a0000ff) },
            { first: address("10.1.0.1"), last: address("10.1.0.9") },
          ],
          isNot: false,
        },
        { kind: "address", of: "destination", ranges: [one("10.0.0.1")], isNot: true },
      ],
      actions: [{ kind: "drop" }],
      about: "deny a -> b",
    },
  );
  assert.deepEqual(ruleOf("udp sport 67-68 udp dport 67 ct state established,related ct status ! dnat accept"), {
    tests: [
      { kind: "protocol", protocols: [17] },
      { kind: "ports", of: "source-port", ranges: [port(67, 68)] },
      { kind: "ports", of: "destination-port", ranges: [port(67)] },
      { kind: "state", states: ["established", "related"] },
      { kind: "translated", is: false },
      { kind: "state", states: ["new", "established", "related"] },
    ],
    actions: [{ kind: "accept" }],
    about: "",
  });
  assert.deepEqual(
    ruleOf(
      'oifname "lo" fib daddr type local meta l4proto tcp ct original ip daddr 10.0.0.1 ct original proto-dst 80 return',
    )?.tests,
    [
      { kind: "device", side: "out", device: "lo" },
      { kind: "own", of: "destination", is: true },
      { kind: "protocol", protocols: [6] },
      { kind: "address", of: "asked", ranges: [one("10.0.0.1")], isNot: false },
      { kind: "ports", of: "asked-port", ranges: [port(80)] },
    ],
  );
});

test("what holds for the other family is left out", () => {
  const neighbours = 'meta nfproto ipv6 meta l4proto ipv6-icmp icmpv6 type { 133, 134 } accept comment "neighbours"';
  assert.equal(ruleOf(neighbours), undefined);
  assert.deepEqual(ruleOf(neighbours, undefined, 6)?.tests, [
    { kind: "protocol", protocols: [58] },
    { kind: "icmp-type", types: [133, 134] },
  ]);
  assert.equal(ruleOf("dnat ip6 to ip6 daddr map @doors6", NAT_IN), undefined);
  assert.equal(ruleOf("dnat ip6 to ip6 daddr map @doors6", NAT_IN, 6)?.actions.length, 1);
  assert.equal(ruleOf("ct original ip daddr 10.0.0.1 drop", undefined, 6), undefined);
  assert.equal(ruleOf("ct state new drop", undefined, 6)?.actions.length, 1);
});

test("actions", () => {
  assert.deepEqual(ruleOf('limit rate 10/minute burst 5 packets log prefix "closed: " comment "log"'), {
    tests: [{ kind: "limit" }],
    actions: [{ kind: "log", prefix: "closed: " }],
    about: "log",
  });
  assert.deepEqual(ruleOf("meta mark set meta mark & 0xffffff0f ^ 0x10 accept")?.actions, [
    { kind: "mark", value: 0x10, mask: 0xf0 },
    { kind: "accept" },
  ]);
  assert.deepEqual(ruleOf("reject with icmpx port-unreachable")?.actions, [
    { kind: "reject", answer: "port-unreachable" },
  ]);
  assert.deepEqual(ruleOf("meta l4proto tcp reject with tcp reset")?.actions, [
    { kind: "reject", answer: "tcp-reset" },
  ]);
  assert.deepEqual(ruleOf("jump other")?.actions, [{ kind: "jump", chain: "other" }]);
  assert.deepEqual(ruleOf("snat ip to 10.0.0.9 fully-random", NAT_OUT)?.actions, [
    { kind: "snat", address: address("10.0.0.9") },
  ]);
  assert.deepEqual(ruleOf("masquerade fully-random", NAT_OUT)?.actions, [{ kind: "snat", address: null }]);
  assert.deepEqual(ruleOf("meta l4proto tcp dnat ip6 to [fd00::1]:80", NAT_IN, 6)?.actions, [
    { kind: "dnat", to: { address: address("fd00::1"), ports: port(80), base: null } },
  ]);
  assert.deepEqual(ruleOf("dnat ip to 10.0.0.1", NAT_IN)?.actions, [
    { kind: "dnat", to: { address: address("10.0.0.1"), ports: null, base: null } },
  ]);
});

test("sets and maps stand resolved in the rules, and are shared", () => {
  const lookup = "dnat ip to ip daddr . meta l4proto . th dport . numgen random mod 2 map @doors";
  const rules = programOf(ruleset([lookup, lookup, "meta l4proto . th dport vmap @sticky"], NAT_IN)).chains.get(
    "first",
  )!;
  const [first, second, third] = rules.map(({ actions }) => actions[0]!);
  const to = (text: string) => ({ address: address(text), ports: port(8080), base: null });
  const key = (slot: number) => [one("10.96.0.1"), 6, port(80), slot];
  assert.ok(first?.kind === "dnat-map" && second?.kind === "dnat-map");
  assert.deepEqual(first, {
    kind: "dnat-map",
    key: [
      { kind: "address", of: "destination" },
      { kind: "protocol" },
      { kind: "ports", of: "destination-port" },
      { kind: "draw", of: 2 },
    ],
    elements: [
      { key: key(0), value: to("10.0.0.1"), line: 21 },
      { key: key(1), value: to("10.0.0.2"), line: 22 },
    ],
  });
  assert.equal(first.elements, second.elements);
  assert.deepEqual(third, {
    kind: "verdict-map",
    key: [{ kind: "protocol" }, { kind: "ports", of: "destination-port" }],
    elements: [{ key: [17, port(30000, 30001)], value: "other", line: 37 }],
  });
  assert.deepEqual(ruleOf("ct status dnat ip saddr . ip daddr @pairs masquerade fully-random", NAT_OUT)?.tests[1], {
    kind: "member",
    key: [
      { kind: "address", of: "source" },
      { kind: "address", of: "destination" },
    ],
    elements: [[one("10.0.0.1"), one("10.0.0.1")]],
  });
});

const CLIENT = "ip saddr . numgen inc mod 1 offset 7 . numgen inc mod 1 offset 9";

test("a client that is remembered", () => {
  const rule = `meta l4proto udp ${CLIENT} @clients update @clients { ${CLIENT} timeout 60s } dnat ip to th dport map { 53 : 10.0.0.1 . 530, 54 : 10.0.0.1 . 531 }`;
  assert.deepEqual(ruleOf(rule, NAT_IN), {
    tests: [
      { kind: "protocol", protocols: [17] },
      { kind: "remembered", list: "clients 7 9", seconds: 60 },
    ],
    actions: [
      { kind: "remember", list: "clients 7 9", seconds: 60 },
      {
        kind: "dnat-map",
        key: [{ kind: "ports", of: "destination-port" }],
        elements: [
          { key: [port(53)], value: { address: address("10.0.0.1"), ports: port(530), base: null }, line: 42 },
          { key: [port(54)], value: { address: address("10.0.0.1"), ports: port(531), base: null }, line: 42 },
        ],
      },
    ],
    about: "",
  });
  assert.deepEqual(ruleOf("meta l4proto tcp numgen random mod 3 < 1 dnat ip to 10.0.0.1:80", NAT_IN)?.tests[1], {
    kind: "share",
    share: 1 / 3,
  });
});

test("hooks", () => {
  const bases = [
    "type filter hook prerouting priority mangle; policy accept;",
    NAT_IN,
    "type route hook output priority mangle; policy accept;",
    "type nat hook output priority -100; policy accept;",
    "type filter hook input priority filter; policy accept;",
    "type filter hook forward priority filter; policy accept;",
    "type filter hook output priority filter; policy accept;",
    NAT_OUT,
    "type filter hook prerouting priority raw; policy accept;",
    "type filter hook output priority -300; policy accept;",
  ];
  const chains = bases.map((base, at) => `\tchain c${at} {\n\t\t${base}\n\t}\n`).join("\n");
  assert.deepEqual(programOf(`${HEAD}${chains}}\n`).hooks, {
    "raw-prerouting": ["c8"],
    "raw-output": ["c9"],
    "mangle-prerouting": ["c0"],
    "nat-prerouting": ["c1"],
    "mangle-output": ["c2"],
    "nat-output": ["c3"],
    "filter-input": ["c4"],
    "filter-forward": ["c5"],
    "filter-output": ["c6"],
    "nat-postrouting": ["c7"],
  });
});

test("a prefix with a dollar is a variable's", () => {
  const text = ruleset(['log prefix "$netc_log_a"']);
  const [rule] = programOf(`define netc_log_a = "$ a"\n${text}`).chains.get("first")!;
  assert.deepEqual(rule?.actions, [{ kind: "log", prefix: "$ a" }]);
  assert.match(unreadOf(text)[0]?.reason ?? "", /no variable/);
});

/** A rule, alone in its chain, and why it is not read. */
const BROKEN_RULES: readonly (readonly [rule: string, reason: RegExp, base?: string])[] = [
  ["ip saddr 10.0.0.1 notrack drop", /`notrack` is not known/],
  ["ip saddr 10.0.0.1 drop log", /behind one that ends the rule/],
  ["log ip saddr 10.0.0.1 drop", /a condition stands behind an action/],
  ["ip saddr 10.0.0.1/8 drop", /no prefix: .*begins at 10\.0\.0\.0/],
  ["ip saddr 10.0.0.01 drop", /no IPv4 address/],
  ["ip saddr fd00::1 drop", /no IPv4 address/],
  ["ip saddr 10.0.0.9-10.0.0.1 drop", /ends before it begins/],
  ["ip saddr { 10.0.0.1, 10.0.0.2 drop", /not closed/],
  ["ip saddr drop", /no IPv4 address/],
  ["ip saddr", /the line ends too early/],
  ["ip ttl 3 drop", /`saddr` or `daddr`/],
  ["ip6 saddr fd00::1 notrack drop", /`notrack` is not known/],
  ["ip saddr 10.0.0.1 ip6 daddr fd00::1 drop", /holds for no packet/],
  ["tcp dport 0 drop", /no port/],
  ["tcp dport 65536 drop", /no port/],
  ["tcp flags syn drop", /`sport` or `dport`/],
  ["th dport 80 drop", /a set, or `vmap`/],
  ["meta l4proto esp drop", /no protocol/],
  ["meta skuid 0 drop", /expected/],
  ["ct state snat drop", /no state that netc asks/],
  ["ct status snat drop", /`dnat` is expected/],
  ["ct original proto-dst 80 drop", /no protocol with ports/],
  ["icmpv6 type 133 accept", /does not stand behind/],
  ['iifname "eth*" accept', /no device's name/],
  ['iifname "eth0" accept', /cannot stand where/, NAT_OUT],
  ["iifname lo accept", /in quotes/],
  ['accept comment "open', /a quote is not closed/],
  ['accept comment "a" drop', /not the last/],
  ['comment "a"', /no statement/],
  ["fib daddr type broadcast drop", /`local` is expected/],
  ["jump nowhere", /there is no chain `nowhere`/],
  ["jump first", /asked by a hook/],
  ["ip saddr . ip daddr @nothing drop", /no set and no map `nothing`/],
  ["ip saddr . ip daddr @doors drop", /but holds/],
  ["ip daddr . meta l4proto . th dport @pairs drop", /but holds/],
  ["meta l4proto . th dport @sticky drop", /is a map, not a set/],
  ["ip saddr . ip daddr vmap @pairs", /no map of verdicts/],
  ["reject with tcp reset", /not of tcp alone/],
  ["reject", /expected/],
  ["limit rate 10/minute burst 5 packets drop", /more than a log/],
  ["limit rate 11/minute burst 5 packets log", /expected/],
  ['log prefix "$x and more"', /no variable/],
  ['log prefix "costs $5"', /as a variable/],
  ["meta mark set 0x10 0x20", /not known/],
  ["meta mark set meta mark & 0xfffffff0 ^ 0x10", /were not cleared/],
  ["dnat ip to 10.0.0.1", /cannot stand where/],
  ["masquerade fully-random", /cannot stand where/, NAT_IN],
  ["masquerade", /expected/, NAT_OUT],
  ["snat ip to 10.0.0.1", /expected/, NAT_OUT],
  ["dnat ip to 10.0.0.1:80", /no protocol with ports/, NAT_IN],
  ["dnat ip to ip daddr . meta l4proto . th dport . numgen random mod 3 map @doors", /a draw of 3/, NAT_IN],
  ["dnat ip to ip daddr map @doors6", /but holds/, NAT_IN],
  ["dnat ip6 to ip daddr map @doors6", /holds for no packet/, NAT_IN],
  ["meta l4proto udp dnat ip to th dport map { 53 : 10.0.0.1 . 53, 53 : 10.0.0.2 . 53 }", /twice on line 42/, NAT_IN],
  ["dnat ip to th dport map { 53 : 10.0.0.1 . 53 }", /no protocol with ports/, NAT_IN],
  [`meta l4proto tcp ${CLIENT} @clients dnat ip to 10.0.0.1`, /not put there again/, NAT_IN],
  [`update @pairs { ip saddr . ip daddr timeout 5s }`, /no `dynamic` set/, NAT_IN],
  [`update @clients { ${CLIENT} timeout 1m }`, /no time in seconds/, NAT_IN],
  [`update @clients { ${CLIENT.replace("saddr", "daddr")} timeout 5s }`, /not a client's address/, NAT_IN],
  ["policy drop;", /not known/],
];

for (const [rule, reason, base] of BROKEN_RULES) {
  test(`not read: ${rule}`, () => {
    const found = unreadOf(ruleset([rule], base));
    assert.equal(found.length, 1, JSON.stringify(found));
    assert.match(found[0]!.reason, reason);
    assert.equal(found[0]!.line, 42);
    assert.equal(found[0]!.text, rule);
  });
}

test("a list has one time", () => {
  const put = (seconds: number): string =>
    `meta l4proto udp update @clients { ${CLIENT} timeout ${seconds}s } dnat ip to 10.0.0.1`;
  programOf(ruleset([put(60), put(60)], NAT_IN));
  const [found, ...more] = unreadOf(ruleset([put(60), put(61)], NAT_IN));
  assert.deepEqual([found?.line, more], [43, []]);
  assert.match(found!.reason, /on line 42 the client is remembered for another time/);
});

/** A change of the whole text, the line that is told, and why. */
const BROKEN_TEXTS: readonly (readonly [from: string, to: string, line: number, reason: RegExp])[] = [
  ["add table inet netc", "add table inet other", 1, /`add table inet netc` is expected/],
  ["add table", "flush ruleset\nadd table", 1, /is expected/],
  ["delete table inet netc\n", "", 2, /`delete table inet netc` is expected/],
  ["hook forward", "hook ingress", 41, /no chain of that type, hook and priority/],
  ["priority filter", "priority 0", 41, /no chain of that type, hook and priority/],
  ["type filter", "type route", 41, /no chain of that type, hook and priority/],
  ["policy accept", "policy drop", 41, /`policy accept;`/],
  ["flags interval", "flags timeout", 34, /flags/],
  ["\t\tflags interval\n", "", 36, /a range stands where `flags interval` is not said/],
  ["flags dynamic, timeout", "flags dynamic", 7, /flags/],
  ["typeof ip saddr . ip daddr", "type ipv4_addr . ipv4_addr", 11, /`typeof` is expected/],
  ["size 64\n\t\telements", "size 64\n\t\tauto-merge\n\t\telements", 13, /`elements = \{` is expected/],
  ["size 64\n\t\telements = {\n\t\t\t10.96", "size 1\n\t\telements = {\n\t\t\t10.96", 17, /2 elements .* size is 1/],
  ["80 . 1 :", "80 . 0 :", 22, /on lines 21 and 22, each time with another value/],
  ["80 . 1 :", "80 . 2 :", 22, /never drawn/],
  ["80 . 1 :", "80 :", 22, /the key is not/],
  ["80 . 1 :", "80-81 . 1 :", 22, /`flags interval`/],
  ["tcp . 80 . 1", "icmp . 80 . 1", 22, /`icmp` has no ports/],
  ["10.0.0.2 . 8080,", "10.0.0.2,", 22, /the value is not/],
  ["10.0.0.1 . 8080,", "10.0.0.1 . 8080", 21, /no comma/],
  ["\t10.0.0.1 . 10.0.0.1,", "\t10.0.0.1 . fd00::1,", 14, /no IPv4 address/],
  ["\t10.0.0.1 . 10.0.0.1,", "\t10.0.0.1 . 10.0.0.1,\n\t10.0.0.1 . 10.0.0.1,", 15, /on lines 14 and 15$/],
  ["udp . 30000-30001 :", "udp . 30001-30009 : jump other,\n\t\t\tudp . 30000-30001 :", 38, /lines 37 and 38 overlap/],
  ["jump other,", "goto other,", 37, /`jump` and a chain/],
  ["jump other,", "jump nowhere,", 37, /no chain `nowhere`/],
  ["set pairs {", "set clients {", 10, /declared on lines 5 and 10/],
  ["set pairs {", "counter pairs {", 10, /no set, no map and no chain/],
  ["chain other {", "chain first {", 45, /declared on lines 40 and 45/],
  [
    "chain other {\n",
    "chain other {\n\t\tjump third\n\t}\n\tchain third {\n\t\tjump other\n",
    49,
    /other → third → other/,
  ],
  ["chain other {\n", "chain other {\n\t\ttype filter hook forward priority filter; policy accept;\n", 45, /same hook/],
  ["\t}\n}\n", "\t}\n}\nadd table inet more\n", 48, /behind the end of the table/],
  ["\t}\n}\n", "\t}\n", 46, /the file ends before the table's/],
  ["\t}\n}\n", "", 45, /closes this chain/],
];

for (const [from, to, line, reason] of BROKEN_TEXTS) {
  test(`not read: ${JSON.stringify(from)} as ${JSON.stringify(to)}`, () => {
    const text = ruleset(["drop"]);
    const at = from === "\t}\n}\n" ? text.lastIndexOf(from) : text.indexOf(from);
    assert.ok(at >= 0);
    const found = unreadOf(text.slice(0, at) + to + text.slice(at + from.length));
    const isTold = found.some((unread) => unread.line === line && reason.test(unread.reason));
    assert.ok(isTold, JSON.stringify(found));
  });
}

test("of many faults twenty are told, by line", () => {
  const found = unreadOf(ruleset(Array.from({ length: 50 }, () => "strange")));
  assert.deepEqual(
    found.map(({ line }) => line),
    Array.from({ length: 20 }, (_, at) => 42 + at),
  );
});

test("remarks and empty lines are read over", () => {
  const text = ruleset(["", "# by hand", 'drop comment "a # b" # why']);
  assert.equal(programOf(text).chains.get("first")?.[0]?.about, "a # b");
});
