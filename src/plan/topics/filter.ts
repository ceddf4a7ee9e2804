/** The filter's stages besides policy: what policy never touches, what passes because it is known, what is rejected, what is let pass. */

import { mergePrefixes } from "../../address/intervals.ts";
import type { PortRange } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import { hostPrefix } from "../../address/prefix.ts";
import type { Condition, FilterHook, PacketPlan, Stages, Verdict, VerdictAction } from "../plan.ts";
import type { PolicyContext } from "./destinations.ts";
import { podRanges, serviceRanges } from "./doors.ts";
import { planPolicy } from "./policy.ts";
import { nodeAddresses, tunnelDevice } from "./tunnel.ts";

const byItself = (statement: string, action: VerdictAction, match: readonly Condition[]): Verdict => ({
  match,
  action,
  log: null,
  statement,
  origin: null,
});

const udp = (source: PortRange | null, destination: PortRange): readonly Condition[] => [
  { kind: "protocol", protocol: "udp" },
  ...(source === null ? [] : [{ kind: "source-port", ports: source } as const]),
  { kind: "destination-port", ports: destination },
];

/** DHCP: a client's 68 and a server's 67 over UDP, either way, relays (67 to 67) included; DHCPv6: 546 and 547 alike. */
const DHCP = { 4: { first: 67, last: 68 }, 6: { first: 546, last: 547 } } as const;

/** Multicast listeners (130–132, 143) and neighbour discovery (133–137): without them IPv6 itself ends. */
const NEIGHBOURS: readonly Condition[] = [
  { kind: "protocol", protocol: "icmp" },
  { kind: "icmp-types", types: [130, 131, 132, 133, 134, 135, 136, 137, 143] },
];

/** VXLAN between declared nodes: the inner packets are what policy is about. */
function tunnelled({ cluster, family }: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const nodes = nodeAddresses(cluster).filter((address) => address.family === family);
  if (tunnelDevice(cluster) === null || hook === "forward" || nodes.length === 0) return [];
  const end: Condition = { kind: hook === "input" ? "source" : "destination", prefixes: nodes.map(hostPrefix) };
  return [byItself("tunnel", "step-aside", [end, ...udp(null, { first: 4789, last: 4789 })])];
}

function exempt(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const { family } = context;
  const loopback: Condition = { kind: "loopback", side: hook === "input" ? "in" : "out" };
  return [
    ...(hook === "forward" ? [] : [byItself("loopback", "step-aside", [loopback])]),
    ...(family === 6 ? [byItself("neighbours", "step-aside", NEIGHBOURS)] : []),
    byItself("dhcp", "step-aside", udp(DHCP[family], DHCP[family])),
    ...tunnelled(context, hook),
  ];
}

/** Connections from or to pods, or translated by netc. */
function ours(context: PolicyContext, state: readonly Condition[]): readonly Verdict[] {
  const { cluster, family } = context;
  const pods = podRanges(cluster, family);
  const asked = serviceRanges(cluster, family);
  const leavesPods = context.doors.some((door) => door.backends.some((backend) => !backend.isPod));
  const found: Verdict[] = [];
  if (pods.length > 0) {
    found.push(byItself("from pods", "accept", [{ kind: "source", prefixes: pods }, ...state]));
    found.push(byItself("to pods", "accept", [{ kind: "destination", prefixes: pods }, ...state]));
  }
  if (leavesPods) {
    const match: Condition[] = [{ kind: "translated" }, { kind: "asked", prefixes: asked, ports: null }, ...state];
    found.push(byItself("services", "accept", match));
  }
  return found;
}

const KNOWN: readonly Condition[] = [{ kind: "state", state: "established" }];

function established(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const rest = byItself("established", "step-aside", KNOWN);
  return hook === "forward" ? [...ours(context, KNOWN), rest] : [rest];
}

/**
 * What still asks for a service's address behind translation: nobody serves it. Where the program declares no range, only addresses
 * that do not serve every port can be asked in vain.
 */
function unserved(context: PolicyContext): readonly Prefix[] {
  const { cluster, family, doors } = context;
  const isDeclared = cluster.settings.services.some((prefix) => prefix.address.family === family);
  if (isDeclared) return serviceRanges(cluster, family);
  const partial = doors.filter((door) => door.protocol !== null || door.backends.every(({ weight }) => weight === 0));
  return mergePrefixes(partial.map((door) => hostPrefix(door.address)));
}

function rejection(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const prefixes = hook === "input" ? [] : unserved(context);
  if (prefixes.length === 0) return [];
  const match: Condition[] = [
    { kind: "destination", prefixes },
    { kind: "state", state: "new" },
  ];
  return [byItself("not served", "reject", match)];
}

function stagesOf(context: PolicyContext, hook: FilterHook): Stages {
  return {
    exempt: exempt(context, hook),
    established: established(context, hook),
    policy: planPolicy(context, hook),
    "service-drops": [],
    rejection: rejection(context, hook),
    acceptance: hook === "forward" ? ours(context, []) : [],
  };
}

export function planFilter(context: PolicyContext): PacketPlan["filter"] {
  return {
    input: stagesOf(context, "input"),
    forward: stagesOf(context, "forward"),
    output: stagesOf(context, "output"),
  };
}
