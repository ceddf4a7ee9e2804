import assert from "node:assert/strict";
import { test } from "node:test";
import { netc } from "./run.ts";

const BOTH = `cluster { pods 10.244.0.0/16, fd00:244::/48; services 10.96.0.0/12, fd00:96::/112 }
node node1 192.168.100.100, fd00::100 dev ens33 pods 10.244.1.0/24, fd00:244:0:1::/64
pod a 10.244.1.10, fd00:244:0:1::10 on node1
service web 10.96.0.100, fd00:96::100 { 80 -> a:8080 }
hairpin a
`;
const FOUR = "pod a 10.244.1.10 on node1; service web 10.96.0.100 -> a; hairpin a\n";

test("IPv6 that the IPv4 tables leave out is said, and only then", () => {
  assert.match(netc(["compile", "-"], BOTH).stderr, /IPv6 for node1: that is in --target ip6tables\n/);
  assert.doesNotMatch(netc(["compile", "-"], FOUR).stderr, /IPv6 for/);
  assert.doesNotMatch(netc(["compile", "-", "--target", "ip6tables"], BOTH).stderr, /that is in/);
});

test("of pods without IPv6 the IPv6 tables judge what they send, replace nothing else, and are spoken of where there are pods", () => {
  assert.match(
    netc(["compile", "-"], FOUR).stderr,
    /^netc: what the pods of node1 may send in IPv6 is in --target ip6tables$/m,
  );
  const { stdout, stderr } = netc(["compile", "-", "--target", "ip6tables"], FOUR);
  assert.deepEqual(stdout.match(/^\*.*$/gm), ["*raw"]);
  assert.match(stdout, /^-A PREROUTING -j NETC-RAW-IN$/m);
  assert.equal(stderr, "netc: whole tables for node1: ip6tables-restore replaces everything in raw\n");
  const beside = netc(["compile", "-", "--target", "ip6tables", "--coexist"], FOUR).stdout;
  assert.deepEqual(beside.match(/^\*.*$/gm), ["*raw"]);
  assert.doesNotMatch(netc(["compile", "-"], "node n 192.168.100.100\nallow 10.0.0.1 -> n:22\n").stderr, /IPv6/);
});

test("whole tables are announced, with the program that loads them", () => {
  assert.match(netc(["compile", "-"], BOTH).stderr, /whole tables for node1: iptables-restore/);
  assert.match(
    netc(["compile", "-", "--target", "ip6tables"], BOTH).stderr,
    /whole tables for node1: ip6tables-restore replaces everything in raw, filter, mangle, nat$/m,
  );
  assert.equal(netc(["compile", "-", "--target", "sh"], BOTH).stderr, "");
});

test("--coexist prints own chains without jumps, for both families", () => {
  for (const target of ["iptables", "ip6tables"]) {
    const { status, stdout, stderr } = netc(["compile", "-", "--coexist", "--target", target], BOTH);
    assert.deepEqual([status, stderr.includes("whole tables")], [0, false]);
    assert.match(stdout, /^:NETC-/m);
    assert.doesNotMatch(stdout, /^:(?:INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING) |^-[AI] (?!NETC)/m);
  }
});

test("options that mean nothing together are usage errors", () => {
  for (const args of [
    ["--coexist", "--target", "nft"],
    ["--coexist", "--target", "sh"],
    ["--target", "nft", "-o", "never-written"],
    ["--rules", "ipchains"],
  ]) {
    const { status, stdout } = netc(["compile", "-", ...args], FOUR);
    assert.deepEqual([status, stdout], [2, ""], args.join(" "));
  }
});

test("--rules chooses what up.sh loads", () => {
  const up = (rules: string) => netc(["compile", "-", "--target", "sh", "--rules", rules], FOUR).stdout;
  assert.equal(up("iptables"), netc(["compile", "-", "--target", "sh"], FOUR).stdout);
  assert.notEqual(up("nft"), up("iptables"));
  assert.match(up("nft"), /add table inet netc/);
});

test("--explain-passes tells each pass on standard error, and the text stays the same", () => {
  const { stdout, stderr } = netc(["compile", "-", "--explain-passes"], FOUR);
  assert.equal(stdout, netc(["compile", "-"], FOUR).stdout);
  assert.match(stderr, /^netc: drop-idle-stages +\d+ → \d+ rules$/m);
});
