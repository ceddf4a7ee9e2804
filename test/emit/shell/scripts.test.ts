import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { JUMPS } from "../../../src/emit/iptables/jumps.ts";
import { printDown } from "../../../src/emit/shell/down.ts";
import { printUp, type ScriptRules } from "../../../src/emit/shell/up.ts";
import type { NodePlan } from "../../../src/plan/plan.ts";
import { parsed } from "../../address/arbitraries.ts";
import { accepting, HOSTILE, iptablesRules, nftRules, onlyV4, podLink, rulesOf, samplePlan, tunnel } from "./sample.ts";

const dataOf = (script: string): readonly string[] => {
  const start = script.indexOf("\ncheck_machine\n");
  assert.notEqual(start, -1);
  return script
    .slice(start)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("# "));
};

const fullPlan: NodePlan = { ...samplePlan, tunnel, packets: [accepting("10.244.1.10"), accepting("fd00:1::a")] };

const hostilePlan: NodePlan = {
  ...fullPlan,
  node: HOSTILE.join(" "),
  links: HOSTILE.flatMap((text) => samplePlan.links.map((link) => ({ ...link, statement: `pod ${text}`, pod: text }))),
  routes: HOSTILE.flatMap((text) => samplePlan.routes.map((route) => ({ ...route, statement: text, device: text }))),
  slices: HOSTILE.flatMap((text) => samplePlan.slices.map((slice) => ({ ...slice, statement: text }))),
  sysctls: HOSTILE.flatMap((text) => samplePlan.sysctls.map((sysctl) => ({ ...sysctl, statement: text, value: text }))),
  tunnel: { ...tunnel, peers: HOSTILE.flatMap((statement) => tunnel.peers.map((peer) => ({ ...peer, statement }))) },
};

const hostileText = `*filter\n${HOSTILE.map((text) => `# ${text}\n${text}\n`).join("")}COMMIT\n`;

const KINDS: readonly ScriptRules[] = [iptablesRules, onlyV4, nftRules];
const scriptsOf = (plan: NodePlan): readonly string[] => [
  ...KINDS.map((rules) => printUp(plan, rules)),
  printDown(plan),
];

test("up.sh states each fact on a short line, in the plan's order, rules before forwarding", () => {
  assert.deepEqual(dataOf(printUp(samplePlan, onlyV4)), [
    "check_machine",
    "watch_or_keep",
    "look_for_ipv6",
    "need_rules iptables",
    "need_ipv6 'route ::/0'",
    "need_device 'node node2' ens33",
    "held -4 192.168.100.100",
    "held -6 fd00::2",
    "open_record",
    "claim_pod 'pod a' pod-a veth-pod-a",
    "claim_pod 'pod b' pod-b veth-pod-b",
    "say_families",
    'list_chains "$next/chains.nft"',
    "begin_change",
    "untouched=",
    "pod 'pod a' pod-a veth-pod-a",
    "wire -4 10.244.1.10 via 169.254.10.24 src 192.168.100.100",
    "pod 'pod b' pod-b veth-pod-b",
    "wire -4 10.244.1.11 via 169.254.10.24 src 192.168.100.100",
    "route 'node node2' -4 10.244.2.0/24 via 192.168.100.101 dev ens33 onlink",
    "route services -4 10.96.0.0/12 dev ens33 scope link src 192.168.100.100",
    "route 'route 10.9.9.9' -4 10.9.9.9 via 192.168.100.102 dev ens33",
    "route 'route ::/0' -6 default via fd00::1 dev ens33 src fd00::2",
    "slice 'node node1' -4 10.244.1.0/24",
    "slice 'node node1' -6 fd00:244:0:1::/64",
    "rules_v4() {",
    "cat <<'NETC-RULES-V4'",
    "*filter",
    ":NETC-FORWARD - [0:0]",
    "COMMIT",
    "NETC-RULES-V4",
    "}",
    "rules_v6() {",
    "cat <<'NETC-RULES-V6'",
    "NETC-RULES-V6",
    "}",
    "accepts_v4() {",
    "cat <<'NETC-ACCEPTS-V4'",
    "NETC-ACCEPTS-V4",
    "}",
    "accepts_v6() {",
    "cat <<'NETC-ACCEPTS-V6'",
    "NETC-ACCEPTS-V6",
    "}",
    "connections_v4() {",
    "cat <<'NETC-CONNECTIONS-V4'",
    "NETC-CONNECTIONS-V4",
    "}",
    "connections_v6() {",
    "cat <<'NETC-CONNECTIONS-V6'",
    "NETC-CONNECTIONS-V6",
    "}",
    "note_doors",
    "load",
    'if [ -n "$flush" ]; then flush_connections; fi',
    "setting forwarding net/ipv4/ip_forward 1 net/ipv4/conf/all/accept_redirects 'net/ipv4/conf/*/forwarding'",
    "setting 'pod a' net/ipv4/conf/eth0.7/proxy_arp 1",
    "pods_forward forwarding",
    "sweep_settings",
    "sweep",
    "end_check",
    "keep_said",
    "end_change",
    'rm -rf "$next"',
    "command exit",
    "}",
  ]);
});

const lineOf = (plan: NodePlan, word: string): readonly string[] =>
  dataOf(printUp(plan, onlyV4)).filter((line) => line.startsWith(word));

test("a tunnel, its addresses and its peers come before the pods", () => {
  const data = dataOf(printUp({ ...fullPlan, mtu: { kind: "of-device", device: "ens33", less: 50 } }, onlyV4));
  const start = data.indexOf("mtu_of ens33 50");
  assert.deepEqual(data.slice(start, start + 6), [
    "mtu_of ens33 50",
    "tunnel 'node node1' netc-vxlan 02:00:00:00:00:01 ens33 192.168.100.100",
    "address - netc-vxlan -4 10.244.1.1/32 global",
    "address - netc-vxlan -6 fd00:1::1/128 global",
    "peer 'node node2' 02:00:00:00:00:02 192.168.100.101 10.244.2.1 fd00:2::1",
    "pod 'pod a' pod-a veth-pod-a",
  ]);
  assert.ok(data.includes("need iproute2 bridge"));
});

test("a source that the tunnel's device will hold is not asked for", () => {
  const routes = samplePlan.routes.map((route) => ({ ...route, source: tunnel.addresses[0]! }));
  assert.deepEqual(lineOf({ ...fullPlan, routes }, "held"), ["held -4 192.168.100.100"]);
});

test("what the tunnel leaves of the device's MTU must carry the families of the pods", () => {
  const mtu = { kind: "of-device", device: "ens33", less: 50 } as const;
  assert.deepEqual(lineOf({ ...fullPlan, mtu }, "need_mtu"), ["need_mtu 'node node1' ens33 50 1280 IPv6"]);
  assert.deepEqual(lineOf({ ...samplePlan, mtu }, "need_mtu"), ["need_mtu 'node node1' ens33 50 68 IPv4"]);
});

test("a file of patterns is never the only one: BusyBox takes an empty one for one that all lines match", () => {
  for (const script of scriptsOf(fullPlan))
    for (const line of script.split("\n"))
      if (/(grep|pick) -[a-zA-Z]+ .*-f "/.test(line)) assert.match(line, /-e '' -f "/, line);
});

test("a fixed MTU is a number", () => {
  assert.deepEqual(lineOf({ ...samplePlan, mtu: { kind: "fixed", bytes: 1400 } }, "mtu"), ["mtu=1400"]);
});

test("a gateway that is answered for, and a route that says no device", () => {
  const links = samplePlan.links.map((link) => ({
    ...link,
    ends: link.ends.map((end) => ({ ...end, gatewayBy: "proxied" as const })),
  }));
  const routes = samplePlan.routes.slice(0, 1).map((route) => ({ ...route, device: null, onlink: false }));
  const plan = { ...samplePlan, links, routes };
  assert.equal(lineOf(plan, "wire")[0], "wire_proxied -4 10.244.1.10 via 169.254.10.24 src 192.168.100.100");
  assert.deepEqual(lineOf(plan, "route"), ["route 'node node2' -4 10.244.2.0/24 via 192.168.100.101"]);
});

test("IPv6 forwarding comes after what keeps routers, and before that of single devices", () => {
  const sysctls = ["net.ipv4.conf.ens33.forwarding", "net.ipv6.conf.all.forwarding"].map((key) => ({
    statement: "forwarding",
    origin: null,
    key,
    value: "1",
  }));
  const data = dataOf(printUp({ ...samplePlan, sysctls }, onlyV4));
  const start = data.indexOf("keep_routers forwarding");
  assert.deepEqual(data.slice(start, start + 4), [
    "keep_routers forwarding",
    "setting forwarding net/ipv6/conf/all/forwarding 1 'net/ipv6/conf/*/forwarding'",
    "setting forwarding net/ipv4/conf/ens33/forwarding 1",
    "sweep_settings",
  ]);
});

test("with a tunnel the filter of reverse paths is loosened last", () => {
  assert.deepEqual(lineOf(fullPlan, "loosen"), ["loosen 'node node1' ens33 netc-vxlan"]);
});

test("other chains FORWARD accept what netc accepts, each family by itself, and no more", () => {
  for (const rules of [nftRules, iptablesRules]) {
    const data = dataOf(printUp(fullPlan, rules));
    assert.deepEqual(
      data.filter((line) => line.startsWith("-A ")),
      ["10.244.1.10/32", "fd00:1::a/128"].map(
        (pods) => `-A NETC-FORWARD-ACCEPT -s ${pods} -m comment --comment "netc" -j ACCEPT`,
      ),
    );
  }
});

test("only tools of the rules that there are must be there", () => {
  const needs = (rules: ScriptRules) =>
    dataOf(printUp(samplePlan, rules)).filter((line) => /^need(_rules)? /.test(line));
  assert.deepEqual(needs(nftRules), ["need nftables nft"]);
  assert.deepEqual(needs(onlyV4), ["need_rules iptables"]);
  assert.deepEqual(needs(iptablesRules), ["need_rules iptables", "need_rules ip6tables"]);
});

test("down.sh is the same for every program of a node", () => {
  assert.equal(printDown(fullPlan), printDown({ ...samplePlan, links: [], routes: [], slices: [], sysctls: [] }));
});

test("one more pod adds at most four lines, and changes none", () => {
  const more = { ...samplePlan, links: [...samplePlan.links, podLink("c", "10.244.1.12")] };
  for (const rules of KINDS) {
    const before = printUp(samplePlan, rules).split("\n");
    const after = printUp(more, rules).split("\n");
    const added = after.length - before.length;
    assert.ok(added > 0 && added <= 4);
    // What is there without the pod is there with it, in the same order.
    let next = 0;
    for (const line of after) if (line === before[next]) next++;
    assert.equal(next, before.length);
  }
});

test("the scripts depend on the plan alone", () => {
  assert.deepEqual(scriptsOf(structuredClone(fullPlan)), scriptsOf(fullPlan));
});

test("every iptables call waits for the lock, and rules are listed by iptables-save alone", () => {
  for (const script of scriptsOf(fullPlan)) {
    const code = script.split("\n").filter((line) => !/^\s*#/.test(line));
    const calls = code.filter((line) => /"\$ipt(?:-restore)?" /.test(line));
    const restores = code.filter((line) => /\$ipt-restore/.test(line));
    assert.ok(calls.length >= 3 && restores.length >= 2);
    for (const line of [...calls, ...restores]) assert.match(line, / -w 30 /);
    assert.deepEqual(
      code.filter((line) => / (?:-L|-S|--list)\b/.test(line) && !/\b(?:stat|conntrack) -L /.test(line)),
      // Whether the tool works at all.
      script.includes("\nneed_rules() {") ? ['  answer=$("$1" -w 30 -S NETC-INPUT 2>&1) || status=$?'] : [],
    );
    assert.equal(code.filter((line) => /"\$ipt-save"/.test(line)).length, 1);
    const stated = script.slice(script.indexOf("\njumps='") + "\njumps='".length).split("'")[0];
    const own = [...JUMPS, { table: "filter", hook: "FORWARD", chain: "NETC-FORWARD-ACCEPT" }];
    assert.equal(stated, own.map((jump) => `${jump.table} ${jump.hook} ${jump.chain}`).join("\n"));
  }
});

test("an option that is none stops up.sh before anything is changed", () => {
  const { status, stderr } = spawnSync("sh", ["-s", "--", "--flsh"], {
    input: printUp(samplePlan, onlyV4),
    encoding: "utf8",
  });
  assert.equal(status, 2);
  assert.match(
    stderr,
    /^up\.sh: it does not know --flsh: sh up\.sh \[-v\] \[--confirm SECONDS \| --flush\], or sh up\.sh --check, --keep or --help\n$/,
  );
});

test("--help says every option, without root and without any tool", () => {
  const asked = (script: string, option: string) =>
    spawnSync("/bin/sh", ["-s", "--", option], { input: script, encoding: "utf8", env: { PATH: "/nonexistent" } });
  for (const option of ["--help", "-h"]) {
    const up = asked(printUp(samplePlan, onlyV4), option);
    assert.deepEqual([up.status, up.stderr], [0, ""]);
    for (const known of ["-v, --verbose", "--check", "--confirm SECONDS", "--keep", "--flush", "-h, --help"])
      assert.match(up.stdout, new RegExp(`^  ${known} `, "m"));
    const down = asked(printDown(samplePlan), option);
    assert.deepEqual([down.status, down.stderr], [0, ""]);
    assert.match(down.stdout, /^usage: sh down\.sh \[-v\]$/m);
  }
});

/** What changes links, addresses, routes, neighbours, rules and sysctls, in the words of the tools. */
const CHANGING =
  /\b(?:ip|bridge)\b.* (?:add|set|del|delete|replace|flush) |\bnft (?:-f|add|delete|flush) |-restore" |"\$ipt" .* -[ADIX] |>"\/proc\/sys/;
/** Behind a test of their own, since what they do is more than a command that must succeed. */
const GUARDED = [
  /^ {2}ip "\$family" route add /,
  /ip -6 route (?:replace|delete) "\$/,
  /\bnft (?:-f|delete) /,
  /ip link delete dev "\$1"/,
  /"\$ipt/,
  />"\/proc\/sys/,
  // In a network namespace that goes with the command.
  /unshare -n ip link add name netc-probe /,
];

test("whatever changes the node is said, and not done in a check", () => {
  for (const script of [printUp(fullPlan, iptablesRules), printUp(fullPlan, nftRules), printDown(fullPlan)]) {
    const functions = script.slice(0, script.indexOf("\ncheck_machine\n")).replaceAll("\\\n", "");
    const code = functions
      .split("\n")
      .filter((line) => !/^\s*(?:#|say |stop |tell |differs )/.test(line))
      // What is said besides.
      .map((line) => line.replace(/\|\| stop \d .*|printf '[^']*'/, ""));
    const changing = code.filter((line) => CHANGING.test(line));
    assert.ok(changing.length >= 15, changing.join("\n"));
    const bare = changing.filter((line) => !/\b(?:act|change) /.test(line));
    assert.deepEqual(
      bare.filter((line) => !GUARDED.some((guarded) => guarded.test(line))),
      [],
    );
  }
});

test("PATH is appended to, never replaced", () => {
  assert.match(printUp(samplePlan, onlyV4), /^PATH=\$\{PATH:-\/usr\/bin:\/bin\}:\/usr\/sbin:\/sbin$/m);
});

test("a missing tool stops both scripts with exit 2, before anything is changed", () => {
  for (const script of scriptsOf(samplePlan)) {
    const { status, stderr } = spawnSync("/bin/sh", ["-s"], {
      input: script,
      encoding: "utf8",
      env: { PATH: "/nonexistent" },
    });
    assert.equal(status, 2, stderr);
    assert.match(
      stderr,
      /^(?:up|down)\.sh: (?:the tool [a-z-]+ is missing: install it|this needs root).*nothing was changed\n$/,
    );
  }
});

/** A plan whose clients come back to the backend they had. */
const sticky: NodePlan = {
  ...fullPlan,
  packets: fullPlan.packets.map((packets) => ({
    ...packets,
    services: [
      {
        address: parsed("10.96.0.1"),
        protocol: "tcp",
        port: { first: 80, last: 80 },
        clients: "all",
        backends: [{ address: parsed("10.244.1.10"), port: null, weight: 1 }],
        affinity: { key: "service web 80/tcp", seconds: 60 },
        statement: "service web",
        origin: null,
      },
    ],
  })),
};

test("xt_recent is loaded with room for more clients before the rules, where they are of iptables and remember clients", () => {
  const lines = dataOf(printUp(sticky, iptablesRules));
  assert.equal(lines.indexOf("load_recent") + 1, lines.indexOf("load"));
  for (const script of [printUp(sticky, nftRules), printUp(fullPlan, iptablesRules)])
    assert.ok(!script.includes("recent"), script);
});

test("a plan of nothing is a script too", () => {
  const nothing: NodePlan = {
    node: "node1",
    mtu: null,
    tunnel: null,
    links: [],
    routes: [],
    slices: [],
    sysctls: [],
    packets: [],
  };
  for (const script of [...rulesOf("").map((rules) => printUp(nothing, rules)), printDown(nothing)]) {
    checkSyntax(script);
  }
});

test("hostile names leave the scripts' shape as it is", () => {
  const functionsOf = (script: string) => dataOf(script).map((line) => line.replace(/ .*/, ""));
  const plainPlan: NodePlan = {
    ...fullPlan,
    links: HOSTILE.flatMap(() => fullPlan.links),
    routes: HOSTILE.flatMap((_, index) => fullPlan.routes.map((route) => ({ ...route, device: `eth${index}` }))),
    slices: HOSTILE.flatMap(() => fullPlan.slices),
    sysctls: HOSTILE.flatMap(() => fullPlan.sysctls),
    tunnel: { ...tunnel, peers: HOSTILE.flatMap(() => tunnel.peers) },
  };
  for (const [index, script] of scriptsOf(hostilePlan).entries()) {
    assert.deepEqual(functionsOf(script), functionsOf(scriptsOf(plainPlan)[index]!));
    assert.match(script, /^record=\/run\/netc\/[A-Za-z0-9_.-]+$/m);
    checkSyntax(script);
  }
});

test("each function is called with the very words of the plan", () => {
  for (const rules of rulesOf(hostileText)) {
    const up = printUp(hostilePlan, rules);
    const text = rules.kind === "nft" ? "ruleset" : "rules_v4";
    const script = `
      for name in check_machine watch_or_keep need need_rules need_ipv6 look_for_ipv6 say_families need_device need_mtu held claim_tunnel claim_pod open_record list_chains note_doors begin_change sweep sweep_settings end_check keep_said end_change; do eval "$name() { :; }"; done
      for name in tunnel peer address pod wire route slice setting pods_forward keep_routers loosen; do eval "$name() { printf '%s\\\\0' \\"\\$@\\"; }"; done
      load() { ${text}; printf '\\0'; }
      next=/nonexistent
      flush=
      ${up.slice(up.indexOf("\ncheck_machine\n"))}`;
    const { stdout, stderr } = spawnSync("sh", ["-eu"], { input: script, encoding: "utf8" });
    assert.equal(stderr, "");
    const said = new Set(stdout.split("\0"));
    assert.ok(said.has(hostileText));
    for (const name of HOSTILE) assert.ok(said.has(name) && said.has(`pod ${name}`), name);
    assert.ok(!existsSync("hacked"));
  }
});

test("shellcheck has nothing to say", (t) => {
  if (spawnSync("shellcheck", ["--version"]).error !== undefined) {
    console.error("NOT CHECKED: shellcheck is not installed, so nobody looked at the scripts that netc prints");
    t.skip("shellcheck is not installed");
    return;
  }
  const hostile = rulesOf(hostileText).map((rules) => printUp(hostilePlan, rules));
  for (const script of [...hostile, printUp(sticky, iptablesRules), printDown(hostilePlan)]) {
    const options = { input: script, encoding: "utf8" } as const;
    const { stdout, status } = spawnSync("shellcheck", ["--shell=sh", "--norc", "-"], options);
    assert.equal(status, 0, stdout);
  }
});

function checkSyntax(script: string): void {
  for (const shell of ["sh", "dash", "bash"]) {
    const { status, stderr, error } = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
    if (error === undefined) assert.equal(status, 0, `${shell}: ${stderr}`);
  }
}
