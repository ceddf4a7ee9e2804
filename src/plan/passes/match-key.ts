import type { PortRange } from "../../address/port.ts";
import { comparePrefix, type Prefix } from "../../address/prefix.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { Condition, Match } from "../plan.ts";

const portsKey = (ports: PortRange | null): string => (ports === null ? "*" : `${ports.first}-${ports.last}`);

function conditionKey(condition: Condition): string {
  switch (condition.kind) {
    case "source":
    case "destination":
      return `${condition.kind} ${condition.prefixes.map(({ text }) => text).join(",")}`;
    case "protocol":
      return condition.protocol;
    case "source-port":
    case "destination-port":
      return `${condition.kind} ${portsKey(condition.ports)}`;
    case "asked":
      return `asked ${condition.prefixes?.map(({ text }) => text).join(",") ?? "*"} ${portsKey(condition.ports)}`;
    case "translated":
    case "own-source":
    case "astray":
      return condition.kind;
    case "state":
      return condition.state;
    case "icmp-types":
      return `types ${condition.types.join(",")}`;
    case "leaves-by":
      return `leaves-by ${condition.device}`;
    case "loopback":
    case "pod-device":
      return `${condition.kind} ${condition.side}`;
    default:
      return unreachable(condition);
  }
}

/** Order by UTF-16 units: the same on every machine, whatever its language. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function comparePrefixLists(a: readonly Prefix[] | null, b: readonly Prefix[] | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const order = comparePrefix(a[at]!, b[at]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareConditions(a: Condition, b: Condition): number {
  if ((a.kind === "source" || a.kind === "destination") && a.kind === b.kind) {
    return comparePrefixLists(a.prefixes, b.prefixes);
  }
  return compareText(conditionKey(a), conditionKey(b));
}

/** One order of matches, by their conditions from the first on; addresses by value. */
export function compareMatches(a: Match, b: Match): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const order = compareConditions(a[at]!, b[at]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Equal for matches whose conditions are the same, in the same order. */
export const matchKey = (match: Match): string => match.map(conditionKey).join("; ");
