/** Conditions in nft's words. A list stays a list: nft looks it up in a set. */
import type { Family } from "../../address/address.ts";
import type { Protocol } from "../../address/port.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import { type Condition, type Match, POD_GROUP } from "../../plan/plan.ts";
import { protocolName } from "../protocol.ts";
import type { IpFamily, NftMatch } from "./ruleset.ts";

export const ipFamily = (family: Family): IpFamily => (family === 4 ? "ip" : "ip6");

/** Whether a condition holds for one family alone, whatever else the match says. */
const namesAddresses = (condition: Condition): boolean =>
  condition.kind === "source" ||
  condition.kind === "destination" ||
  (condition.kind === "asked" && condition.prefixes !== null);

/** Whether a match says in both families the same, in the same words. */
export function isCommon(match: Match): boolean {
  return !match.some(
    (condition) =>
      namesAddresses(condition) ||
      condition.kind === "icmp-types" ||
      (condition.kind === "protocol" && condition.protocol === "icmp"),
  );
}

function protocolOf(match: Match): Exclude<Protocol, "icmp"> {
  const found = match.find((condition) => condition.kind === "protocol");
  if (found?.kind !== "protocol" || found.protocol === "icmp")
    throw new Bug("a port without a protocol that has ports");
  return found.protocol;
}

/** What `match` says of packets that are of `family`. */
function wordsOf(condition: Condition, match: Match, family: Family): readonly NftMatch[] {
  switch (condition.kind) {
    case "loopback":
      return [{ kind: "device", field: condition.side === "in" ? "iifname" : "oifname", device: "lo" }];
    case "leaves-by":
      return [{ kind: "device", field: "oifname", device: condition.device }];
    case "source":
      return [{ kind: "address", family: ipFamily(family), field: "saddr", prefixes: condition.prefixes }];
    case "destination":
      return [{ kind: "address", family: ipFamily(family), field: "daddr", prefixes: condition.prefixes }];
    // A match of a port is one of its protocol.
    case "protocol": {
      const { protocol } = condition;
      if (match.some(({ kind }) => kind === "source-port" || kind === "destination-port")) return [];
      return [{ kind: "l4proto", protocol: protocolName(protocol, family) }];
    }
    case "source-port":
      return [{ kind: "port", protocol: protocolOf(match), field: "sport", ports: condition.ports }];
    case "destination-port":
      return [{ kind: "port", protocol: protocolOf(match), field: "dport", ports: condition.ports }];
    case "icmp-types":
      return [{ kind: family === 4 ? "icmp-type" : "icmpv6-type", types: condition.types }];
    case "pod-device":
      return [{ kind: "group", field: condition.side === "in" ? "iifgroup" : "oifgroup", group: POD_GROUP }];
    case "astray":
      return [{ kind: "astray" }];
    case "state":
      return [
        {
          kind: "ct-state",
          states: condition.state === "established" ? ["established", "related"] : [condition.state],
        },
      ];
    case "translated":
      return [{ kind: "ct-status", status: "dnat" }];
    case "own-source":
      return [{ kind: "own-source" }];
    case "asked": {
      const { prefixes, ports } = condition;
      if (ports !== null) protocolOf(match);
      return [
        ...(prefixes === null ? [] : [{ kind: "ct-original-address", family: ipFamily(family), prefixes } as const]),
        ...(ports === null ? [] : [{ kind: "ct-original-port", ports } as const]),
      ];
    }
    default:
      return unreachable(condition);
  }
}

/** Whether a match is of what leaves by the loopback device: there the device that a packet shows does not say it. */
const isToLoopback = (match: Match): boolean =>
  match.some((condition) => condition.kind === "loopback" && condition.side === "out");

/**
 * The matches of the rules that together are this match. In OUTPUT a packet shows the device of the route it had before nat translated it
 * (the hook's state is filled in once, ip_output.c): what a node asks of a nodeport of its own still shows `lo` when it leaves for a pod.
 * `ct status` is asked of packets of a connection alone: of any other it ends the rule (nft_ct_get_eval).
 */
export function alternativesOf(match: Match, family: Family | "both"): readonly (readonly NftMatch[])[] {
  const matches = matchesOf(match, family);
  if (!isToLoopback(match)) return [matches];
  return [
    [...matches, { kind: "ct-status", status: "no-dnat" }],
    [...matches, { kind: "ct-state", states: ["invalid", "untracked"] }],
    [...matches, { kind: "local-destination" }],
  ];
}

/** A match that holds for packets of one family alone, or, of a match that is common, for both. */
export function matchesOf(match: Match, family: Family | "both"): readonly NftMatch[] {
  const words = match.flatMap((condition) => wordsOf(condition, match, family === "both" ? 4 : family));
  if (family === "both" || match.some(namesAddresses)) return words;
  return [{ kind: "nfproto", family: family === 4 ? "ipv4" : "ipv6" }, ...words];
}
