/**
 * What a policy's destination is (language.md §3.7): the one that the client asked for, or the one that the packet now has, address and
 * port together in either reading; a service is all its frontends; a node is everything delivered there, and elsewhere what asked for its address.
 */
import type { ClusterNode, PolicyRule, Selector } from "../../cluster/cluster.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { AddressRange } from "../program.ts";
import { holds, liesIn, ofFamily, only, rangesIn } from "./addresses.ts";
import type { Frontend } from "./frontends.ts";
import { listensWidely, nodeportAddresses } from "./nodeports.ts";
import { both, joined, type Reading, reading } from "./readings.ts";
import { inBoth, type PortPart, portsAsked, portsBehind, rangesOf } from "./selectors.ts";
import { declaredAddress, type Subject } from "./subject.ts";

export type FilterHook = "input" | "forward" | "output";

/** Nothing translates what asks for an address within the pod ranges that no service has: there both readings are one. */
function isNeverTranslated(subject: Subject, range: AddressRange): boolean {
  const { pods, index, nodeportHosts } = subject;
  if (!pods.some((each) => liesIn(range, each))) return false;
  const holdsNodeport = index.nodeports().length > 0 && nodeportHosts.some((host) => liesIn(host, range));
  return !holdsNodeport && index.within(range).length === 0;
}

const ofRange = (subject: Subject, range: AddressRange, part: PortPart): readonly Reading[] =>
  isNeverTranslated(subject, range) ? [reading("destination", [range], part)] : both([range], part);

/**
 * What asked for a nodeport at an address of this node that nobody declared: it was translated, asked for the port, and goes to one of
 * the backends.
 */
function atUnknownAddress(subject: Subject, { backends }: Frontend, part: PortPart): readonly Reading[] {
  const ranges = nodeportAddresses(subject);
  if (!listensWidely(subject) || backends.length === 0 || ranges?.length === 0) return [];
  return [{ ...reading("asked", ranges, part), behind: backends.map(({ address }) => only(address)) }];
}

/** "On that node, everything delivered locally whatever the address, and everywhere a connection that asked for the node's address, nodeports included." */
function ofNode(subject: Subject, node: ClusterNode, part: PortPart, hook: FilterHook): readonly Reading[] {
  const address = declaredAddress(node, subject.family);
  // A node delivers nothing that is another's.
  if (node !== subject.node) return hook === "input" ? [] : both(address, part);
  const asked = address.length === 0 ? [] : [reading("asked", address, part)];
  const nodeports = subject.index.nodeports().flatMap((frontend) => {
    const met = inBoth(part, { protocol: frontend.protocol, ports: frontend.port });
    return met === null ? [] : atUnknownAddress(subject, frontend, met);
  });
  // What goes to the node's own address is delivered, and passes INPUT alone.
  if (hook !== "input") return [...asked, ...nodeports];
  return [reading("destination", null, part), ...asked, ...nodeports];
}

/** A nodeport is at every node's declared address that nodeports listen on, and here wherever else they do. */
function ofNodeport(subject: Subject, frontend: Frontend, part: PortPart, hook: FilterHook): readonly Reading[] {
  const { nodeportHosts, own } = subject;
  // A node delivers nothing that is another's.
  const isMine = (host: AddressRange): boolean => own.some((each) => holds(each, host.first));
  const known = both(hook === "input" ? nodeportHosts.filter(isMine) : nodeportHosts, part);
  if (!listensWidely(subject)) return known;
  const ranges = nodeportAddresses(subject);
  const isDelivered = hook === "input" && ranges?.length !== 0;
  const here = isDelivered ? [reading("destination", ranges, part)] : [];
  return [...known, ...here, ...atUnknownAddress(subject, frontend, part)];
}

function ofFrontend(subject: Subject, frontend: Frontend, part: PortPart, hook: FilterHook): readonly Reading[] {
  const { address, kind, backends } = frontend;
  if (address === null) return ofNodeport(subject, frontend, part, hook);
  // No node holds a service's own address, nor a declared pod's: nothing of it is delivered here.
  const isNeverHere = kind === "vip" && backends.every(({ isPod }) => isPod);
  return hook === "input" && isNeverHere ? [] : both([only(address)], part);
}

function ofSelector(subject: Subject, item: Selector, hook: FilterHook): readonly Reading[] {
  const { cluster, family } = subject;
  const { target } = item;
  const part: PortPart = { protocol: item.protocol, ports: item.ports };
  switch (target.kind) {
    case "any":
      return both(null, part);
    case "pods":
      return subject.pods.flatMap((range) => ofRange(subject, range, part));
    case "services":
      return both(subject.services, part);
    case "nodes":
      return cluster.nodes.flatMap((node) => ofNode(subject, node, part, hook));
    case "node":
      return ofNode(subject, target.node, part, hook);
    case "pod": {
      const address = ofFamily(target.pod.addresses, family);
      if (address !== null && subject.more.has(address.value)) return both([only(address)], part);
      // Nothing translates what asks for it, and no node delivers it: it is the pod's.
      return hook === "input" || address === null ? [] : [reading("destination", [only(address)], part)];
    }
    case "prefix":
      return rangesIn(family, [target.prefix]).flatMap((range) => ofRange(subject, range, part));
    case "service":
      return subject.index.ofService(target.service).flatMap((frontend) => {
        const asked = portsAsked(item, frontend);
        return asked === null ? [] : ofFrontend(subject, frontend, asked, hook);
      });
    default:
      return unreachable(target);
  }
}

/** Whether some address where nodeports listen lies in a range: a declared one, or one that nobody declared. */
function holdsNodeport({ cluster, family, nodeportHosts }: Subject, range: AddressRange): boolean {
  if (nodeportHosts.some((host) => liesIn(host, range))) return true;
  const { nodeports } = cluster.settings;
  if (nodeports.kind !== "ranges") return false;
  return rangesIn(family, nodeports.ranges).some((each) => holds(each, range.first) || holds(range, each.first));
}

/** Whether nodeports listen, in this family, at one of some nodes. */
function listensAt({ cluster, family }: Subject, nodes: readonly ClusterNode[]): boolean {
  const { nodeports } = cluster.settings;
  if (nodeports.kind === "all") return true;
  if (nodeports.kind === "ranges") return rangesIn(family, nodeports.ranges).length > 0;
  return nodes.some((node) => declaredAddress(node, family).length > 0);
}

/** The frontends that an item covers, "by name, by the word `services`, or by an address, range or nodeport". */
function covered(subject: Subject, { target }: Selector): readonly Frontend[] {
  const { index, frontends } = subject;
  switch (target.kind) {
    case "service":
      return index.ofService(target.service);
    case "any":
    case "services":
      return frontends;
    case "nodes":
    case "node": {
      const at = rangesOf(subject, target)!.flatMap((range) => index.within(range));
      const nodes = target.kind === "node" ? [target.node] : subject.cluster.nodes;
      return [...at, ...(listensAt(subject, nodes) ? index.nodeports() : [])];
    }
    case "prefix": {
      const [range] = rangesIn(subject.family, [target.prefix]);
      if (range === undefined) return [];
      return [...index.within(range), ...(holdsNodeport(subject, range) ? index.nodeports() : [])];
    }
    default:
      return [];
  }
}

/** An `allow` "also lets its backends be reached on the ports it maps to". A declared pod's address no node delivers. */
function openedBy(subject: Subject, item: Selector, hook: FilterHook): readonly Reading[] {
  return covered(subject, item).flatMap((frontend) => {
    const asked = portsAsked(item, frontend);
    if (asked === null) return [];
    return frontend.backends
      .filter(({ isPod }) => hook !== "input" || !isPod)
      .map(({ address, port }) => {
        const ports = portsBehind(frontend, port, asked.ports);
        return reading("destination", [only(address)], { protocol: asked.protocol, ports });
      });
  });
}

export function readingsOf(subject: Subject, rule: PolicyRule, hook: FilterHook): readonly Reading[] {
  return joined(
    rule.destinations.flatMap((item) => [
      ...ofSelector(subject, item, hook),
      ...(rule.verb === "allow" ? openedBy(subject, item, hook) : []),
    ]),
  );
}
