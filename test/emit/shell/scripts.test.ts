import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { JUMPS } from "../../../src/emit/iptables/jumps.ts";
import { printDown } from "../../../src/emit/shell/down.ts";
import { printUp } from "../../../src/emit/shell/up.ts";
import type { NodePlan } from "../../../src/plan/plan.ts";
import { HOSTILE, podLink, samplePlan, sampleRules } from "./sample.ts";

const dataOf = (script: string): readonly string[] => {
  const start = script.indexOf("\ncheck_machine\n");
  assert.notEqual(start, -1);
  return script
    .slice(start)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("# "));
};

const hostilePlan: NodePlan = {
  ...samplePlan,
  node: HOSTILE.join(" "),
  links: HOSTILE.flatMap((text) => samplePlan.links.map((link) => ({ ...link, statement: `pod ${text}`, pod: text }))),
  routes: HOSTILE.flatMap((text) => samplePlan.routes.map((route) => ({ ...route, statement: text, device: text }))),
  sysctls: HOSTILE.flatMap((text) => samplePlan.sysctls.map((sysctl) => ({ ...sysctl, statement: text, value: text }))),
};

const hostileRules = { v4: `*filter\n${HOSTILE.map((text) => `# ${text}\n${text}\n`).join("")}COMMIT\n` };

test("up.sh states each fact on a short line, in the plan's order, rules before forwarding", () => {
  assert.deepEqual(dataOf(printUp(samplePlan, sampleRules)), [
    "check_machine",
    "held -4 192.168.100.100",
    "held -6 fd00::2",
    'run mkdir -p "$record"',
    "pod 'pod a' pod-a veth-pod-a",
    "wire -4 10.244.1.10 via 169.254.10.24 src 192.168.100.100",
    "pod 'pod b' pod-b veth-pod-b",
    "wire -4 10.244.1.11 via 169.254.10.24 src 192.168.100.100",
    "route 'node node2' -4 10.244.2.0/24 via 192.168.100.101 dev ens33 onlink",
    "route services -4 10.96.0.0/12 dev ens33 scope link src 192.168.100.100",
    "route 'route 10.9.9.9' -4 10.9.9.9 via 192.168.100.102 dev ens33",
    "route 'route ::/0' -6 default via fd00::1 dev ens33 src fd00::2",
    "rules_v4() {",
    "cat <<'NETC-RULES-V4'",
    "*filter",
    ":NETC-FORWARD - [0:0]",
    "COMMIT",
    "NETC-RULES-V4",
    "}",
    "load_rules_v4",
    "setting forwarding net/ipv4/ip_forward 1 net/ipv4/conf/all/accept_redirects",
    "setting 'pod a' net/ipv4/conf/eth0.7/proxy_arp 1",
  ]);
});

test("down.sh states pods and routes in the words of up.sh, and undoes sysctls before rules", () => {
  const down = dataOf(printDown(samplePlan));
  assert.deepEqual(down.slice(0, 4), ["check_machine", 'run mkdir -p "$next"', "restore_settings", "remove_rules"]);
  assert.equal(down.at(-1), "forget");
  const facts = dataOf(printUp(samplePlan, sampleRules)).filter((line) => /^(?:pod|route) /.test(line));
  assert.deepEqual([...down.slice(4, -1)].sort(), [...facts].sort());
});

test("one more pod adds at most four lines, and changes none", () => {
  const more = { ...samplePlan, links: [...samplePlan.links, podLink("c", "10.244.1.12")] };
  for (const print of [(plan: NodePlan) => printUp(plan, sampleRules), printDown]) {
    const before = print(samplePlan).split("\n");
    const after = print(more).split("\n");
    const added = after.length - before.length;
    assert.ok(added > 0 && added <= 4);
    const at = after.findIndex((line, index) => line !== before[index]);
    assert.deepEqual([...after.slice(0, at), ...after.slice(at + added)], before);
  }
});

test("the scripts depend on the plan alone", () => {
  const copy = structuredClone(samplePlan);
  assert.equal(printUp(copy, sampleRules), printUp(samplePlan, sampleRules));
  assert.equal(printDown(copy), printDown(samplePlan));
});

test("every iptables call waits for the lock, and no chain is asked for by listing", () => {
  for (const script of [printUp(samplePlan, sampleRules), printDown(samplePlan)]) {
    const calls = script.match(/^.*\biptables(?:-restore)? .*$/gm)!.filter((line) => !/^\s*need |^#/.test(line));
    assert.ok(calls.length >= 4);
    assert.deepEqual(
      calls.filter((line) => !/iptables(?:-restore)? -w 30 /.test(line)),
      [],
    );
    assert.doesNotMatch(script, /iptables-save|iptables[^\n]* (?:-L|-S|--list)/);
    const stated = script.slice(script.indexOf("\njumps='") + "\njumps='".length).split("'")[0];
    assert.equal(stated, JUMPS.map((jump) => `${jump.table} ${jump.hook} ${jump.chain}`).join("\n"));
  }
});

test("PATH is appended to, never replaced", () => {
  assert.match(printUp(samplePlan, sampleRules), /^PATH=\$\{PATH:-\/usr\/bin:\/bin\}:\/usr\/sbin:\/sbin$/m);
});

test("a missing tool stops both scripts with exit 2, before anything is changed", () => {
  for (const script of [printUp(samplePlan, sampleRules), printDown(samplePlan)]) {
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

test("a plan of nothing is a script too", () => {
  const nothing: NodePlan = { node: "node1", mtu: null, tunnel: null, links: [], routes: [], sysctls: [], packets: [] };
  for (const script of [printUp(nothing, { v4: "" }), printDown(nothing)]) checkSyntax(script);
});

test("hostile names leave the scripts' shape as it is", () => {
  const repeated = (facts: readonly string[]) => HOSTILE.flatMap(() => facts);
  const [up, down] = [printUp(hostilePlan, hostileRules), printDown(hostilePlan)];
  const functionsOf = (script: string) => dataOf(script).map((line) => line.replace(/ .*/, ""));
  assert.deepEqual(functionsOf(down), [
    ...["check_machine", "run", "restore_settings", "remove_rules"],
    ...repeated(["route", "route", "route", "route"]),
    ...repeated(["pod", "pod"]),
    "forget",
  ]);
  assert.match(up, /^record=\/run\/netc\/[A-Za-z0-9_.-]+$/m);
  for (const script of [up, down]) checkSyntax(script);
});

test("each function is called with the very words of the plan", () => {
  const up = printUp(hostilePlan, hostileRules);
  const script = `
    check_machine() { :; }
    held() { :; }
    run() { :; }
    pod() { printf '%s\\0' "$@"; }
    wire() { pod "$@"; }
    route() { pod "$@"; }
    setting() { pod "$@"; }
    load_rules_v4() { rules_v4; printf '\\0'; }
    record=
    ${up.slice(up.indexOf("\ncheck_machine\n"))}`;
  const { stdout, stderr } = spawnSync("sh", ["-eu"], { input: script, encoding: "utf8" });
  assert.equal(stderr, "");
  const said = new Set(stdout.split("\0"));
  assert.ok(said.has(hostileRules.v4));
  for (const text of HOSTILE) assert.ok(said.has(text) && said.has(`pod ${text}`), text);
  assert.ok(!existsSync("hacked"));
});

test("shellcheck has nothing to say", (t) => {
  if (spawnSync("shellcheck", ["--version"]).error !== undefined) {
    console.error("NOT CHECKED: shellcheck is not installed, so nobody looked at the scripts that netc prints");
    t.skip("shellcheck is not installed");
    return;
  }
  for (const plan of [samplePlan, hostilePlan]) {
    for (const script of [printUp(plan, hostileRules), printDown(plan)]) {
      const options = { input: script, encoding: "utf8" } as const;
      const { stdout, status } = spawnSync("shellcheck", ["--shell=sh", "--norc", "-"], options);
      assert.equal(status, 0, stdout);
    }
  }
});

function checkSyntax(script: string): void {
  for (const shell of ["sh", "dash", "bash"]) {
    const { status, stderr, error } = spawnSync(shell, ["-n"], { input: script, encoding: "utf8" });
    if (error === undefined) assert.equal(status, 0, `${shell}: ${stderr}`);
  }
}
