/**
 * What a policy's destination means at one hook of one node (docs/semantics.md, "Policy reads the destination twice"):
 * the destination that the packet now has, and the one that the client asked for, address and port together.
 *
 * Two facts keep the rules short. Nothing translates a connection that asks for a declared pod's own address, so there both readings
 * are one. And a pod's address is never delivered locally on a node.
 */

import type { Family } from "../../address/address.ts";
import { inFamily, sameAddress } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { covers, hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode, PolicyRule, Selector } from "../../cluster/cluster.ts";
import type { DoorIndex } from "../../cluster/door-index.ts";
import { askedPorts, meetParts, type PortPart, shiftPorts } from "../../cluster/doors.ts";
import { coveredAmong, listensWidely, nodeportHosts, shiftOf } from "../../cluster/sides.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { FilterHook } from "../plan.ts";
import type { Door } from "./doors.ts";
import { podRanges, serviceRanges } from "./doors.ts";
import { nodeportPrefixes } from "./nodeports.ts";

/** One way to match: addresses (`null`: any) and ports, of the packet as it is now or of what was asked. */
export interface Reading {
  readonly of: "now" | "asked";
  readonly prefixes: readonly Prefix[] | null;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
  /** Where the packet goes as well, translated; `null`: anywhere. */
  readonly behind?: readonly Prefix[] | null;
}

export interface PolicyContext {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly family: Family;
  readonly doors: readonly Door[];
  /** The same by service and by address. */
  readonly index: DoorIndex<Door>;
  /** External and load-balancer addresses. */
  readonly more: ReadonlySet<string>;
}

/** Where connections to `asked` ports of the door arrive: each backend, on the port that these map to. */
function behind(door: Door, asked: PortPart, hook: FilterHook): readonly Reading[] {
  return door.backends
    .filter(({ isPod }) => hook !== "input" || !isPod)
    .map(({ address, port }) => ({
      of: "now",
      prefixes: [hostPrefix(address)],
      protocol: asked.protocol,
      ports: shiftPorts(asked.ports, shiftOf(door, port)),
    }));
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
  const { cluster, family, index } = context;
  const pods = podRanges(cluster, family);
  const holdsDoor = (prefix: Prefix): boolean =>
    index.isIn(prefix) || (index.nodeports().length > 0 && nodeportHosts(cluster).some((host) => covers(prefix, host)));
  const isPodsOnly = (prefix: Prefix) => pods.some((range) => covers(range, prefix)) && !holdsDoor(prefix);
  const fixed = prefixes.filter(isPodsOnly);
  const others = prefixes.filter((prefix) => !isPodsOnly(prefix));
  return [...(fixed.length === 0 ? [] : [{ of: "now", prefixes: fixed, ...ports } as const]), ...both(others, ports)];
}

/** What asked for a nodeport at an address of this node that nobody declared: known by where it goes. */
function atOwnAddress(context: PolicyContext, door: Door, ports: PortPart): readonly Reading[] {
  if (!listensWidely(context.cluster) || door.backends.length === 0) return [];
  const prefixes = nodeportPrefixes(context);
  if (prefixes?.length === 0) return [];
  const to = mergePrefixes(door.backends.map(({ address }) => hostPrefix(address)));
  return [{ of: "asked", prefixes, ...ports, behind: to }];
}

/** Those of every nodeport that a selector of a node meets. */
const ofOwnNodeports = (context: PolicyContext, ports: PortPart): readonly Reading[] =>
  !listensWidely(context.cluster)
    ? []
    : context.index.nodeports().flatMap((door) => {
        const met = meetParts(ports, { protocol: door.protocol, ports: door.port });
        return met === null ? [] : atOwnAddress(context, door, met);
      });

/** A service's nodeport: at each node's declared address, and here at whichever it listens on. */
function ofNodeport(context: PolicyContext, door: Door, ports: PortPart, hook: FilterHook): readonly Reading[] {
  const { cluster, node, family } = context;
  const declared = nodeportHosts(cluster).filter(({ address }) => address.family === family);
  const own = inFamily(node.addresses, family);
  const isHere = ({ address }: Prefix): boolean => own !== null && sameAddress(address, own);
  const asked = both(hook === "input" ? declared.filter(isHere) : declared, ports);
  if (!listensWidely(cluster)) return asked;
  const delivered = nodeportPrefixes(context);
  const isDelivered = hook === "input" && delivered?.length !== 0;
  const here: readonly Reading[] = isDelivered ? [{ of: "now", prefixes: delivered, ...ports }] : [];
  return [...asked, ...here, ...atOwnAddress(context, door, ports)];
}

/** A service's door. No node holds a service's own address, so that nothing is delivered there; others it may hold. */
function ofDoor(context: PolicyContext, door: Door, ports: PortPart, hook: FilterHook): readonly Reading[] {
  if (door.address === null) return ofNodeport(context, door, ports, hook);
  const isElsewhere = door.kind === "vip" && hook === "input" && door.backends.every(({ isPod }) => isPod);
  return isElsewhere ? [] : both([hostPrefix(door.address)], ports);
}

/** On that node itself: everything delivered locally. Everywhere: what asked for its addresses. */
function ofNode(context: PolicyContext, node: ClusterNode, ports: PortPart, hook: FilterHook): readonly Reading[] {
  const address = inFamily(node.addresses, context.family);
  const prefixes = address === null ? [] : [hostPrefix(address)];
  const asked: readonly Reading[] = prefixes.length === 0 ? [] : [{ of: "asked", prefixes, ...ports }];
  if (node === context.node) {
    const nodeports = ofOwnNodeports(context, ports);
    if (hook !== "input") return [...asked, ...nodeports];
    const local: Reading = { of: "now", prefixes: null, ...ports };
    return ports.protocol === null ? [local] : [local, ...asked, ...nodeports];
  }
  return hook === "input" ? [] : both(prefixes, ports);
}

/** The whole destination: `any`, with a port in either reading. */
function ofAny(ports: PortPart): readonly Reading[] {
  const now: Reading = { of: "now", prefixes: null, ...ports };
  return ports.ports === null ? [now] : [now, { of: "asked", prefixes: null, ...ports }];
}

function ofSelector(context: PolicyContext, selector: Selector, hook: FilterHook): readonly Reading[] {
  const { cluster, family, index } = context;
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
      if (address === null) return [];
      if (context.more.has(address.text)) return both([hostPrefix(address)], ports);
      return hook === "input" ? [] : [{ of: "now", prefixes: [hostPrefix(address)], ...ports }];
    }
    case "prefix":
      return target.prefix.address.family === family ? ofPrefixes(context, [target.prefix], ports) : [];
    case "service":
      return index.ofService(target.service).flatMap((door) => {
        const asked = askedPorts(selector, door);
        return asked === null ? [] : ofDoor(context, door, asked, hook);
      });
    default:
      return unreachable(target);
  }
}

/** An `allow` of a service's door lets its backends be reached on the ports it maps to, so that the verdict is the same wherever they run. */
function letThrough(context: PolicyContext, selector: Selector, hook: FilterHook): readonly Reading[] {
  if (selector.target.kind === "any" && selector.ports === null) return [];
  return coveredAmong(context.index, context.cluster, selector.target, context.family).flatMap((door) => {
    const asked = askedPorts(selector, door);
    return asked === null ? [] : behind(door, asked, hook);
  });
}

/** Everything that a rule's destinations mean at one hook; readings of the same ports joined. */
export function readingsOf(context: PolicyContext, rule: PolicyRule, hook: FilterHook): readonly Reading[] {
  const all = rule.destinations.flatMap((selector) => [
    ...ofSelector(context, selector, hook),
    ...(rule.verb === "allow" ? letThrough(context, selector, hook) : []),
  ]);
  const joined = new Map<string, Reading & { readonly prefixes: Prefix[] | null }>();
  for (const reading of all) {
    const ports = `${reading.ports?.first}-${reading.ports?.last}`;
    const to = reading.behind?.map(({ text }) => text).join() ?? "";
    const key = `${reading.of} ${reading.prefixes === null} ${reading.protocol} ${ports} ${to}`;
    const earlier = joined.get(key);
    if (earlier === undefined) joined.set(key, { ...reading, prefixes: reading.prefixes && [...reading.prefixes] });
    else for (const prefix of reading.prefixes ?? []) earlier.prefixes?.push(prefix);
  }
  return [...joined.values()];
}
