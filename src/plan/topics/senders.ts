/** Who may send, before conntrack: a pod what is routed back to its veth, and nobody else what is routed back to a pod. */
import type { Family } from "../../address/address.ts";
import { isFault } from "../../address/address.ts";
import { type Prefix, parsePrefix } from "../../address/prefix.ts";
import { Bug } from "../../diagnostics/bug.ts";
import type { Condition, Senders, Verdict } from "../plan.ts";
import { localPods } from "./addresses.ts";
import type { PolicyContext } from "./destinations.ts";
import { byItself } from "./refusals.ts";

function constant(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (isFault(prefix)) throw new Bug(`${text} is no range`);
  return prefix;
}

const icmp = (types: readonly number[]): readonly Condition[] => [
  { kind: "protocol", protocol: "icmp" },
  { kind: "icmp-types", types },
];

const port = (number: number) => ({ first: number, last: number });

interface Unrouted {
  /** A router's word: its advertisement, and its redirect. */
  readonly routers: readonly number[];
  /** Sources that no route leads back to: of "this network" (RFC 1122), unspecified, of one link. */
  readonly sources: readonly Prefix[];
  /** Of what comes from them, what a host needs to get an address or to keep it. */
  readonly passing: readonly Condition[];
  readonly why: string;
}

const UNROUTED: Readonly<Record<Family, Unrouted>> = {
  4: {
    routers: [5, 9],
    sources: [constant("0.0.0.0/8")],
    passing: [
      { kind: "source", prefixes: [constant("0.0.0.0/32")] },
      { kind: "protocol", protocol: "udp" },
      { kind: "source-port", ports: port(68) },
      { kind: "destination-port", ports: port(67) },
    ],
    why: "dhcp",
  },
  6: {
    routers: [134, 137],
    sources: [constant("::/128"), constant("fe80::/10")],
    // Multicast listeners, solicitation of routers and neighbours, and their advertisement.
    passing: [
      { kind: "source", prefixes: [constant("::/128"), constant("fe80::/10")] },
      ...icmp([130, 131, 132, 133, 135, 136, 143]),
    ],
    why: "neighbours",
  },
};

const ASTRAY: Condition = { kind: "astray" };

function ofPods(family: Family): readonly Verdict[] {
  const { routers, sources, passing, why } = UNROUTED[family];
  return [
    byItself("a pod is no router", "drop", icmp(routers)),
    byItself(why, "step-aside", passing),
    byItself("sources", "drop", [{ kind: "source", prefixes: sources }]),
    byItself("sources", "drop", [ASTRAY]),
  ];
}

/** Nothing on a node without pods; elsewhere in both families, whatever the program speaks of. */
export function planSenders({ cluster, node, family }: PolicyContext): Senders {
  if (!cluster.pods.some((pod) => pod.node === node)) return { pods: [], others: [] };
  const prefixes = localPods(cluster, node, family);
  const others = prefixes.length === 0 ? [] : [byItself("sources", "drop", [{ kind: "source", prefixes }, ASTRAY])];
  return { pods: ofPods(family), others };
}
