/** Holds what is read of iptables-restore's text, and above all what is not. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Rule } from "../../src/verify/program.ts";
import { readIptables } from "../../src/verify/read/iptables.ts";
import { FILTER, inFilter, inNat, MANGLE, NAT, programOf, unreadOf, v4, whole } from "./iptables-text.ts";

const GOLDEN = readdirSync("golden", { recursive: true })
  .map((name) => join("golden", String(name)))
  .filter((name) => /\/rules\.v[46]$/.test(name))
  .sort();

const familyOf = (path: string): 4 | 6 => (path.endsWith("4") ? 4 : 6);

test("whatever is golden is read, and every rule of it", () => {
  assert.ok(GOLDEN.length > 200);
  for (const path of GOLDEN) {
    const text = readFileSync(path, "utf8");
    const { chains, hooks } = programOf(text, familyOf(path), "whole");
    const rules = [...chains.values()].reduce((sum, { length }) => sum + length, 0);
    assert.equal(rules, text.split("\n").filter((line) => line.startsWith("-A ")).length, path);
    // Of a family of which the program says nothing raw alone is netc's.
    const isRawAlone = text.startsWith("*raw\n") && text.indexOf("\n*") === -1;
    assert.deepEqual(hooks["nat-output"], isRawAlone ? [] : ["nat OUTPUT"], path);
    if (isRawAlone) assert.deepEqual(hooks["raw-prerouting"], ["raw PREROUTING"], path);
  }
});

test("a text is not of the other family", () => {
  const path = GOLDEN.find((name) => name.includes("45-dual-stack") && name.endsWith("4"))!;
  assert.match(unreadOf(readFileSync(path, "utf8"), 6)[0]!.reason, /is no range of IPv6/);
});

test("a rule's tests stand in the text's order, and its comment with its line", () => {
  const rule = inFilter(
    "-i lo -s 10.0.0.0/30 -d 10.1.0.7 -p tcp -m tcp --sport 1:9 --dport 80 -m conntrack --ctstate ESTABLISHED,RELATED " +
      '-m conntrack ! --ctstate DNAT -m comment --comment "say \\"a\\\\b\\"" -j REJECT --reject-with tcp-reset',
  );
  assert.deepEqual(rule, {
    tests: [
      { kind: "device", side: "in", device: "lo" },
      {
        kind: "address",
        of: "source",
        ranges: [{ first: v4(0x0a000000, "10.0.0.0"), last: v4(0x0a000003, "10.0.0.3") }],
        isNot: false,
      },
      {
        kind: "address",
        of: "destination",
        ranges: [{ first: v4(0x0a010007, "10.1.0.7"), last: v4(0x0a010007, "10.1.0.7") }],
        isNot: false,
      },
      { kind: "protocol", protocols: [6] },
      { kind: "ports", of: "source-port", ranges: [{ first: 1, last: 9 }] },
      { kind: "ports", of: "destination-port", ranges: [{ first: 80, last: 80 }] },
      { kind: "state", states: ["established", "related"] },
      { kind: "translated", is: false },
    ],
    actions: [{ kind: "reject", answer: "tcp-reset" }],
    line: FILTER,
    about: 'say "a\\b"',
  });
});

test("what a connection asked for, whose an address is, a share as the kernel keeps it", () => {
  const { tests } = inFilter(
    "-m addrtype ! --src-type LOCAL -m addrtype --dst-type LOCAL -p udp " +
      "-m conntrack --ctorigdst 10.0.0.1/32 --ctorigdstport 5:6 -m statistic --mode random --probability 0.33333333349 -j ACCEPT",
  );
  assert.deepEqual(tests, [
    { kind: "own", of: "source", is: false },
    { kind: "own", of: "destination", is: true },
    { kind: "protocol", protocols: [17] },
    {
      kind: "address",
      of: "asked",
      ranges: [{ first: v4(0x0a000001, "10.0.0.1"), last: v4(0x0a000001, "10.0.0.1") }],
      isNot: false,
    },
    { kind: "ports", of: "asked-port", ranges: [{ first: 5, last: 6 }] },
    { kind: "share", share: 715827883 / 2 ** 31 },
  ]);
});

test("who is remembered is asked first and put into the list last", () => {
  const rule = inNat(
    "-p tcp -m tcp --dport 80:83 -m recent --rcheck --seconds 90 --reap --name NETC-V4-L --rsource -m recent --set --name NETC-V4-L --rsource " +
      "-j DNAT --to-destination 10.0.0.1:8000-8003/80",
  );
  assert.deepEqual(rule.tests[2], { kind: "remembered", list: "NETC-V4-L", seconds: 90 });
  assert.deepEqual(rule.actions, [
    { kind: "remember", list: "NETC-V4-L", seconds: null },
    { kind: "dnat", to: { address: v4(0x0a000001, "10.0.0.1"), ports: { first: 8000, last: 8003 }, base: 80 } },
  ]);
});

test("targets", () => {
  const only = (rule: Rule) => {
    assert.equal(rule.actions.length, 1);
    return rule.actions[0]!;
  };
  const address = v4(0x0a000001, "10.0.0.1");
  const wide = { family: 6, value: 0xfd000000000000000000000000000001n, text: "fd00::1" };
  const one = { first: 80, last: 80 };
  const led = programOf(whole(["-A INPUT -j NETC-A", "-A OUTPUT -g NETC-A"]), 4, "whole").chains;
  assert.deepEqual(only(led.get("filter INPUT")![0]!), { kind: "jump", chain: "filter NETC-A" });
  assert.deepEqual(only(led.get("filter OUTPUT")![0]!), { kind: "goto", chain: "filter NETC-A" });
  assert.deepEqual(only(inFilter("-j DROP")), { kind: "drop" });
  assert.deepEqual(only(inFilter("-j RETURN")), { kind: "return" });
  assert.deepEqual(only(inFilter("-j LOG")), { kind: "log", prefix: "" });
  assert.deepEqual(only(inFilter('-m limit --limit 10/min --limit-burst 5 -j LOG --log-prefix "a b: "')), {
    kind: "log",
    prefix: "a b: ",
  });
  const refused = { kind: "reject", answer: "port-unreachable" };
  assert.deepEqual(only(inFilter("-j REJECT --reject-with icmp-port-unreachable")), refused);
  assert.deepEqual(only(inFilter("-j REJECT --reject-with icmp6-port-unreachable", 6)), refused);
  assert.deepEqual(only(inNat("-j DNAT --to-destination 10.0.0.1")), {
    kind: "dnat",
    to: { address, ports: null, base: null },
  });
  assert.deepEqual(only(inNat("-p tcp -j DNAT --to-destination 10.0.0.1:80")), {
    kind: "dnat",
    to: { address, ports: one, base: null },
  });
  assert.deepEqual(only(inNat("-p tcp -j DNAT --to-destination [fd00::1]:80", 6)), {
    kind: "dnat",
    to: { address: wide, ports: one, base: null },
  });
  assert.deepEqual(only(inNat("-j DNAT --to-destination fd00::1", 6)), {
    kind: "dnat",
    to: { address: wide, ports: null, base: null },
  });
  assert.deepEqual(only(inNat("-j SNAT --to-source 10.0.0.1 --random-fully")), { kind: "snat", address });
  assert.deepEqual(only(inNat("-j MASQUERADE --random-fully")), { kind: "snat", address: null });
  const { chains } = programOf(whole([], [], ["-A NETC-M -j MARK --set-xmark 0x1/0xffffffff"]), 4, "whole");
  assert.deepEqual(chains.get("mangle NETC-M")![0]!.actions, [{ kind: "mark", value: 1, mask: 0xffffffff }]);
  assert.deepEqual(inFilter("-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j RETURN", 6).tests, [
    { kind: "protocol", protocols: [58] },
    { kind: "icmp-type", types: [135] },
  ]);
});

/** What stands behind `-A NETC-A`, and why it is not read. */
const BROKEN_FILTER: readonly (readonly [string, RegExp])[] = [
  ["-j", /ends where another word is needed/],
  ["", /ends where another word is needed/],
  ["-s 10.0.0.1", /ends where another word is needed/],
  ["-p tcp -m tcp --dport", /ends where another word is needed/],
  ["-j NETC-NONE", /`NETC-NONE` is no chain that is declared above/],
  ["-g NETC-NONE", /`NETC-NONE` is no chain that is declared above/],
  ["-g ACCEPT", /`ACCEPT` is no chain that is declared above/],
  ["-j INPUT", /a chain of the kernel's own/],
  ["-j NFLOG", /no target that is known in filter/],
  ["-j DNAT --to-destination 10.0.0.1", /no target that is known in filter/],
  ["-j ACCEPT -m comment", /`-m` is not known behind what the rule does/],
  ["-s 10.0.0.1/24 -j DROP", /begins at 10\.0\.0\.0/],
  ["-s 10.0.0.300 -j DROP", /300 is over 255/],
  ["-s fd00::1 -j DROP", /no range of IPv4/],
  ["-s web -j DROP", /`web` is no range of addresses/],
  ["-s 10.0.0.1,10.0.0.2 -j DROP", /no range of addresses/],
  ["-s 10.0.0.1 -s 10.0.0.1 -j DROP", /`-s` stands twice/],
  ["! -s 10.0.0.1 -j DROP", /a `!` in front of `-s`/],
  ["--source 10.0.0.1 -j DROP", /the word `--source` is not known here/],
  ["-i eth+ -j DROP", /no device's name/],
  ["-i a-very-long-device -j DROP", /no device's name/],
  ["-p all -j DROP", /no protocol/],
  ["-p 0 -j DROP", /no protocol/],
  ["-p 256 -j DROP", /no protocol/],
  ["-m tcp --dport 80 -j DROP", /no `-p tcp` in front/],
  ["-p udp -m tcp --dport 80 -j DROP", /no `-p tcp` in front/],
  ["-p tcp --dport 80 -j DROP", /`--dport` is not known here/],
  ["-p tcp -m tcp -j DROP", /known with its options only/],
  ["-p tcp -m tcp --dport 80 -m tcp --dport 81 -j DROP", /`-m tcp` stands twice/],
  ["-p tcp -m tcp --dport 80 --dport 81 -j DROP", /`--dport` stands twice/],
  ["-p tcp -m tcp ! --dport 80 -j DROP", /known with its options only/],
  ["-p tcp -m tcp --dport 80 --syn -j DROP", /`--syn` is not known here/],
  ["-p tcp -m tcp --dport 0 -j DROP", /no port from 1 to 65535/],
  ["-p tcp -m tcp --dport 080 -j DROP", /no port from 1 to 65535/],
  ["-p tcp -m tcp --dport 65536 -j DROP", /no port from 1 to 65535/],
  ["-p tcp -m tcp --dport 80: -j DROP", /no port from 1 to 65535/],
  ["-p udp -m udp --dport http -j DROP", /no port from 1 to 65535/],
  ["-p tcp -m tcp --dport HTTP -j DROP", /no port from 1 to 65535/],
  ["-p tcp -m tcp --dport 90:80 -j DROP", /end before they begin/],
  ["-p tcp -m multiport --dports 80,81 -j DROP", /`-m multiport` is not known/],
  ["-m conntrack --ctstate SNAT -j DROP", /no list of states/],
  ["-m conntrack --ctstate INVALID,DNAT -j DROP", /no list of states/],
  ["-m conntrack --ctstate NEW,DNAT -j DROP", /no list of states/],
  ["-m conntrack --ctstate NEW,NEW -j DROP", /no list of states/],
  ["-m conntrack ! --ctstate NEW,DNAT -j DROP", /no list of states/],
  ["-m conntrack ! --ctorigdst 10.0.0.1 -j DROP", /a `!` in front of `--ctorigdst`/],
  ["-m conntrack --ctstatus DNAT -j DROP", /known with its options only/],
  ["-m conntrack --ctorigdstport 80 -j DROP", /beside `-p` of a protocol/],
  ["-p icmp -m conntrack --ctorigdstport 80 -j DROP", /beside `-p` of a protocol/],
  ["-m state --state NEW -j DROP", /`-m state` is not known/],
  ["-p ipv6-icmp -m icmp6 --icmpv6-type 135 -j DROP", /the text is of IPv4/],
  ["-m addrtype --dst-type UNICAST -j DROP", /no type of address/],
  ["-m addrtype --limit-iface-in -j DROP", /`--limit-iface-in` is not known/],
  ["-m statistic --mode nth --every 2 -j DROP", /`-m statistic` is known with/],
  ["-m statistic --mode random --probability 1.5 -j DROP", /no number from 0 to 1/],
  ["-m statistic --mode random --probability 1e-3 -j DROP", /no number from 0 to 1/],
  ["-m recent --rcheck --seconds 9 --name NETC-V4-L --rsource -j DROP", /with `--reap` and `--name` only/],
  ["-m recent --rcheck --seconds 9 --reap --name NETC-V4-L -j DROP", /with `--rsource` only/],
  ["-m recent --rcheck --seconds 9 --reap --name NETC-V4-L --rdest -j DROP", /with `--rsource` only/],
  ["-m recent --rcheck --seconds 0 --reap --name NETC-V4-L --rsource -j DROP", /no number of seconds/],
  ["-m recent --update --seconds 9 --name NETC-V4-L --rsource -j DROP", /known with `--set` or `--rcheck/],
  ["-m recent --set --name NETC-V4-L -j DROP", /with `--name` and `--rsource` only/],
  ["-m recent --set --name NETC-V4-L --rsource -m conntrack --ctstate NEW -j DROP", /only a comment may stand behind/],
  ["-m limit --limit 10/min --limit-burst 5 -j DROP", /in front of `LOG` only/],
  ["-m limit --limit 100/min --limit-burst 5 -j LOG", /`-m limit` is known with/],
  ["-m mark --mark 1 -j DROP", /`-m mark` is not known/],
  ["-j REJECT", /with `--reject-with` only/],
  ["-j REJECT --reject-with tcp-reset", /the rule has no `-p tcp`/],
  ["-j REJECT --reject-with icmp6-port-unreachable", /no answer that is known of IPv4/],
  ["-j LOG --log-level 4", /`--log-level` is not known behind/],
  [`-j LOG --log-prefix ${"x".repeat(30)}`, /more than 29 bytes/],
  ['-m comment --comment "open -j DROP', /a quote is opened and not closed/],
  ['-m comment --comment "open\\" -j DROP', /a quote is opened and not closed/],
  ['-m comment --comment "a"b -j DROP', /goes on behind its closing quote/],
  ['-m comment --comment a"b" -j DROP', /a quote stands inside the word/],
  ['-m comment --comment "" -j DROP', /holds nothing/],
  ["-m comment --comment a -m comment --comment b -j DROP", /`--comment` stands twice/],
  [`-m comment --comment "${"ä".repeat(128)}" -j DROP`, /more than 255 bytes/],
  ["-j DROP\r", /carriage return/],
  ["-j DROP\tx", /a TAB/],
];

const BROKEN_NAT: readonly (readonly [string, RegExp])[] = [
  ["-j DROP", /no target that is known in nat/],
  ["-j MARK --set-xmark 0x1/0x1", /no target that is known in nat/],
  ["-j DNAT", /with `--to-destination` only/],
  ["-j DNAT --to-destination 10.0.0.1:80", /no `-p` of a protocol/],
  ["-p icmp -j DNAT --to-destination 10.0.0.1:80", /no `-p` of a protocol/],
  ["-p tcp -j DNAT --to-destination 10.0.0.1:0", /no port from 1 to 65535/],
  ["-p tcp -j DNAT --to-destination 10.0.0.1:9-8", /end before they begin/],
  ["-p tcp -j DNAT --to-destination 10.0.0.1:8-9/", /no port that a range begins at/],
  ["-p tcp -j DNAT --to-destination 10.0.0.1:8/9", /mapped from no other/],
  ["-p tcp -j DNAT --to-destination [10.0.0.1]:8", /no address and no address with ports/],
  ["-j DNAT --to-destination 10.0.0.1-10.0.0.2", /is no address/],
  ["-j DNAT --to-destination fd00::1", /is no address/],
  ["-j DNAT --to-destination 10.0.0.1 --random", /`--random` is not known behind/],
  ["-j DNAT --to-destination 10.0.0.1 --persistent", /`--persistent` is not known behind/],
  ["-j SNAT --to-source 10.0.0.1", /with `--random-fully` only/],
  ["-j SNAT --to-source 10.0.0.1:80 --random-fully", /is no address/],
  ["-j MASQUERADE", /with `--random-fully` only/],
  ["-j MASQUERADE --to-ports 1-2", /with `--random-fully` only/],
];

const BROKEN_MANGLE: readonly (readonly [string, RegExp])[] = [
  ["-j MARK --xor-mark 1", /`MARK` is known with `--set-xmark`/],
  ["-j MARK --set-xmark 01/1", /no value and mask of 32 bits/],
  ["-j MARK --set-xmark 0x1/", /no value and mask of 32 bits/],
  ["-j MARK --set-xmark 0x3/0x1", /does not hold its value/],
  ["-j MARK --set-xmark 0x1/0x100000000", /no value and mask of 32 bits/],
  ["-j DROP", /no target that is known in mangle/],
];

test("a rule that is not known to its last word is not read", () => {
  const check = (text: string, line: number, rule: string, reason: RegExp): void => {
    const unread = unreadOf(text);
    assert.equal(unread.length, 1, rule);
    assert.deepEqual([unread[0]!.line, unread[0]!.text], [line, rule]);
    assert.match(unread[0]!.reason, reason, rule);
  };
  for (const [words, reason] of BROKEN_FILTER) {
    const rule = `-A NETC-A ${words}`;
    check(whole([rule]), FILTER, rule, reason);
  }
  for (const [words, reason] of BROKEN_NAT) {
    const rule = `-A NETC-N ${words}`;
    check(whole([], [rule]), NAT, rule, reason);
  }
  for (const [words, reason] of BROKEN_MANGLE) {
    const rule = `-A NETC-M ${words}`;
    check(whole([], [], [rule]), MANGLE, rule, reason);
  }
});

const GOOD = whole(["-A INPUT -j NETC-A", "-A NETC-A -j RETURN"]);
const FIRST = "*filter\n:INPUT ACCEPT [0:0]";

/** What is changed in a good text, to what; the line, and why it is not read. */
const BROKEN_TEXT: readonly (readonly [string, string, number, RegExp])[] = [
  ["-A INPUT", "-I INPUT", 7, /no line of a table is known that begins so/],
  ["-A INPUT", " -A INPUT", 7, /no line of a table/],
  ["-A INPUT", "[0:0]-A INPUT", 7, /no line of a table/],
  ["-A INPUT", "[0:a] -A INPUT", 7, /no line of a table/],
  ["-A INPUT", "[0:0]  -A INPUT", 7, /no line of a table/],
  ["-A INPUT", "-A NETC-B", 7, /the table filter has no chain `NETC-B` above this line/],
  ["-A INPUT", "-A PREROUTING", 7, /the table filter has no chain `PREROUTING`/],
  ["-A INPUT -j NETC-A\n", "-A NETC-A -j NETC-A\n", 7, /leads back to filter NETC-A/],
  ["# by hand", "by hand", 1, /outside of a table/],
  ["# by hand", "-A INPUT -j DROP", 1, /outside of a table/],
  ["COMMIT\n*mangle", "COMMIT\nCOMMIT\n*mangle", 10, /outside of a table/],
  ["COMMIT\n*mangle", "commit\n*mangle", 9, /no line of a table/],
  ["COMMIT\n*mangle", "COMMIT \n*mangle", 9, /no line of a table/],
  ["COMMIT\n*mangle", "*mangle", 9, /the table filter above has no COMMIT/],
  ["*filter", "*broute", 2, /the table `broute` is not known/],
  ["*filter", "*filter ", 2, /the table `filter ` is not known/],
  ["*mangle", "*filter", 10, /the table filter stands twice/],
  [":NETC-A - [0:0]", ":NETC-A - [0:0]\n:NETC-A - [0:0]", 7, /`NETC-A` is declared twice/],
  [FIRST, `${FIRST}\n:INPUT ACCEPT [0:0]`, 4, /`INPUT` is declared twice/],
  [":INPUT ACCEPT", ":INPUT DROP", 3, /known as ACCEPT only/],
  [":INPUT ACCEPT [0:0]", ":INPUT ACCEPT [1:]", 3, /counters such as `\[0:0\]` only/],
  [":INPUT ACCEPT [0:0]", ":INPUT ACCEPT", 3, /counters such as `\[0:0\]` only/],
  [":NETC-A - [0:0]", ":NETC-A ACCEPT [0:0]", 6, /no chain of the kernel's own in filter/],
  [":NETC-A - [0:0]", ":NETC-A - [0:0]\n:DROP - [0:0]", 7, /`DROP` is no name for a chain/],
  [":NETC-A - [0:0]", `:NETC-A - [0:0]\n:${"N".repeat(29)} - [0:0]`, 7, /is no name for a chain/],
  [":NETC-M - [0:0]", ":NETC-M - [0:0]\n-A FORWARD -j NETC-M", 17, /no rule is known to stand in mangle FORWARD/],
];

test("a text that is not known to its last line is not read", () => {
  assert.ok("program" in readIptables(GOOD, 4, "whole"));
  for (const [from, to, line, reason] of BROKEN_TEXT) {
    const text = GOOD.replace(from, to);
    assert.notEqual(text, GOOD);
    const [first] = unreadOf(text);
    assert.equal(first!.line, line, to);
    assert.equal(first!.text, text.split("\n")[line - 1], to);
    assert.match(first!.reason, reason, to);
  }
});

test("a text that was cut off anywhere is not read", () => {
  for (let end = 0; end < GOOD.length; end += 1) {
    const cut = GOOD.slice(0, end);
    const read = readIptables(cut, 4, "whole");
    if ("unread" in read) assert.notEqual(read.unread.length, 0);
    else assert.ok((/COMMIT\n+$/.test(cut) && read.whole!.chains.length > 0) || read.whole!.tables.size < 3, cut);
  }
  const cut = unreadOf(GOOD.slice(0, GOOD.indexOf(" RETURN")));
  assert.deepEqual(
    cut.map(({ line, text, reason }) => `${line} ${text}: ${reason}`),
    [
      "8 -A NETC-A -j: the text ends within this line: the file may be cut off",
      "2 *filter: no COMMIT ends the table filter: the file may be cut off",
    ],
  );
});

/** What a text is read as, and does not say. */
function missingOf(text: string): readonly string[] {
  const read = readIptables(text, 4, "whole");
  assert.ok("program" in read, JSON.stringify(read));
  return read.whole!.chains.map(({ line, text: at, reason }) => `${line} ${at}: ${reason}`);
}

test("a chain that is not declared keeps the policy it has", () => {
  assert.deepEqual(missingOf(GOOD), []);
  assert.deepEqual(missingOf(GOOD.replace(":FORWARD ACCEPT [0:0]\n", "")), [
    "2 *filter: the chain FORWARD is not declared: its policy stays",
  ]);
  const { hooks } = programOf(GOOD.replace(":FORWARD ACCEPT [0:0]\n", ""), 4, "whole");
  assert.deepEqual([hooks["filter-forward"], hooks["filter-input"]], [[], ["filter INPUT"]]);
});

test("which tables a text names is told apart from what they say", () => {
  const read = readIptables(GOOD.slice(0, GOOD.indexOf("*nat")), 4, "whole");
  assert.ok("program" in read);
  assert.deepEqual([[...read.whole!.tables.keys()], read.whole!.last], [["filter", "mangle"], 18]);
  assert.deepEqual(
    unreadOf("").map(({ reason }) => reason),
    ["no table is named: the file may be lost, and what the kernel has stays"],
  );
});

test("a circle of chains names the rule that closes it", () => {
  const text = whole([
    ":NETC-B - [0:0]",
    ":NETC-C - [0:0]",
    "-A INPUT -j NETC-A",
    "-A NETC-A -s 10.0.0.1 -j NETC-B",
    "-A NETC-B -g NETC-C",
    "-A NETC-C -j NETC-A",
  ]);
  assert.deepEqual(unreadOf(text), [
    { line: 12, text: "-A NETC-C -j NETC-A", reason: "the rule leads back to filter NETC-A, which leads here" },
  ]);
  const twiceThere = whole([":NETC-B - [0:0]", "-A INPUT -j NETC-A", "-A INPUT -j NETC-B", "-A NETC-A -j NETC-B"]);
  assert.ok("program" in readIptables(twiceThere, 4, "whole"));
});

test("of many faults the first twenty are told", () => {
  const unread = unreadOf(whole(Array.from({ length: 50 }, () => "-A NETC-A -j NOWHERE")));
  assert.equal(unread.length, 20);
  assert.equal(unread[19]!.line, FILTER + 19);
});

const BESIDE = `*filter
:NETC-INPUT - [0:0]
-A NETC-INPUT -j RETURN
COMMIT
*nat
:NETC-SERVICES - [0:0]
:NETC-POSTROUTING - [0:0]
COMMIT
`;

test("beside other rules the chains' names say where they are asked", () => {
  const { hooks, chains } = programOf(BESIDE, 4, "coexist");
  assert.deepEqual(hooks, {
    "raw-prerouting": [],
    "raw-output": [],
    "mangle-prerouting": [],
    "nat-prerouting": ["nat NETC-SERVICES"],
    "mangle-output": [],
    "nat-output": ["nat NETC-SERVICES"],
    "filter-input": ["filter NETC-INPUT"],
    "filter-forward": [],
    "filter-output": [],
    "nat-postrouting": ["nat NETC-POSTROUTING"],
  });
  assert.deepEqual([...chains.keys()], ["filter NETC-INPUT", "nat NETC-SERVICES", "nat NETC-POSTROUTING"]);
  assert.ok("program" in readIptables("", 4, "coexist"));
});

test("beside other rules no chain is declared to which up.sh leads FORWARD by itself", () => {
  const text = "*filter\n:NETC-FORWARD-ACCEPT - [0:0]\n-A NETC-FORWARD-ACCEPT -j ACCEPT\nCOMMIT\n";
  assert.match(unreadOf(text, 4, "coexist")[0]!.reason, /`up\.sh` leads FORWARD to this chain/);
  const other = "*filter\n:NETC-FORWARD-ACCEPTS - [0:0]\nCOMMIT\n";
  assert.ok("program" in readIptables(other, 4, "coexist"));
});

test("beside other rules only what is netc's is declared", () => {
  const own = unreadOf(BESIDE.replace(":NETC-INPUT", ":INPUT ACCEPT [0:0]\n:NETC-INPUT"), 4, "coexist");
  assert.match(own[0]!.reason, /the kernel's own chain `INPUT` is not netc's/);
  const other = unreadOf(BESIDE.replace(":NETC-POST", ":DOCKER - [0:0]\n:NETC-POST"), 4, "coexist");
  assert.match(other[0]!.reason, /`DOCKER` is no name of a chain of netc's/);
  assert.match(unreadOf(BESIDE.replace("-A NETC-INPUT", "-A INPUT"), 4, "coexist")[0]!.reason, /has no chain `INPUT`/);
});
