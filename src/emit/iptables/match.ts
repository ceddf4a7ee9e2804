import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import type { Match } from "../../plan/plan.ts";
import type { IptMatch } from "./ruleset.ts";

/** iptables has one address a match: each list of prefixes becomes alternatives. */
interface Parts {
  readonly before: IptMatch[];
  readonly after: IptMatch[];
  sources: readonly Prefix[] | null;
  destinations: readonly Prefix[] | null;
  originals: readonly Prefix[] | null;
  originalPorts: PortRange | null;
  protocol: Protocol | null;
  sourcePorts: PortRange | null;
  destinationPorts: PortRange | null;
}

function gather(match: Match): Parts {
  const parts: Parts = {
    before: [],
    after: [],
    sources: null,
    destinations: null,
    originals: null,
    originalPorts: null,
    protocol: null,
    sourcePorts: null,
    destinationPorts: null,
  };
  for (const condition of match) {
    switch (condition.kind) {
      case "loopback":
        parts.before.push({ kind: condition.side === "in" ? "in-interface" : "out-interface", device: "lo" });
        break;
      case "source":
        parts.sources = condition.prefixes;
        break;
      case "destination":
        parts.destinations = condition.prefixes;
        break;
      case "protocol":
        parts.protocol = condition.protocol;
        break;
      case "source-port":
        parts.sourcePorts = condition.ports;
        break;
      case "destination-port":
        parts.destinationPorts = condition.ports;
        break;
      case "asked":
        parts.originals = condition.prefixes;
        parts.originalPorts = condition.ports;
        break;
      case "state":
        parts.after.push({ kind: "state", states: condition.state === "new" ? ["NEW"] : ["ESTABLISHED", "RELATED"] });
        break;
      case "translated":
        parts.after.push({ kind: "state", states: ["DNAT"] });
        break;
      default:
        unreachable(condition);
    }
  }
  return parts;
}

function ports(parts: Parts): readonly IptMatch[] {
  const { protocol, sourcePorts: source, destinationPorts: destination } = parts;
  if (protocol === null) {
    if (source !== null || destination !== null) throw new Bug("a port without a protocol");
    return [];
  }
  const own: IptMatch = { kind: "protocol", protocol };
  return source === null && destination === null ? [own] : [own, { kind: "ports", protocol, source, destination }];
}

const each = (prefixes: readonly Prefix[] | null): readonly (Prefix | null)[] => prefixes ?? [null];

/** The rules' matches that together are this match: one for each combination of addresses. */
export function alternatives(match: Match): readonly (readonly IptMatch[])[] {
  const parts = gather(match);
  const middle = ports(parts);
  const found: (readonly IptMatch[])[] = [];
  for (const source of each(parts.sources)) {
    for (const destination of each(parts.destinations)) {
      for (const original of each(parts.originals)) {
        const asked = original !== null || parts.originalPorts !== null;
        found.push([
          ...parts.before,
          ...(source === null ? [] : [{ kind: "source", prefix: source } as const]),
          ...(destination === null ? [] : [{ kind: "destination", prefix: destination } as const]),
          ...middle,
          ...parts.after,
          ...(asked ? [{ kind: "original", prefix: original, ports: parts.originalPorts } as const] : []),
        ]);
      }
    }
  }
  return found;
}
