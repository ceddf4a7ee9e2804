/** What a node's network looks like to the tools that people compare with: all of it that `up.sh` may touch and `down.sh` must put back. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { IPTABLES_LEGACY, IPTABLES_NFT, savedRules } from "./backend.ts";
import type { Lab } from "./lab.ts";
import { RECORDS } from "./leftovers.ts";

export type NodeState = Readonly<Record<string, readonly string[]>>;

/** The tables of iptables' own making, which `nft` shows even where they are empty. */
const BUILT_IN = /^table ip6? (filter|nat|mangle|raw|security)$/;

export async function nodeState(lab: Lab, node: string): Promise<NodeState> {
  const lines = async (...argv: readonly string[]): Promise<readonly string[]> =>
    (await lab.on(node, ...argv))
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
  const sysctls = await lines(
    "sh",
    "-c",
    "grep -r . /proc/sys/net/ipv4 /proc/sys/net/ipv6 /proc/sys/net/netfilter 2>/dev/null; :",
  );
  const tables = await lines("nft", "list", "tables");
  const rulesOf = async (backend: typeof IPTABLES_NFT, family: "ip" | "ip6"): Promise<readonly string[]> =>
    (await savedRules(lab.at(node), backend, family)).split("\n");
  return {
    "ip addr": await lines("ip", "addr"),
    "ip link": await lines("ip", "-o", "link"),
    "ip rule": await lines("ip", "rule"),
    "ip route show table all": await lines("ip", "route", "show", "table", "all"),
    "ip -6 route show table all": (await lines("ip", "-6", "route", "show", "table", "all")).toSorted(),
    // Counts and states that change by themselves.
    sysctls: sysctls.filter((line) => !/nf_conntrack_count|stable_secret|fastopen_key/.test(line)).toSorted(),
    "pods' namespaces": lab.pods(),
    record: existsSync(join(RECORDS, node)) ? [node] : [],
    "iptables-nft-save": await rulesOf(IPTABLES_NFT, "ip"),
    "ip6tables-nft-save": await rulesOf(IPTABLES_NFT, "ip6"),
    "iptables-legacy-save": await rulesOf(IPTABLES_LEGACY, "ip"),
    "ip6tables-legacy-save": await rulesOf(IPTABLES_LEGACY, "ip6"),
    "nft list ruleset inet": await lines("nft", "-s", "list", "ruleset", "inet"),
    "nft list tables": tables.filter((line) => !BUILT_IN.test(line)),
  };
}

/** Compared view by view, so that a failure names the view and shows its lines. */
export function assertSameState(actual: NodeState, expected: NodeState, when: string): void {
  for (const [view, lines] of Object.entries(expected)) {
    const now = actual[view] ?? [];
    const gone = lines.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
    const come = now.filter((line) => !lines.includes(line)).map((line) => `+ ${line}`);
    assert.deepEqual([...gone, ...come], [], `${when}: ${view} differs`);
    assert.deepEqual(now, lines, `${when}: ${view} stands in another order`);
  }
}
