import type { PortRange } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import type { Condition, Match } from "../../plan/plan.ts";
import type { IptMatch } from "./ruleset.ts";

const ESTABLISHED: IptMatch = { kind: "state", states: ["ESTABLISHED", "RELATED"] };
const NEW: IptMatch = { kind: "state", states: ["NEW"] };
const TRANSLATED: IptMatch = { kind: "state", states: ["DNAT"] };

const NOTHING: readonly IptMatch[] = [];

function portsOf(match: Match, kind: "source-port" | "destination-port"): PortRange | null {
  const found = match.find((condition) => condition.kind === kind);
  return found !== undefined && "ports" in found ? found.ports : null;
}

/** A protocol, and the ports of the same match, which only a protocol's own module knows. */
function protocolOf(condition: Extract<Condition, { kind: "protocol" }>, match: Match): readonly IptMatch[] {
  const { protocol } = condition;
  const source = portsOf(match, "source-port");
  const destination = portsOf(match, "destination-port");
  const own: IptMatch = { kind: "protocol", protocol };
  return source === null && destination === null ? [own] : [own, { kind: "ports", protocol, source, destination }];
}

/** What always holds where the condition does. */
function single(condition: Condition, match: Match): readonly IptMatch[] {
  switch (condition.kind) {
    case "loopback":
      return [{ kind: condition.side === "in" ? "in-interface" : "out-interface", device: "lo" }];
    case "protocol":
      return protocolOf(condition, match);
    case "source-port":
    case "destination-port":
      if (!match.some(({ kind }) => kind === "protocol")) throw new Bug("a port without a protocol");
      return NOTHING;
    case "state":
      return [condition.state === "new" ? NEW : ESTABLISHED];
    case "translated":
      return [TRANSLATED];
    case "asked":
      return [{ kind: "original", prefix: null, ports: condition.ports }];
    case "source":
    case "destination":
      throw new Bug("a list of addresses is alternatives");
    default:
      return unreachable(condition);
  }
}

/** iptables has one address a match, so a list of prefixes is one alternative for each. */
function alternative(condition: Condition, prefix: Prefix): IptMatch {
  return condition.kind === "asked"
    ? { kind: "original", prefix, ports: condition.ports }
    : { kind: condition.kind === "source" ? "source" : "destination", prefix };
}

/** The matches of the rules that together are this match: one for each combination of addresses. */
export function alternatives(match: Match): readonly (readonly IptMatch[])[] {
  let found: IptMatch[][] = [[]];
  for (const condition of match) {
    const prefixes = "prefixes" in condition ? condition.prefixes : null;
    if (prefixes === null) {
      const own = single(condition, match);
      for (const matches of found) matches.push(...own);
    } else if (prefixes.length === 1) {
      const own = alternative(condition, prefixes[0]!);
      for (const matches of found) matches.push(own);
    } else found = found.flatMap((matches) => prefixes.map((prefix) => [...matches, alternative(condition, prefix)]));
  }
  return found;
}
