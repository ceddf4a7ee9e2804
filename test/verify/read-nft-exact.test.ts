/** The nft reader reads what nft 1.0.6 reads, or refuses: each text was tried on the tool, and what it loads as is the expectation. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Program, Test } from "../../src/verify/program.ts";
import { RESERVED } from "../../src/verify/read/nft/reserved.ts";
import { readNft } from "../../src/verify/read/nft.ts";
import { SERVICE_NAMES } from "../../src/verify/read/service-names.ts";

const HEAD = "add table inet netc\ndelete table inet netc\ntable inet netc {\n";
const FORWARD = "type filter hook forward priority filter; policy accept;";
const RAW_IN = "type filter hook prerouting priority raw; policy accept;";
const RAW_OUT = "type filter hook output priority raw; policy accept;";
const OUTPUT = "type filter hook output priority filter; policy accept;";
const INPUT = "type filter hook input priority filter; policy accept;";
const MANGLE = "type filter hook prerouting priority mangle; policy accept;";
const NAT_IN = "type nat hook prerouting priority dstnat; policy accept;";
const NAT_OUT = "type nat hook postrouting priority srcnat; policy accept;";

const CLIENTS = `\tset clients {
		typeof ip saddr . numgen inc mod 2 . numgen inc mod 2
		flags dynamic, timeout
		size 262144
	}
`;
const CLIENT = "ip saddr . numgen inc mod 1 offset 7 . numgen inc mod 1 offset 9";
const PUT = `update @clients { ${CLIENT} timeout 5s }`;

const ruleset = (rule: string, base = FORWARD): string =>
  `${HEAD}${CLIENTS}\tchain first {\n\t\t${base}\n\t\t${rule}\n\t}\n\tchain other {\n\t}\n}\n`;

function programOf(text: string): Program {
  const read = readNft(text, 4);
  if ("unread" in read) assert.fail(JSON.stringify(read.unread, null, 2));
  return read.program;
}

function reasonsOf(text: string): readonly string[] {
  const read = readNft(text, 4);
  assert.deepEqual(readNft(text, 6), read, "both families tell the same");
  return "unread" in read ? read.unread.map(({ reason }) => reason) : [];
}

/** What the chain says, without the lines on which it says so. */
const said = (text: string, chain = "first") =>
  programOf(text)
    .chains.get(chain)!
    .map(({ tests, actions }) => ({ tests, actions }));

/** Each pair is loaded as the same. */
const SAME: readonly (readonly [spelled: string, plain: string, base?: string])[] = [
  ["drop#remark", "drop"],
  ["drop;", "drop"],
  ["ip saddr 10.0.0.1\tdrop", "ip saddr 10.0.0.1 drop"],
  ["  drop # é \u00a0 \\", "drop"],
  ["ip saddr {10.0.0.1,10.0.0.3} drop", "ip saddr { 10.0.0.1, 10.0.0.3 } drop"],
  ["ip saddr { 10.0.0.1, 10.0.0.3, } drop", "ip saddr { 10.0.0.1, 10.0.0.3 } drop"],
  ["tcp dport 0x50 drop", "tcp dport 80 drop"],
  ["tcp dport 0x0050-0X60 drop", "tcp dport 80-96 drop"],
  ["tcp dport { ssh, http, ftp-data } drop", "tcp dport { 22, 80, 20 } drop"],
  ["udp dport syslog drop", "udp dport 514 drop"],
  ["meta l4proto tcp tcp dport 80 drop", "tcp dport 80 drop"],
  ["tcp dport 80 meta l4proto tcp drop", "tcp dport 80 drop"],
  ["meta l4proto tcp ct original proto-dst https drop", "meta l4proto tcp ct original proto-dst 443 drop"],
  ["ct state { new, related } drop", "ct state new,related drop"],
  ["ct state new, related drop", "ct state new,related drop"],
  ["ct state != invalid drop", "ct state new,established,related,untracked drop"],
  ["ct state != { invalid, new } drop", "ct state established,related,untracked drop"],
  ["counter packets 5 bytes 10 ip saddr 10.0.0.1 counter drop", "ip saddr 10.0.0.1 drop"],
  [`counter ${PUT} counter drop`, `${PUT} drop`],
  ["limit rate 10/minute burst 5 packets counter log", "limit rate 10/minute burst 5 packets log"],
  ["meta mark set 16", "meta mark set 0x00000010"],
  ["meta mark set 0x10", "meta mark set meta mark & 0 ^ 0x10"],
  ["meta mark set meta mark | 0x3", "meta mark set meta mark & 0xfffffffc ^ 0x3"],
  ["meta mark set meta mark or 0x1 or 0x2", "meta mark set meta mark | 0x3"],
  ["meta mark set meta mark and 0xffffff0f xor 0x10", "meta mark set meta mark & 0xffffff0f ^ 0x10"],
  ["meta mark set meta mark & 0xf0 ^ 0x1 | 0x3", "meta mark set meta mark & 0xf0 ^ 0x3"],
  ["meta mark set meta mark | 0x3 | 0x0", "meta mark set meta mark | 0x3"],
  ["meta mark set meta mark drop", "drop"],
  ["drop", "drop", "type filter hook forward priority filter\n\n\t\t# of nobody\n\t\tpolicy accept"],
  ["drop", "drop", "type filter hook forward priority filter"],
  ["meta l4proto tcp dnat ip to 10.0.0.1:http", "meta l4proto tcp dnat ip to 10.0.0.1:80", NAT_IN],
  [
    "meta l4proto udp dnat ip to th dport map {domain : 10.0.0.1 . 0x35,54 : 10.0.0.1 . 54,}",
    "meta l4proto udp dnat ip to th dport map { 53 : 10.0.0.1 . 53, 54 : 10.0.0.1 . 54 }",
    NAT_IN,
  ],
];

for (const [spelled, plain, base] of SAME) {
  test(`the same: ${JSON.stringify(spelled)}`, () => {
    assert.deepEqual(said(ruleset(spelled, base)), said(ruleset(plain, base?.startsWith("type nat") ? base : FORWARD)));
  });
}

test("a rule that only counts does nothing", () => {
  assert.deepEqual(said(ruleset('counter comment "all"')), [{ tests: [], actions: [] }]);
});

const testsOf = (rule: string, base?: string): readonly Test[] => said(ruleset(rule, base))[0]!.tests;

test("what has no connection is not reached by a test of the connection, the negated one included", () => {
  const tracked: Test = { kind: "state", states: ["new", "established", "related"] };
  assert.deepEqual(testsOf("ct status ! dnat drop"), [{ kind: "translated", is: false }, tracked]);
  assert.deepEqual(testsOf("ct status dnat drop"), [{ kind: "translated", is: true }]);
  assert.deepEqual(testsOf("ct state invalid,untracked drop"), [{ kind: "state", states: ["invalid", "untracked"] }]);
});

test("raw hooks, in the spellings that nft lists", () => {
  for (const priority of ["raw", "-300"]) {
    const texts = [RAW_IN, RAW_OUT].map((base) => ruleset("drop", base.replace("raw", priority)));
    assert.deepEqual(
      texts.map((text) => programOf(text).hooks),
      [
        { ...programOf(`${HEAD}}\n`).hooks, "raw-prerouting": ["first"] },
        { ...programOf(`${HEAD}}\n`).hooks, "raw-output": ["first"] },
      ],
    );
  }
  assert.deepEqual(testsOf('iifname "eth0.5" drop', RAW_IN), [{ kind: "device", side: "in", device: "eth0.5" }]);
});

/** What is not read, why, and in which chain. Of those that nft loads, it loads another thing than it looks like, or one that the proof has no word for. */
const REFUSED: readonly (readonly [rule: string, reason: RegExp, base?: string])[] = [
  ["drop\r", /byte 0x0d/],
  ["ip saddr 10.0.0.1\fdrop", /byte 0x0c/],
  ["drop # a\0b", /byte 0x00/],
  ["drop # a\u007fb", /byte 0x7f/],
  ['drop comment "a\u001bb"', /byte 0x1b/],
  ['drop comment "a\tb"', /a tab stands in quotes/],
  ["ip saddr 10.0.0.1\u00a0drop", /not ASCII/],
  ["drop\u2028accept", /not ASCII/],
  ["\ufeffdrop", /not ASCII/],
  ["ip saddr 10.0.0.1 \\\n drop", /backslash/],
  ["drop \\# accept", /backslash/],
  ['drop comment "a\nb"', /a quote is not closed/],
  ["drop; accept", /more than one statement/],
  ["ct state new; drop", /more than one statement/],
  [`drop comment "${"é".repeat(65)}"`, /longer than 128 bytes/],
  [`log prefix "${"é".repeat(64)}"`, /longer than 127 bytes/],
  ["log level debug", /`level` is not known/],
  ["log group 2", /`group` is not known/],
  ['log prefix "a" flags all', /`flags` is not known/],
  ["ct state != new,established drop", /holds for every packet/],
  ["ct state ! new drop", /no state/],
  ["ct status != dnat drop", /`dnat` is expected/],
  ["ct status dnat,snat drop", /`,` is not known/],
  ["meta l4proto udp tcp dport 80 drop", /protocols twice/],
  ["meta l4proto { tcp, udp } tcp dport 80 drop", /protocols twice/],
  ["tcp dport 80 udp dport 80 drop", /protocols twice/],
  ["tcp dport 022 drop", /no port/],
  ["tcp dport ssh-http drop", /no port/],
  ["tcp dport SSH drop", /no port/],
  ["ip6 saddr 64:ff9b::1.2.3.4 drop", /no IPv6 address/],
  ["ip saddr 010.0.0.1 drop", /no IPv4 address/],
  ["numgen random mod 2 < 2 drop", /at most 1/],
  ["numgen random mod 4 offset 2 < 3 drop", /`<` is expected/],
  ["numgen inc mod 2 < 1 drop", /expected/],
  ["jhash ip saddr mod 2 < 1 drop", /not known/],
  ["symhash mod 2 < 1 drop", /not known/],
  ["meta mark set 010", /no number/],
  ["meta mark set 0x100000000", /no number/],
  ["meta mark set ct mark", /no number/],
  ["meta mark set meta mark ^ 0x1", /were not cleared/],
  ["meta mark set meta mark | 0x3 & 0x1", /binds tighter/],
  ["drop counter", /`counter` stands behind one that ends the rule/],
  ["ip saddr 10.0.0.1 accept meta nfproto ipv4", /behind one that ends the rule/],
  ["tcp dport 80 accept meta l4proto tcp", /behind one that ends the rule/],
  ["drop meta mark set meta mark", /behind one that ends the rule/],
  ['counter name "x" drop', /not known/],
  ["counter packets 010 bytes 0 drop", /no number/],
  ['log prefix "x" meta nfproto ipv4 drop', /behind an action/],
  ['log prefix "x" dnat ip to 10.0.0.1', /behind an action/, NAT_IN],
  ["limit rate 10/minute burst 5 packets ip saddr 10.0.0.1 log", /behind an action or a limit|behind an action/],
  ["limit rate 10/minute burst 5 packets ct state new log", /behind an action or a limit/],
  ["limit rate 10/minute burst 5 packets meta nfproto ipv4 log", /behind an action/],
  ["limit rate over 10/minute burst 5 packets log", /expected/],
  [`log ${PUT}`, /in front of `update`/],
  [`meta mark set 0x1 ${PUT}`, /in front of `update`/],
  [`${PUT} ${PUT}`, /in front of `update`/],
  [`${PUT} ip saddr 10.0.0.1 drop`, /behind an action/],
  [`update @clients { ${CLIENT} } drop`, /`timeout` is expected/],
  [`update @clients { ${CLIENT} timeout 100000000s } drop`, /no time/],
  [`add @clients { ${CLIENT} timeout 5s }`, /not known/],
  ["ct state new drop", /`ct` cannot stand/, RAW_IN],
  ["ct status dnat drop", /`ct` cannot stand/, RAW_OUT],
  ["ct original ip daddr 10.0.0.1 drop", /`ct` cannot stand/, RAW_OUT],
  ["meta l4proto tcp ct original proto-dst 80 drop", /`ct` cannot stand/, RAW_OUT],
  ["reject with icmpx port-unreachable", /`reject` cannot stand/, RAW_IN],
  ["reject with icmpx port-unreachable", /`reject` cannot stand/, MANGLE],
  ["reject with icmpx port-unreachable", /`reject` cannot stand/, NAT_IN],
  ["reject with icmpx port-unreachable", /`reject` cannot stand/, NAT_OUT],
  ["dnat ip to 10.0.0.1", /`dnat` cannot stand/, MANGLE],
  ["snat ip to 10.0.0.1 fully-random", /`snat` cannot stand/, NAT_IN],
  ['iifname "eth0" drop', /`iifname` cannot stand/, OUTPUT],
  ['oifname "eth0" drop', /`oifname` cannot stand/, INPUT],
  ['iifname "eth*" drop', /no device's name/],
  ['iifname "eth\\*" drop', /no device's name/],
  ['iifname "$eth" drop', /no device's name/],
  ['iifname "0123456789abcdef" drop', /no device's name/],
  ["drop", /policy `drop` is not known/, "type filter hook forward priority filter; policy drop;"],
  ["drop", /a policy once/, `${FORWARD} policy accept;`],
  ["drop", /a chain that no hook asks/, "policy accept;"],
  ["drop", /more than one statement/, "type filter hook forward priority filter; flags offload;"],
  ["drop", /no chain of that type/, "type filter hook prerouting priority -299; policy accept;"],
  ["drop", /no chain of that type/, "type route hook output priority raw; policy accept;"],
  ["meta l4proto tcp dnat ip to th dport map { 53 : 10.0.0.1 . 1, domain : 10.0.0.1 . 2 }", /stands twice/, NAT_IN],
];

for (const [rule, reason, base] of REFUSED) {
  test(`refused: ${JSON.stringify(rule)} in ${base ?? FORWARD}`, () => {
    const reasons = reasonsOf(ruleset(rule, base));
    assert.ok(reasons.length > 0 && reason.test(reasons[0]!), JSON.stringify(reasons));
  });
}

test("what may not stand at a hook may not be jumped to from it", () => {
  const text = ruleset("jump other", RAW_IN).replace("chain other {\n", "chain other {\n\t\tct state new drop\n");
  assert.deepEqual(reasonsOf(text), ["`ct` cannot stand where `first` leads"]);
});

test("words of nft's own are no names", () => {
  assert.ok(RESERVED.size > 300);
  for (const word of ["accept", "ip", "tcp", "udp", "mark", "saddr", "vmap", "counter", "ll", "nh", "last"]) {
    assert.match(reasonsOf(`${HEAD}\tchain ${word} {\n\t}\n}\n`).join(), /a word of nft's own/);
    assert.match(reasonsOf(`${HEAD}\tset ${word} {\n\t\ttypeof ip saddr\n\t\tsize 5\n\t}\n}\n`).join(), /nft's own/);
    assert.match(reasonsOf(`define ${word} = "a"\n${HEAD}}\n`).join(), /nft's own/);
  }
  for (const name of ["1s", "0x10", "10.0.0.1", "a*", "-a", "a".repeat(256)]) {
    assert.equal(reasonsOf(`${HEAD}\tchain ${name} {\n\t}\n}\n`).length, 1, name);
  }
  programOf(`${HEAD}\tchain ${"a".repeat(255)} {\n\t}\n\tchain accepted {}\n\tchain b { } # empty\n}\n`);
});

test("a prefix of a variable has the kernel's length, and is not empty", () => {
  const text = (prefix: string): string => `define a = "${prefix}"\n${ruleset('log prefix "$a"')}`;
  programOf(text("$".repeat(127)));
  assert.match(reasonsOf(text("a".repeat(128))).join(), /127 bytes/);
  assert.match(reasonsOf(text("")).join(), /no empty variable/);
});

test("a remark at the end of a file without a newline is not read", () => {
  programOf(`${ruleset("drop")}# end\n`);
  programOf(ruleset("drop").trimEnd());
  assert.match(reasonsOf(`${ruleset("drop")}# end`).join(), /no newline ends the file/);
  assert.match(reasonsOf(`${ruleset("drop").trimEnd()} # end`).join(), /no newline ends the file/);
});

test("the kernel takes fifteen chains below a hook's", () => {
  const chains = (many: number, way: string): string => {
    const deep = Array.from({ length: many }, (_, at) => `\tchain c${at} {\n\t\t${way} c${at + 1}\n\t}\n`).join("");
    return `${HEAD}\tchain base {\n\t\t${FORWARD}\n\t\tjump c0\n\t}\n${deep}\tchain c${many} {\n\t}\n}\n`;
  };
  for (const way of ["jump", "goto"]) {
    programOf(chains(14, way));
    assert.deepEqual(reasonsOf(chains(15, way)), ["`base` leads 16 chains deep: the kernel takes 15"]);
  }
});

const mapped = (elements: string, size = "size 64"): string =>
  `${HEAD}\tmap ways {
		typeof meta l4proto . th dport : verdict
		${size}
		elements = {${elements}}
	}
	chain first {
		${FORWARD}
		meta l4proto . th dport vmap @ways
	}
	chain other {
	}
}
`;

const PRINTED = "\n\t\t\ttcp . 80 : jump other,\n\t\t\tudp . 53 : jump other, # why\n\t\t";

const elementsOf = (text: string) => {
  const [rule] = programOf(text).chains.get("first")!;
  const [action] = rule!.actions;
  assert.ok(action?.kind === "verdict-map");
  return action.elements.map(({ key, value }) => ({ key, value }));
};

for (const elements of [
  " tcp . 80 : jump other, udp . 53 : jump other ",
  "tcp . http : jump other,udp . domain : jump other",
  "\n# a\n\t\ttcp . 80 : jump other, # }\n\t # {\n udp . 0x35 : jump other # b\n# c\n",
  " tcp . 80 : jump other,\n\t\t  udp . 53 : jump other",
  " # a\ntcp  .  80\t: jump other, udp . 53 : jump other,\n",
]) {
  test(`the same elements: ${JSON.stringify(elements)}`, () => {
    assert.deepEqual(elementsOf(mapped(elements)), elementsOf(mapped(PRINTED)));
  });
}

const NO_ELEMENTS: readonly (readonly [elements: string, reason: RegExp, size?: string])[] = [
  ["\n tcp . 80 : jump other,\n\n udp . 53 : jump other\n", /no empty line/],
  ["\n tcp . 80 : jump other,\n \t \n", /no empty line/],
  ["\n tcp . 80 : jump other\n udp . 53 : jump other\n", /no comma/],
  ["\n tcp . 80 : jump other\n , udp . 53 : jump other\n", /a comma stands/],
  ["tcp . 80 : jump other,, udp . 53 : jump other", /a comma stands/],
  [" ", /no empty list/],
  ["\n# only a remark\n", /no empty list/],
  [" ;\ntcp . 80 : jump other", /`;` stands in a list/],
  ["tcp . 80 : jump other;\n", /`;` stands in a list/],
  ["tcp . 80 : jump other, tcp . http : jump other", /the element stands twice/],
  ["tcp . 80 : jump other, tcp . 0x50 : jump first", /each time with another value/],
  ["tcp . 080 : jump other", /no port/],
  ["tcp . 80 : goto other", /`jump` and a chain/],
  ["tcp . 80 : drop", /`jump` and a chain/],
  ["tcp . 80-90 : jump other", /`flags interval`/],
  ['tcp . 80 comment "a" : jump other', /the key is not/],
  ["tcp . : jump other", /the key is not|no port/],
  ["tcp . 80 : jump other, udp . 53 : jump other", /2 elements .* size is 1/, "size 1"],
  ["tcp . 80-90 : jump other, tcp . 85 : jump other", /overlap/, "flags interval\n\t\tsize 64"],
];

for (const [elements, reason, size] of NO_ELEMENTS) {
  test(`refused elements: ${JSON.stringify(elements)}`, () => {
    assert.match(reasonsOf(mapped(elements, size)).join("\n"), reason);
  });
}

test("flags and size stand in any order, on one line too", () => {
  const plain = elementsOf(mapped(PRINTED, "flags interval\n\t\tsize 64"));
  for (const properties of ["size 64\n\n\t\t# a\n\t\tflags interval", "size 64; flags interval;"]) {
    assert.deepEqual(elementsOf(mapped(PRINTED, properties)), plain);
  }
});

const SETS: readonly (readonly [from: string, to: string, reason: RegExp | null])[] = [
  ["dynamic, timeout", "timeout,dynamic", null],
  ["\t\tflags", "\n\t\t# a\n\t\tflags", null],
  ["size 262144", "size 262143", /size of `clients` is 262143: .*`size 262144`/],
  ["size 262144", "", /`size` is expected/],
  ["size 262144", "size 262144\n\t\ttimeout 5s", /`timeout` is said of a whole set: .*`flags dynamic, timeout`/],
  ["size 262144", "size 262144\n\t\tgc-interval 5s", /`gc-interval` is said of a whole set/],
  ["size 262144", "size 262144; size 262144", /expected/],
  ["size 262144", "size 262144\n\t\tcounter", /expected/],
  ["dynamic, timeout", "dynamic", /flags are neither .*`size 262144`/],
  ["dynamic, timeout", "dynamic, timeout, interval", /expected/],
  ["size 262144", "size 262144\n\t\telements = { 10.0.0.1 . 7 . 9 }", /filled by rules/],
];

for (const [from, to, reason] of SETS) {
  test(`a set of clients with ${JSON.stringify(to)} for ${JSON.stringify(from)}`, () => {
    const text = ruleset(PUT).replace(from, to);
    if (reason === null) assert.deepEqual(said(text), said(ruleset(PUT)));
    else assert.match(reasonsOf(text).join("\n"), reason);
  });
}

test("service names", () => {
  assert.equal(SERVICE_NAMES.size, 30);
  for (const { port, protocols } of SERVICE_NAMES.values()) assert.ok(port > 0 && port < 65536 && protocols.length > 0);
});
