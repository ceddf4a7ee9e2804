/** What the kernel would not load is not read; and the tables beside those that netc writes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readIptables } from "../../src/verify/read/iptables.ts";
import { programOf, reasonOf, unreadOf, whole } from "./iptables-text.ts";

const isRead = (text: string): boolean => "program" in readIptables(text, 4, "whole");

test("a chain of the kernel's does not ask for a device that it does not know", () => {
  const DEVICES = [
    ["filter", "INPUT", "-o"],
    ["filter", "OUTPUT", "-i"],
    ["mangle", "PREROUTING", "-o"],
    ["mangle", "OUTPUT", "-i"],
    ["nat", "PREROUTING", "-o"],
    ["nat", "OUTPUT", "-i"],
    ["nat", "POSTROUTING", "-i"],
  ] as const;
  for (const [table, chain, option] of DEVICES) {
    const text = (words: string): string => {
      const rules = [`-A ${chain} ${words}`];
      return whole(
        ...(["filter", "nat", "mangle"].map((name) => (name === table ? rules : [])) as [string[], string[]]),
      );
    };
    assert.match(reasonOf(text(`${option} eth0 -j ACCEPT`)), /may not stand in/, `${table} ${chain}`);
    assert.ok(isRead(text(`${option === "-i" ? "-o" : "-i"} eth0 -j ACCEPT`)));
  }
  assert.ok(isRead(whole(["-A INPUT -j NETC-A", "-A NETC-A -o eth0 -j DROP"])));
  assert.ok(isRead(whole(["-A FORWARD -i eth0 -o eth1 -j DROP"])));
  const asking = "-A NETC-N -i eth0 -j ACCEPT";
  assert.ok(isRead(whole([], ["-A OUTPUT -j NETC-N", asking])));
  assert.match(
    reasonOf(whole([], ["-A POSTROUTING -j NETC-N", asking])),
    /reached from POSTROUTING, where kernels differ/,
  );
});

test("a translation is reached from where the kernel has it, through whatever chains", () => {
  const nat = (from: string, how: string, target: string): string =>
    whole([], [":NETC-B - [0:0]", `-A ${from} ${how} NETC-N`, "-A NETC-N -j NETC-B", `-A NETC-B ${target}`]);
  const TARGETS = [
    ["-j DNAT --to-destination 10.0.0.1", ["PREROUTING", "OUTPUT"], ["POSTROUTING"]],
    ["-j SNAT --to-source 10.0.0.1 --random-fully", ["POSTROUTING"], ["PREROUTING", "OUTPUT"]],
    ["-j MASQUERADE --random-fully", ["POSTROUTING"], ["PREROUTING", "OUTPUT"]],
  ] as const;
  for (const [target, right, wrong] of TARGETS)
    for (const how of ["-j", "-g"]) {
      for (const from of right) assert.ok(isRead(nat(from, how, target)), `${from} ${target}`);
      for (const from of wrong)
        assert.match(reasonOf(nat(from, how, target)), new RegExp(`is reached from ${from}`), `${from} ${target}`);
    }
  assert.match(reasonOf(whole([], ["-A POSTROUTING -j DNAT --to-destination 10.0.0.1"])), /from POSTROUTING/);
  assert.ok(isRead(whole([], ["-A NETC-N -j MASQUERADE --random-fully"])), "nothing leads there");
  const beside = (chain: string) =>
    readIptables(`*nat\n:${chain} - [0:0]\n-A ${chain} -j MASQUERADE --random-fully\nCOMMIT\n`, 4, "coexist");
  assert.ok("program" in beside("NETC-POSTROUTING"));
  assert.ok("unread" in beside("NETC-SERVICES"));
});

test("chains lead fifteen deep, and no deeper", () => {
  const deep = (depth: number, from: string): string => {
    const names = Array.from({ length: depth }, (_, at) => `NETC-D${at + 1}`);
    return whole([
      ...names.map((name) => `:${name} - [0:0]`),
      ...names.map((name, at) => `-A ${at === 0 ? from : names[at - 1]} -${at % 2 === 0 ? "j" : "g"} ${name}`),
    ]);
  };
  assert.ok(isRead(deep(15, "INPUT")));
  assert.match(reasonOf(deep(16, "INPUT")), /more than 15 chains deep/);
  assert.equal(unreadOf(deep(17, "INPUT"))[0]!.text, "-A NETC-D15 -g NETC-D16");
  assert.ok(isRead(deep(16, "NETC-A")), "nothing leads there");
});

const RAW = "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:NETC-R - [0:0]\n";
const withRaw = (...rules: readonly string[]): string =>
  `${whole([])}${RAW}${rules.map((rule) => `${rule}\n`).join("")}COMMIT\n`;

test("raw is asked before conntrack", () => {
  const { hooks, chains } = programOf(
    withRaw(
      "-A PREROUTING -i eth0 -j NETC-R",
      "-A NETC-R -p udp -m udp --dport 80 -m addrtype --dst-type LOCAL -j DROP",
    ),
    4,
    "whole",
  );
  assert.deepEqual([hooks["raw-prerouting"], hooks["raw-output"]], [["raw PREROUTING"], ["raw OUTPUT"]]);
  assert.deepEqual(chains.get("raw PREROUTING")![0]!.tests, [{ kind: "device", side: "in", device: "eth0" }]);
  assert.deepEqual(chains.get("raw NETC-R")![0]!.actions, [{ kind: "drop" }]);
  assert.deepEqual(programOf(whole([]), 4, "whole").hooks["raw-output"], []);
  for (const [words, reason] of [
    ["-m conntrack --ctstate NEW -j DROP", /`-m conntrack` is not known in raw/],
    ["-m statistic --mode random --probability 0.5 -j DROP", /`-m statistic` is not known in raw/],
    ["-m recent --set --name L --rsource -j DROP", /`-m recent` is not known in raw/],
    ["-j REJECT --reject-with icmp-port-unreachable", /no target that is known in raw/],
    ["-j CT --notrack", /no target that is known in raw/],
    ["-j LOG", /no target that is known in raw/],
  ] as const)
    assert.match(reasonOf(withRaw(`-A NETC-R ${words}`)), reason, words);
  assert.match(reasonOf(withRaw("-A PREROUTING -o eth0 -j DROP")), /may not stand in raw PREROUTING/);
});

test("a table without rules is nothing beside netc's, and one with rules is not known", () => {
  const security = (policy: string, rule = ""): string =>
    `${whole([])}*security\n:INPUT ${policy} [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n${rule}COMMIT\n`;
  assert.ok(isRead(security("ACCEPT")));
  assert.match(reasonOf(security("DROP")), /known as ACCEPT only/);
  assert.match(reasonOf(security("ACCEPT", "-A INPUT -j ACCEPT\n")), /no rule is known to stand in security INPUT/);
  const undeclared = readIptables(withRaw().replace(":OUTPUT ACCEPT [0:0]\n:NETC-R", ":NETC-R"), 4, "whole");
  assert.ok("program" in undeclared);
  assert.deepEqual(undeclared.whole?.chains, [
    { line: 24, text: "*raw", reason: "the chain OUTPUT is not declared: its policy stays" },
  ]);
});
