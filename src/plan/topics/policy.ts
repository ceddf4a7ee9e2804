import { inFamily } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { PolicyRule, Selector } from "../../cluster/cluster.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import type { Condition, FilterHook, Verdict, VerdictAction } from "../plan.ts";
import { type PolicyContext, type Reading, readingsOf } from "./destinations.ts";
import { podRanges } from "./doors.ts";

/** Where a packet comes from; `prefixes` `null`: anywhere. */
interface Source {
  readonly prefixes: readonly Prefix[] | null;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
}

type Addresses = readonly Prefix[] | "any";

/** A node is everything it sends, on that node; its addresses elsewhere. It never sends from a declared pod's address, or another node's. */
function addressesOf(context: PolicyContext, { target }: Selector, hook: FilterHook): Addresses {
  const { cluster, node, family } = context;
  const ofNode = (other: typeof node): Addresses => {
    if (hook === "output") return other === node ? "any" : [];
    const address = inFamily(other.addresses, family);
    return other === node || address === null ? [] : [hostPrefix(address)];
  };
  switch (target.kind) {
    case "any":
      return "any";
    case "pods":
      return podRanges(cluster, family);
    case "nodes": {
      const lists = cluster.nodes.map(ofNode);
      return lists.includes("any") ? "any" : (lists as readonly (readonly Prefix[])[]).flat();
    }
    case "node":
      return ofNode(target.node);
    case "pod": {
      const address = inFamily(target.pod.addresses, family);
      return address === null || hook === "output" ? [] : [hostPrefix(address)];
    }
    case "prefix":
      return target.prefix.address.family === family ? [target.prefix] : [];
    case "services":
    case "service":
      throw new Bug("a service is no source");
    default:
      return unreachable(target);
  }
}

/** The sources of a rule, those of the same ports joined. */
function sourcesOf(context: PolicyContext, rule: PolicyRule, hook: FilterHook): readonly Source[] {
  const joined = new Map<string, Source>();
  for (const selector of rule.sources) {
    const addresses = addressesOf(context, selector, hook);
    if (addresses !== "any" && addresses.length === 0) continue;
    const { protocol, ports } = selector;
    const key = `${protocol} ${ports?.first}-${ports?.last}`;
    const earlier = joined.get(key);
    const isAny = addresses === "any" || earlier?.prefixes === null;
    const prefixes = isAny ? null : [...(earlier?.prefixes ?? []), ...(addresses as readonly Prefix[])];
    joined.set(key, { prefixes, protocol, ports });
  }
  return [...joined.values()];
}

function matchOf(source: Source, reading: Reading): readonly Condition[] | null {
  const protocol = source.protocol ?? reading.protocol;
  if (source.protocol !== null && reading.protocol !== null && source.protocol !== reading.protocol) return null;
  const match: Condition[] = [];
  if (source.prefixes !== null) match.push({ kind: "source", prefixes: source.prefixes });
  if (reading.of === "now" && reading.prefixes !== null)
    match.push({ kind: "destination", prefixes: reading.prefixes });
  if (protocol !== null) match.push({ kind: "protocol", protocol });
  if (source.ports !== null) match.push({ kind: "source-port", ports: source.ports });
  if (reading.of === "now" && reading.ports !== null) match.push({ kind: "destination-port", ports: reading.ports });
  if (reading.of === "asked") match.push({ kind: "asked", prefixes: reading.prefixes, ports: reading.ports });
  return match;
}

const ACTIONS: Readonly<Record<PolicyRule["verb"], VerdictAction>> = {
  allow: "next-stage",
  deny: "drop",
  reject: "reject",
};

/** The policy at one hook, first match first. */
export function planPolicy(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  return context.cluster.policy.flatMap((rule) => {
    const sources = sourcesOf(context, rule, hook);
    if (sources.length === 0) return [];
    return readingsOf(context, rule, hook).flatMap((reading) =>
      sources.flatMap((source) => {
        const match = matchOf(source, reading);
        return match === null
          ? []
          : [{ match, action: ACTIONS[rule.verb], statement: rule.statement, origin: rule.origin }];
      }),
    );
  });
}
