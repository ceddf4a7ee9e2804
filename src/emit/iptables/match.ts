import type { Family } from "../../address/address.ts";
import type { PortRange } from "../../address/port.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import { type Condition, type Match, POD_GROUP } from "../../plan/plan.ts";
import { protocolName } from "../protocol.ts";
import { refuseMoreRules } from "../too-many-rules.ts";
import type { IptMatch } from "./ruleset.ts";

const STATES: Readonly<Record<Extract<Condition, { kind: "state" }>["state"], IptMatch>> = {
  established: { kind: "state", states: ["ESTABLISHED", "RELATED"] },
  new: { kind: "state", states: ["NEW"] },
  invalid: { kind: "state", states: ["INVALID"] },
};
const TRANSLATED: IptMatch = { kind: "state", states: ["DNAT"] };

const NOTHING: readonly IptMatch[] = [];

function portsOf(match: Match, kind: "source-port" | "destination-port"): PortRange | null {
  const found = match.find((condition) => condition.kind === kind);
  return found !== undefined && "ports" in found ? found.ports : null;
}

/** A protocol, and the ports of the same match, which only a protocol's own module knows. */
function protocolOf(
  condition: Extract<Condition, { kind: "protocol" }>,
  match: Match,
  family: Family,
): readonly IptMatch[] {
  const { protocol } = condition;
  if (protocol === "icmp") return [{ kind: "protocol", protocol: protocolName(protocol, family) }];
  const source = portsOf(match, "source-port");
  const destination = portsOf(match, "destination-port");
  const own: IptMatch = { kind: "protocol", protocol };
  return source === null && destination === null ? [own] : [own, { kind: "ports", protocol, source, destination }];
}

/** What always holds where the condition does. */
function single(condition: Condition, match: Match, family: Family): readonly IptMatch[] {
  switch (condition.kind) {
    case "loopback":
      return [{ kind: "in-interface", device: "lo" }];
    case "protocol":
      return protocolOf(condition, match, family);
    case "source-port":
    case "destination-port":
      if (!match.some(({ kind }) => kind === "protocol")) throw new Bug("a port without a protocol");
      return NOTHING;
    case "state":
      return [STATES[condition.state]];
    case "pod-device":
      return [{ kind: condition.side === "in" ? "in-group" : "out-group", group: POD_GROUP }];
    case "astray":
      return [{ kind: "astray" }];
    case "translated":
      return [TRANSLATED];
    case "own-source":
      return [{ kind: "own-source" }];
    case "asked":
      return condition.ports === null ? NOTHING : [{ kind: "original", prefix: null, ports: condition.ports }];
    case "leaves-by":
      return [{ kind: "out-interface", device: condition.device }];
    case "source":
    case "destination":
    case "icmp-types":
      throw new Bug("a list is alternatives");
    default:
      return unreachable(condition);
  }
}

/**
 * In OUTPUT a packet shows the device of the route that it had before nat translated it (the hook's state is filled in once, ip_output.c):
 * what a node asks of a nodeport of its own still shows `lo` when it leaves for a pod.
 */
const TO_LOOPBACK: readonly (readonly IptMatch[])[] = [
  [{ kind: "out-interface", device: "lo" }, { kind: "untranslated" }],
  [{ kind: "out-interface", device: "lo" }, { kind: "local-destination" }],
];

/** What a list is, the matches of one item each; `null` for a condition that is no list. iptables has one address, and one ICMP type, a match. */
function options(condition: Condition, family: Family): readonly (readonly IptMatch[])[] | null {
  switch (condition.kind) {
    case "source":
    case "destination":
      return condition.prefixes.map((prefix) => [{ kind: condition.kind, prefix }]);
    case "asked":
      return condition.prefixes?.map((prefix) => [{ kind: "original", prefix, ports: condition.ports }]) ?? null;
    case "loopback":
      return condition.side === "in" ? null : TO_LOOPBACK;
    case "icmp-types":
      return condition.types.map((type) => [{ kind: family === 4 ? "icmp-type" : "icmpv6-type", type }]);
    default:
      return null;
  }
}

/** The matches of the rules that together are this match: one for each combination of a list's items. Throws `TooManyRules`, which names the statement. */
export function alternatives(match: Match, family: Family, statement: string): readonly (readonly IptMatch[])[] {
  let found: IptMatch[][] = [[]];
  for (const condition of match) {
    const list = options(condition, family);
    const only = list === null ? single(condition, match, family) : list.length === 1 ? list[0]! : null;
    if (only !== null) {
      for (const matches of found) matches.push(...only);
      continue;
    }
    refuseMoreRules(found.length * list!.length, statement);
    found = found.flatMap((matches) => list!.map((option) => [...matches, ...option]));
  }
  return found;
}
