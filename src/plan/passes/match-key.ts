import type { PortRange } from "../../address/port.ts";
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
      return "translated";
    case "state":
      return condition.state;
    case "loopback":
      return `loopback ${condition.side}`;
    default:
      return unreachable(condition);
  }
}

/** Equal for matches whose conditions are the same, in the same order. */
export const matchKey = (match: Match): string => match.map(conditionKey).join("; ");
