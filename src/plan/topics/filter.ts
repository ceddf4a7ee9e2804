/** The filter's stages besides policy: what policy never touches, what passes because it is known, what is rejected, what is let pass. */

import { mergePrefixes } from "../../address/intervals.ts";
import type { Prefix } from "../../address/prefix.ts";
import { hostPrefix } from "../../address/prefix.ts";
import type { Condition, FilterHook, PacketPlan, Stages, Verdict, VerdictAction } from "../plan.ts";
import type { PolicyContext } from "./destinations.ts";
import { podRanges, serviceRanges } from "./doors.ts";
import { planPolicy } from "./policy.ts";

const byItself = (statement: string, action: VerdictAction, match: readonly Condition[]): Verdict => ({
  match,
  action,
  statement,
  origin: null,
});

/** DHCP: a client's 68 and a server's 67 over UDP, either way, relays (67 to 67) included. */
const DHCP: readonly Condition[] = [
  { kind: "protocol", protocol: "udp" },
  { kind: "source-port", ports: { first: 67, last: 68 } },
  { kind: "destination-port", ports: { first: 67, last: 68 } },
];

function exempt(hook: FilterHook): readonly Verdict[] {
  const dhcp = byItself("dhcp", "step-aside", DHCP);
  if (hook === "forward") return [dhcp];
  return [byItself("loopback", "step-aside", [{ kind: "loopback", side: hook === "input" ? "in" : "out" }]), dhcp];
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
    exempt: exempt(hook),
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
