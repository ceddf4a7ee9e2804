/** The filter's stages besides policy: what policy never touches, what passes because it is known, what fits nothing, what is rejected, what is let pass. */

import { inFamily } from "../../address/address.ts";
import type { PortRange } from "../../address/port.ts";
import { hostPrefix } from "../../address/prefix.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import { compareDoors } from "../door-order.ts";
import type { Condition, FilterHook, PacketPlan, Stages, Verdict } from "../plan.ts";
import { hosts } from "./addresses.ts";
import { askedAt, isAskedWithPorts, servedPrefixes } from "./asked.ts";
import type { PolicyContext } from "./destinations.ts";
import { podRanges } from "./doors.ts";
import { planInvalid } from "./invalid.ts";
import { planPolicy } from "./policy.ts";
import { byItself, planRejection, planServiceDrops } from "./refusals.ts";
import { nodeAddresses, tunnelDevice } from "./tunnel.ts";

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

/**
 * VXLAN between the declared addresses of nodes: the inner packets are what policy is about. The tunnel's end listens at every address of
 * its node, so that anything else to its port is dropped, and so is what a node would forward to another's, as whom ever it then sends.
 */
function tunnelled({ cluster, node, family }: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const nodes = nodeAddresses(cluster).filter((address) => address.family === family);
  if (tunnelDevice(cluster) === null || nodes.length === 0) return [];
  const port = udp(null, { first: 4789, last: 4789 });
  const from: Condition = { kind: "source", prefixes: nodes.map(hostPrefix) };
  const to: Condition = { kind: "destination", prefixes: nodes.map(hostPrefix) };
  switch (hook) {
    case "input": {
      const own = hosts(inFamily(node.addresses, family));
      const here = byItself("tunnel", "step-aside", [from, { kind: "destination", prefixes: own }, ...port]);
      return [...(own.length === 0 ? [] : [here]), byItself("tunnel", "drop", port)];
    }
    case "forward":
      return [byItself("tunnel", "drop", [to, ...port])];
    case "output":
      return [byItself("tunnel", "step-aside", [to, ...port])];
    default:
      return unreachable(hook);
  }
}

function exempt(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const { family } = context;
  const loopback: Condition = { kind: "loopback", side: hook === "input" ? "in" : "out" };
  return [
    ...(hook === "forward" ? tunnelled(context, hook) : [byItself("loopback", "step-aside", [loopback])]),
    ...(family === 6 ? [byItself("neighbours", "step-aside", NEIGHBOURS)] : []),
    byItself("dhcp", "step-aside", udp(DHCP[family], DHCP[family])),
    ...(hook === "forward" ? [] : tunnelled(context, hook)),
  ];
}

/** What was translated by a door that leads to more than pods, or did before it drained: an unanswered UDP flow stays new. */
function translated(context: PolicyContext, isKnown: boolean): readonly (readonly Condition[])[] {
  const { cluster, family } = context;
  const leaving = context.doors.filter((door) => door.backends.some((backend) => !backend.isPod));
  if (leaving.length === 0) return [];
  const asked = servedPrefixes(cluster, family);
  const whole: readonly Condition[] = [{ kind: "translated" }, { kind: "asked", prefixes: asked, ports: null }];
  const exact = leaving.filter((door) => isAskedWithPorts(context, door)).toSorted(compareDoors);
  return [
    ...(asked.length === 0 ? [] : [whole]),
    ...exact.flatMap((door) => {
      const there = askedAt(context, door, door.backends);
      const back = isKnown ? askedAt(context, door, door.backends, "source") : null;
      // Of an address that is known both are the same.
      const isOther = back?.some(({ kind }) => kind === "source") === true;
      return [...(there === null ? [] : [there]), ...(back !== null && isOther ? [back] : [])];
    }),
  ];
}

/** Connections from or to pods, or translated by netc. */
function ours(context: PolicyContext, state: readonly Condition[]): readonly Verdict[] {
  const pods = podRanges(context.cluster, context.family);
  const found: Verdict[] = [];
  if (pods.length > 0) {
    found.push(byItself("from pods", "accept", [{ kind: "source", prefixes: pods }, ...state]));
    found.push(byItself("to pods", "accept", [{ kind: "destination", prefixes: pods }, ...state]));
  }
  for (const match of translated(context, state.length > 0)) {
    found.push(byItself("services", "accept", [...match, ...state]));
  }
  return found;
}

const KNOWN: readonly Condition[] = [{ kind: "state", state: "established" }];

function established(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const rest = byItself("established", "step-aside", KNOWN);
  return hook === "forward" ? [...ours(context, KNOWN), rest] : [rest];
}

function stagesOf(context: PolicyContext, hook: FilterHook): Stages {
  return {
    exempt: exempt(context, hook),
    established: established(context, hook),
    invalid: planInvalid(context, hook),
    policy: planPolicy(context, hook),
    "service-drops": planServiceDrops(context, hook),
    rejection: planRejection(context, hook),
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
