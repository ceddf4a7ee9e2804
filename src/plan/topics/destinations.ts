/**
 * What a policy's destination means at one hook of one node (docs/semantics.md, "Policy reads the destination twice"):
 * the destination that the packet now has, and the one that the client asked for, address and port together.
 *
 * Two facts keep the rules short. Nothing translates a connection that asks for a declared pod's own address, so there both readings
 * are one. And a pod's address is never delivered locally on a node.
 */

import type { Family } from "../../address/address.ts";
import { inFamily } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { contains, covers, hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode, PolicyRule, Selector } from "../../cluster/cluster.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { FilterHook } from "../plan.ts";
import type { Door } from "./doors.ts";
import { podRanges, serviceRanges } from "./doors.ts";

/** One way to match: addresses (`null`: any) and ports, of the packet as it is now or of what was asked. */
export interface Reading {
  readonly of: "now" | "asked";
  readonly prefixes: readonly Prefix[] | null;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
}

export interface PolicyContext {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly family: Family;
  readonly doors: readonly Door[];
}

type PortPart = Pick<Reading, "protocol" | "ports">;

const intersect = (a: PortRange | null, b: PortRange | null): PortRange | null | "empty" => {
  if (a === null || b === null) return a ?? b;
  const first = Math.max(a.first, b.first);
  const last = Math.min(a.last, b.last);
  return first > last ? "empty" : { first, last };
};

/** The ports on which a selector meets a door; `null` where it does not. */
export function meeting(selector: Selector, door: Door): PortPart | null {
  const protocol = door.protocol ?? selector.protocol;
  if (door.protocol !== null && selector.protocol !== null && door.protocol !== selector.protocol) return null;
  const ports = intersect(selector.ports, door.port);
  return ports === "empty" ? null : { protocol, ports };
}

/** Where connections to `asked` ports of the door arrive: each backend, on the port that these map to. */
function behind(door: Door, asked: PortPart, hook: FilterHook): readonly Reading[] {
  return door.backends
    .filter(({ isPod }) => hook !== "input" || !isPod)
    .map(({ address, port }) => ({
      of: "now",
      prefixes: [hostPrefix(address)],
      protocol: asked.protocol,
      ports:
        port === null || door.port === null || asked.ports === null ? asked.ports : shift(asked.ports, door.port, port),
    }));
}

function shift(asked: PortRange, door: PortRange, backend: PortRange): PortRange {
  const by = backend.first - door.first;
  return { first: asked.first + by, last: asked.last + by };
}

function both(prefixes: readonly Prefix[], ports: PortPart): readonly Reading[] {
  return prefixes.length === 0
    ? []
    : [
        { of: "now", prefixes, ...ports },
        { of: "asked", prefixes, ...ports },
      ];
}

/** Both readings, or only the present one where nothing can translate what asks for these addresses. */
function ofPrefixes(context: PolicyContext, prefixes: readonly Prefix[], ports: PortPart): readonly Reading[] {
  const pods = podRanges(context.cluster, context.family);
  const isPodsOnly = (prefix: Prefix) =>
    pods.some((range) => covers(range, prefix)) && !context.doors.some((door) => contains(prefix, door.address));
  const fixed = prefixes.filter(isPodsOnly);
  const others = prefixes.filter((prefix) => !isPodsOnly(prefix));
  return [...(fixed.length === 0 ? [] : [{ of: "now", prefixes: fixed, ...ports } as const]), ...both(others, ports)];
}

/** On that node itself: everything delivered locally. Everywhere: what asked for its addresses. */
function ofNode(context: PolicyContext, node: ClusterNode, ports: PortPart, hook: FilterHook): readonly Reading[] {
  const address = inFamily(node.addresses, context.family);
  const prefixes = address === null ? [] : [hostPrefix(address)];
  const asked: readonly Reading[] = prefixes.length === 0 ? [] : [{ of: "asked", prefixes, ...ports }];
  if (node === context.node) {
    if (hook !== "input") return asked;
    const local: Reading = { of: "now", prefixes: null, ...ports };
    return ports.protocol === null ? [local] : [local, ...asked];
  }
  return hook === "input" ? [] : both(prefixes, ports);
}

/** The whole destination: `any`, with a port in either reading. */
function ofAny(ports: PortPart): readonly Reading[] {
  const now: Reading = { of: "now", prefixes: null, ...ports };
  return ports.ports === null ? [now] : [now, { of: "asked", prefixes: null, ...ports }];
}

function ofSelector(context: PolicyContext, selector: Selector, hook: FilterHook): readonly Reading[] {
  const { cluster, family, doors } = context;
  const { target } = selector;
  const ports: PortPart = { protocol: selector.protocol, ports: selector.ports };
  switch (target.kind) {
    case "any":
      return ofAny(ports);
    case "pods":
      return ofPrefixes(context, podRanges(cluster, family), ports);
    case "services":
      return both(serviceRanges(cluster, family), ports);
    case "nodes":
      return cluster.nodes.flatMap((node) => ofNode(context, node, ports, hook));
    case "node":
      return ofNode(context, target.node, ports, hook);
    case "pod": {
      const address = inFamily(target.pod.addresses, family);
      return address === null || hook === "input" ? [] : [{ of: "now", prefixes: [hostPrefix(address)], ...ports }];
    }
    case "prefix":
      return target.prefix.address.family === family ? ofPrefixes(context, [target.prefix], ports) : [];
    case "service":
      return doors.flatMap((door) => {
        const met = door.service === target.service ? meeting(selector, door) : null;
        const isLocal = hook === "input" && door.backends.every(({ isPod }) => isPod);
        return met === null || isLocal ? [] : both([hostPrefix(door.address)], met);
      });
    default:
      return unreachable(target);
  }
}

function coversDoor(context: PolicyContext, { target }: Selector, door: Door): boolean {
  switch (target.kind) {
    case "service":
      return target.service === door.service;
    case "any":
    case "services":
      return true;
    case "prefix":
      return target.prefix.address.family === context.family && contains(target.prefix, door.address);
    default:
      return false;
  }
}

/** An `allow` of a service's door lets its backends be reached on the ports it maps to, so that the verdict is the same wherever they run. */
function letThrough(context: PolicyContext, selector: Selector, hook: FilterHook): readonly Reading[] {
  if (selector.target.kind === "any" && selector.ports === null) return [];
  return context.doors.flatMap((door) => {
    const met = coversDoor(context, selector, door) ? meeting(selector, door) : null;
    return met === null ? [] : behind(door, met, hook);
  });
}

/** Everything that a rule's destinations mean at one hook; readings of the same ports joined. */
export function readingsOf(context: PolicyContext, rule: PolicyRule, hook: FilterHook): readonly Reading[] {
  const all = rule.destinations.flatMap((selector) => [
    ...ofSelector(context, selector, hook),
    ...(rule.verb === "allow" ? letThrough(context, selector, hook) : []),
  ]);
  const joined = new Map<string, Reading>();
  for (const reading of all) {
    const key = `${reading.of} ${reading.prefixes === null} ${reading.protocol} ${reading.ports?.first}-${reading.ports?.last}`;
    const earlier = joined.get(key);
    const prefixes =
      earlier?.prefixes && reading.prefixes ? [...earlier.prefixes, ...reading.prefixes] : reading.prefixes;
    joined.set(key, { ...reading, prefixes });
  }
  return [...joined.values()];
}
