/** What a node's network looks like to the tools that people compare with: all of it that `up.sh` may touch and `down.sh` must put back. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { statedRules } from "./backend.ts";
import type { Lab } from "./lab.ts";
import { RECORDS } from "./leftovers.ts";

export type NodeState = Readonly<Record<string, readonly string[]>>;

/** The tables of iptables' own making, which `nft` shows even where they are empty. */
const BUILT_IN = /^table ip6? (filter|nat|mangle|raw|security)$/;
/** Counts and states that change by themselves. */
const RESTLESS = /nf_conntrack_count|stable_secret|fastopen_key/;

/** An address that the kernel made of a hardware address. In a pod it is tentative for a second, and then comes its route. */
const BY_HARDWARE = /fe80::[\da-f:]*ff:fe[\da-f]{2}:/;

/** Each view under a heading, all in one process: states are taken by the hundred. */
const VIEWS: Readonly<Record<string, string>> = {
  "ip addr": "ip addr",
  "ip link": "ip -o link",
  "ip rule": "ip rule",
  "ip route show table all": "ip route show table all",
  "ip -6 route show table all": "ip -6 route show table all | sort",
  sysctls: "grep -r . /proc/sys/net/ipv4 /proc/sys/net/ipv6 /proc/sys/net/netfilter 2>/dev/null | sort",
  "iptables-nft-save": "iptables-nft-save",
  "ip6tables-nft-save": "ip6tables-nft-save",
  "iptables-legacy-save": "iptables-legacy-save",
  "ip6tables-legacy-save": "ip6tables-legacy-save",
  "nft list ruleset inet": "nft -s list ruleset inet",
  "nft list tables": "nft list tables",
};
const IN_POD = ["addr", "route show table all", "-6 route show table all"];

const HEADING = "==== ";
const scriptOf = (pods: readonly string[]): string => {
  const inPods = pods.flatMap((pod) => [`echo 'in ${pod}'`, ...IN_POD.map((words) => `ip -n ${pod} ${words}`)]);
  const views = { ...VIEWS, "in pods": inPods.join("\n") };
  return Object.entries(views)
    .map(([view, command]) => `echo '${HEADING}${view}'\n${command}\n`)
    .join("");
};

const linesOf = (view: string, text: string): readonly string[] => {
  if (view.endsWith("-save")) return statedRules(text).split("\n");
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => {
    if (view === "in pods") return line !== "" && !BY_HARDWARE.test(line);
    if (view === "sysctls") return line !== "" && !RESTLESS.test(line);
    return line !== "" && !(view === "nft list tables" && BUILT_IN.test(line));
  });
};

/** `pods` are the namespaces that count as the node's: all that there are, where no other node's come and go. */
export async function nodeState(lab: Lab, node: string, pods: readonly string[] = lab.pods()): Promise<NodeState> {
  const text = await lab.on(node, "sh", "-ec", scriptOf(pods));
  const views = text
    .split(new RegExp(`^${HEADING}`, "m"))
    .slice(1)
    .map((section) => {
      const end = section.indexOf("\n");
      const view = section.slice(0, end);
      return [view, linesOf(view, section.slice(end + 1))] as const;
    });
  return {
    ...Object.fromEntries(views),
    "pods' namespaces": pods,
    record: existsSync(join(RECORDS, node)) ? [node] : [],
  };
}

/**
 * The state without what chance decides: hardware addresses and what is made of them, numbers of links and of namespaces, and the
 * order that follows from those.
 */
export function withoutChance(state: NodeState): NodeState {
  const plain = (line: string): string =>
    line
      .replace(/^\d+: /, "")
      .replace(/@if\d+/g, "@if")
      .replace(/link-netns(id)? \S+/g, "link-netns")
      .replace(/link\/ether [\da-f:]+/g, "link/ether");
  const lines = (all: readonly string[]): readonly string[] =>
    all
      .filter((line) => !BY_HARDWARE.test(line))
      .map(plain)
      .sort();
  return Object.fromEntries(Object.entries(state).map(([view, all]) => [view, lines(all)]));
}

/** Compared view by view, so that a failure names the view and shows its lines. */
export function assertSameState(actual: NodeState, expected: NodeState, when: string): void {
  for (const [view, lines] of Object.entries(expected)) {
    const now = actual[view] ?? [];
    if (isDeepStrictEqual(now, lines)) continue;
    const gone = lines.filter((line) => !now.includes(line)).map((line) => `- ${line}`);
    const come = now.filter((line) => !lines.includes(line)).map((line) => `+ ${line}`);
    assert.deepEqual([...gone, ...come], [], `${when}: ${view} differs`);
    assert.deepEqual(now, lines, `${when}: ${view} stands in another order`);
  }
}
