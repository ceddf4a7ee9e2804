/** What this machine lacks to send real packets. A kernel test that cannot run says so loudly, or fails where NETC_REQUIRE_KERNEL is set. */
import { spawnSync } from "node:child_process";
import { type TestContext, test } from "node:test";
import { environment } from "./command.ts";

/** Command → the Debian package that brings it. */
const TOOLS = {
  ip: "iproute2",
  nsenter: "util-linux",
  unshare: "util-linux",
  flock: "util-linux",
  ping: "iputils-ping",
  conntrack: "conntrack",
  ss: "iproute2",
  awk: "mawk",
  "iptables-nft-restore": "iptables",
  "iptables-legacy-restore": "iptables",
  nft: "nftables",
} as const;

const CHECKERS = { shellcheck: "shellcheck", dash: "dash" } as const;

const succeeds = (command: string): boolean =>
  spawnSync("sh", ["-c", command], { env: environment(), stdio: "ignore" }).status === 0;

function lacking(tools: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(tools)
    .filter(([tool]) => !succeeds(`command -v ${tool}`))
    .map(([tool, debianPackage]) => `${tool} (package ${debianPackage})`);
}

/** What is missing for packets in namespaces; empty when the tests can run. */
export function missingForPackets(): readonly string[] {
  const tools = lacking(TOOLS);
  if (process.getuid?.() !== 0) return ["root", ...tools];
  if (tools.length > 0) return tools;
  const probes: Readonly<Record<string, string>> = {
    "network namespaces": "unshare -n true",
    "veth and bridge devices":
      "unshare -n sh -c 'ip link add veth0 type veth peer name veth1 && ip link add bridge0 type bridge'",
    "iptables on nf_tables": "unshare -n iptables-nft-save",
    "legacy iptables": "unshare -n iptables-legacy -t nat -S",
    "nft tables": "unshare -n nft add table inet netc",
    "IPv6 with translation": "unshare -n ip6tables-nft -t nat -A OUTPUT -j DNAT --to-destination fd00::1",
    "tunnel devices": "unshare -n ip link add vxlan0 type vxlan id 1 dstport 4789 local 192.0.2.1",
  };
  return Object.entries(probes)
    .filter(([, command]) => !succeeds(command))
    .map(([what]) => `${what} (this fails: ${probes[what]})`);
}

/** What is missing to judge emitted scripts. */
export const missingForScripts = (): readonly string[] => lacking(CHECKERS);

const { NETC_REQUIRE_KERNEL } = process.env;
const leftOut: string[] = [];
const answers = new Map<() => readonly string[], readonly string[]>();

function missingOf(needs: readonly (() => readonly string[])[]): readonly string[] {
  return needs.flatMap((need) => {
    const known = answers.get(need) ?? need();
    answers.set(need, known);
    return known;
  });
}

/** A test that is left out, or fails, when `needs` name something missing. */
export function kernelTest(
  name: string,
  needs: readonly (() => readonly string[])[],
  body: (t: TestContext) => Promise<void>,
): void {
  const missing = missingOf(needs);
  if (missing.length === 0) {
    test(name, body);
  } else if (NETC_REQUIRE_KERNEL === "1") {
    test(name, () => {
      throw new Error(`NETC_REQUIRE_KERNEL is set and this machine lacks: ${missing.join(", ")}`);
    });
  } else {
    if (leftOut.length === 0) process.once("exit", () => sayLeftOut(missing));
    leftOut.push(name);
    test(name, { skip: `lacking ${missing.join(", ")}` }, () => {});
  }
}

function sayLeftOut(missing: readonly string[]): void {
  const bar = "!".repeat(78);
  const lines = [bar, `!! ${leftOut.length} KERNEL TESTS LEFT OUT: no packet was sent through what netc emits.`];
  lines.push(`!! Missing: ${missing.join(", ")}`, "!! Left out:", ...leftOut.map((name) => `!!   ${name}`), bar);
  process.stderr.write(`${lines.join("\n")}\n`);
}
