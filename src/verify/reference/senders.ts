/**
 * raw PREROUTING (language.md §3.10, first paragraph): a pod is what comes in by its veth, and sends what is routed back to that; from elsewhere
 * nobody sends as a pod of this node. In both families on a node that has a pod, whatever families the program has.
 */
import { type Action, type AddressRange, POD_GROUP, type Rule, type Test } from "../program.ts";
import { v4, v6Address, v6Network } from "./addresses.ts";
import { localPods, type Subject } from "./subject.ts";
import { addressIn, type Chain, portIn, protocolIs, RETURN, rule } from "./words.ts";

const DROP: Action = { kind: "drop" };

const BY_POD: Test = { kind: "group", side: "in", group: POD_GROUP, is: true };
const ASTRAY: Test = { kind: "way-back", is: false };

const CLIENT = { first: 68, last: 68 };
const SERVER = { first: 67, last: 67 };

interface Unrouted {
  /** ICMP that a router says: its advertisement and its redirect. */
  readonly routers: readonly number[];
  /** Sources that lead back nowhere. */
  readonly sources: readonly AddressRange[];
  /** What a pod without an address sends all the same. */
  readonly passes: readonly Test[];
}

const ICMP: Readonly<Record<4 | 6, Test>> = { 4: protocolIs("icmp", 4), 6: protocolIs("icmp", 6) };

const UNROUTED: Readonly<Record<4 | 6, Unrouted>> = {
  4: {
    routers: [5, 9],
    sources: [v4(0, 0, 0, 0, 8)],
    passes: [
      addressIn("source", [v4(0, 0, 0, 0)]),
      protocolIs("udp", 4),
      portIn("source-port", CLIENT),
      portIn("destination-port", SERVER),
    ],
  },
  6: {
    routers: [134, 137],
    sources: [v6Address(0n), v6Network(0xfe80n, 10)],
    passes: [
      addressIn("source", [v6Address(0n), v6Network(0xfe80n, 10)]),
      ICMP[6],
      // Multicast listeners; solicitation of routers, and of neighbours, who answer.
      { kind: "icmp-type", types: [130, 131, 132, 143, 133, 135, 136] },
    ],
  },
};

const BY_PODS = "raw-prerouting by pods";

function byPods(family: 4 | 6): readonly Rule[] {
  const { routers, sources, passes } = UNROUTED[family];
  return [
    rule("a pod is no router", [ICMP[family], { kind: "icmp-type", types: routers }], DROP),
    rule("without an address", passes, RETURN),
    rule("sources", [addressIn("source", sources)], DROP),
    rule("sources", [ASTRAY], DROP),
  ];
}

export function senderChains(subject: Subject): readonly Chain[] {
  const { cluster, node, family } = subject;
  if (!cluster.pods.some((pod) => pod.node === node)) return [];
  const local = localPods(subject);
  const asPods = local.length === 0 ? [] : [rule("sources", [addressIn("source", local), ASTRAY], DROP)];
  return [
    ["raw-prerouting", [rule("pods", [BY_POD], { kind: "goto", chain: BY_PODS }), ...asPods]],
    [BY_PODS, byPods(family)],
  ];
}
