/** Spellings that change nothing, and those that only seem so. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, CONNTRACK_STATES, type Test } from "../../src/verify/program.ts";
import { readIptables } from "../../src/verify/read/iptables.ts";
import { inFilter, inMangle, inNat, programOf, reasonOf, v4, whole } from "./iptables-text.ts";

const testsOf = (words: string, family: 4 | 6 = 4): readonly Test[] => inFilter(`${words} -j DROP`, family).tests;
const refusal = (words: string, family: 4 | 6 = 4): string => reasonOf(whole([`-A NETC-A ${words} -j DROP`]), family);

test("ports by name and in hexadecimal, where the tool takes them", () => {
  const same = testsOf("-p tcp -m tcp --dport 80:443");
  assert.deepEqual(testsOf("-p tcp -m tcp --dport http:https"), same);
  assert.deepEqual(testsOf("-p tcp -m tcp --dport 0x50:0X1bB"), same);
  assert.deepEqual(testsOf("-p tcp -m tcp --dport http:0x1bb"), same);
  assert.deepEqual(testsOf("-p udp -m udp --dport domain"), testsOf("-p udp -m udp --dport 53"));
  assert.deepEqual(testsOf("-p sctp -m sctp --dport 0x50"), testsOf("-p sctp -m sctp --dport 80"));
  const asked = testsOf("-p tcp -m conntrack --ctorigdstport 80");
  assert.deepEqual(testsOf("-p tcp -m conntrack --ctorigdstport http"), asked);
  for (const words of [
    "-p udp -m udp --dport 0x35",
    "-p tcp -m conntrack --ctorigdstport 0x50",
    "-m conntrack --ctorigdstport http -p tcp",
    "-p udp -m udp --dport ssh",
    "-p tcp -m tcp --dport ntp",
    "-p sctp -m sctp --dport http",
    "-p tcp -m tcp --dport constructor",
    "-p tcp -m tcp --dport 0x10000",
    "-p tcp -m tcp --dport 0120",
  ])
    assert.match(refusal(words), /is no port from 1 to 65535/, words);
});

test("the same name is another port's test of another protocol", () => {
  const { chains } = programOf(
    whole(["-A NETC-A -p tcp -m tcp --dport domain -j DROP", "-A NETC-A -p udp -m udp --dport domain -j DROP"]),
    4,
    "whole",
  );
  assert.deepEqual(
    chains.get("filter NETC-A")!.map(({ tests }) => tests[0]),
    [6, 17].map((number) => ({ kind: "protocol", protocols: [number] })),
  );
});

test("protocols by number and in capitals", () => {
  const same = testsOf("-p tcp -m tcp --dport 80");
  for (const word of ["6", "0x6", "TCP", "Tcp"]) assert.deepEqual(testsOf(`-p ${word} -m tcp --dport 80`), same, word);
  const type = "-m icmp6 --icmpv6-type 135";
  const icmp6 = testsOf(`-p ipv6-icmp ${type}`, 6);
  for (const word of ["58", "icmpv6", "IPv6-ICMP"]) assert.deepEqual(testsOf(`-p ${word} ${type}`, 6), icmp6, word);
  for (const number of [43, 44, 50, 51, 59, 60]) assert.match(refusal(`-p ${number}`, 6), /extension header/);
  assert.deepEqual(testsOf("-p 51"), [{ kind: "protocol", protocols: [51] }]);
  assert.match(refusal("-p 06"), /is no protocol/);
});

test("masks in dots, contiguous and without host bits", () => {
  for (const [dotted, length] of [
    ["10.0.0.0/255.0.0.0", "10.0.0.0/8"],
    ["10.0.0.1/255.255.255.255", "10.0.0.1/32"],
    ["10.0.0.2/255.255.255.254", "10.0.0.2/31"],
    ["0.0.0.0/0.0.0.0", "0.0.0.0/0"],
  ] as const) {
    assert.deepEqual(testsOf(`-s ${dotted}`), testsOf(`-s ${length}`), dotted);
    assert.deepEqual(testsOf(`-m conntrack --ctorigdst ${dotted}`), testsOf(`-m conntrack --ctorigdst ${length}`));
  }
  for (const mask of ["10.0.0.1/255.0.0.0", "10.0.0.0/255.0.255.0", "10.0.0.0/0.255.255.255", "10.0.0.0/255.0.0"])
    assert.match(refusal(`-s ${mask}`), /is no range of addresses/, mask);
  assert.match(refusal("-s fd00::/255.0.0.0", 6), /is no range of addresses/);
});

test("any device may be asked for", () => {
  assert.deepEqual(testsOf("-i eth0 -o ens33.7"), [
    { kind: "device", side: "in", device: "eth0" },
    { kind: "device", side: "out", device: "ens33.7" },
  ]);
});

test("states of packets without connection", () => {
  const states = (words: string): Test => testsOf(`-m conntrack ${words}`)[0]!;
  assert.deepEqual(states("--ctstate INVALID,UNTRACKED"), { kind: "state", states: ["invalid", "untracked"] });
  assert.deepEqual(states("! --ctstate NEW,ESTABLISHED"), {
    kind: "state",
    states: ["related", "invalid", "untracked"],
  });
  assert.deepEqual(states("! --ctstate INVALID"), {
    kind: "state",
    states: CONNTRACK_STATES.filter((state) => state !== "invalid"),
  });
  assert.deepEqual(states("! --ctstate DNAT"), { kind: "translated", is: false });
});

test("where a packet without connection has the state, the kernel asks nothing else of the match", () => {
  const asked = ["--ctorigdst 10.0.0.1", "--ctorigdst 10.0.0.1 --ctorigdstport 80"];
  for (const state of ["--ctstate INVALID", "--ctstate NEW,UNTRACKED", "! --ctstate NEW", "! --ctstate DNAT"])
    for (const what of asked) {
      assert.match(refusal(`-p tcp -m conntrack ${state} ${what}`), /a packet without connection/);
      assert.match(refusal(`-p tcp -m conntrack ${what} ${state}`), /a packet without connection/);
      assert.equal(
        testsOf(`-p tcp -m conntrack ${state} -m conntrack ${what}`)[1]!.kind,
        testsOf(`-p tcp -m conntrack ${state}`)[1]!.kind,
      );
    }
  for (const state of ["--ctstate NEW", "--ctstate DNAT", "! --ctstate INVALID,UNTRACKED"])
    for (const what of asked) assert.ok(testsOf(`-p tcp -m conntrack ${state} ${what}`).length >= 3);
});

test("marks as xt_MARK sets them", () => {
  const markOf = (words: string): Action => inMangle(`-j MARK ${words}`).actions[0]!;
  const mark = (value: number, mask: number): Action => ({ kind: "mark", value, mask });
  assert.deepEqual(markOf("--set-xmark 1"), mark(1, 0xffffffff));
  assert.deepEqual(markOf("--set-xmark 0X1/0xFF"), mark(1, 0xff));
  assert.deepEqual(markOf("--set-mark 4294967295"), mark(0xffffffff, 0xffffffff));
  assert.deepEqual(markOf("--set-mark 0x80000001/0x2"), mark(0x80000001, 0x80000003));
  assert.deepEqual(markOf("--or-mark 0x3"), mark(3, 3));
  assert.deepEqual(markOf("--and-mark 3"), mark(0, 0xfffffffc));
  for (const [words, reason] of [
    ["--or-mark 3/1", /no value and mask/],
    ["--or-mark 0", /sets no bit/],
    ["--and-mark 0xffffffff", /sets no bit/],
    ["--set-mark 4294967296", /no value and mask/],
    ["--set-mark -1", /no value and mask/],
    ["--set-xmark 0x3/0x1", /does not hold its value/],
    ["--set-xmark 1 --or-mark 2", /is not known behind/],
  ] as const)
    assert.match(reasonOf(whole([], [], [`-A NETC-M -j MARK ${words}`])), reason, words);
});

test("who is remembered", () => {
  const set = "-m recent --set --name NETC-V4-L --rsource";
  const check = "-m recent --rcheck --seconds 9 --reap --name";
  assert.deepEqual(inFilter(`${set} -j DROP`).actions, [
    { kind: "remember", list: "NETC-V4-L", seconds: null },
    { kind: "drop" },
  ]);
  assert.deepEqual(inFilter(`${set} -j LOG`).actions[0], { kind: "remember", list: "NETC-V4-L", seconds: null });
  assert.deepEqual(testsOf(`${check} NETC-V4-L --rsource ${check} NETC-V4-M --rsource`), [
    { kind: "remembered", list: "NETC-V4-L", seconds: 9 },
    { kind: "remembered", list: "NETC-V4-M", seconds: 9 },
  ]);
  assert.deepEqual(
    testsOf(`${check} NETC-V4-L --mask 255.255.255.255 --rsource`),
    testsOf(`${check} NETC-V4-L --rsource`),
  );
  const mask = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  assert.deepEqual(
    testsOf(`${check} NETC-V6-L --mask ${mask} --rsource`, 6),
    testsOf(`${check} NETC-V6-L --rsource`, 6),
  );
  assert.match(refusal(`${set} ${set}`), /only a comment may stand behind/);
  assert.match(refusal(`${set} ${check} NETC-V4-L --rsource`), /only a comment may stand behind/);
  assert.match(
    refusal("-m recent --set --name NETC-V4-L --mask 255.255.255.0 --rsource"),
    /`--name` and `--rsource` only/,
  );
  assert.match(refusal(`${check} NETC-V4-L --mask ${mask} --rsource`), /`--rsource` only/);
  // 2³² / 1000: the kernel counts in jiffies of 32 bits.
  assert.ok(testsOf("-m recent --rcheck --seconds 4294967 --reap --name NETC-V4-L --rsource"));
  assert.match(
    refusal("-m recent --rcheck --seconds 4294968 --reap --name NETC-V4-L --rsource"),
    /no number of seconds/,
  );
});

test("a limit is the module's own burst or said, and the last test before a log", () => {
  const log = (limit: string, behind = "") => inFilter(`-m limit ${limit} ${behind} -j LOG`);
  const same = log("--limit 10/min --limit-burst 5");
  assert.deepEqual(same.tests, [{ kind: "limit" }]);
  assert.deepEqual(log("--limit 10/min"), same);
  assert.deepEqual(log("--limit 10/minute"), same);
  assert.deepEqual(
    log("--limit 10/min", "-s 10.0.0.1").tests.map(({ kind }) => kind),
    ["address", "limit"],
  );
  for (const limit of ["--limit 10/sec", "--limit 10/min --limit-burst 6", "--limit 600/hour"])
    assert.match(reasonOf(whole([`-A NETC-A -m limit ${limit} -j LOG`])), /`-m limit` is known with/, limit);
  assert.match(
    reasonOf(whole(["-A NETC-A -m limit --limit 10/min -m conntrack --ctstate NEW -j LOG"])),
    /only a comment may stand behind/,
  );
});

test("counters say nothing", () => {
  const plain = whole(["-A INPUT -j NETC-A", "-A NETC-A -j DROP"]);
  const counted = plain.replaceAll("[0:0]", "[12:18446744073709551615]").replaceAll(/^-A /gm, "[0:345] -A ");
  assert.notEqual(counted, plain);
  assert.deepEqual(readIptables(counted, 4, "whole"), readIptables(plain, 4, "whole"));
});

test("an address alone is what it is with its whole length", () => {
  assert.deepEqual(testsOf("-m conntrack --ctorigdst 10.96.0.100"), testsOf("-m conntrack --ctorigdst 10.96.0.100/32"));
  const [dnat] = inNat("-p 6 -j DNAT --to-destination 10.0.0.1:80").actions;
  assert.deepEqual(dnat, {
    kind: "dnat",
    to: { address: v4(0x0a000001, "10.0.0.1"), ports: { first: 80, last: 80 }, base: null },
  });
});
