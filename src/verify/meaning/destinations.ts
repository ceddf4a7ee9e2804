/**
 * What a policy's destination is (language.md §3.7): the one that the client asked for, or the one that the packet now has, address and
 * port together in either reading.
 */
import { inFamily } from "../../address/address.ts";
import type { PortRange } from "../../address/port.ts";
import { covers, hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { ClusterNode, PolicyRule, Selector } from "../../cluster/cluster.ts";
import { askedPorts, meetParts, type PortPart, shiftPorts } from "../../cluster/doors.ts";
import { coveredAmong, nodeportHosts, shiftOf } from "../../cluster/sides.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { Door } from "./doors.ts";
import { nodeportAddresses } from "./nodeports.ts";
import { both, joined, type Reading, reading } from "./readings.ts";
import { declaredAddress, hostOf, inThis, type Subject } from "./subject.ts";

export type FilterHook = "input" | "forward" | "output";

/** Nothing translates what asks for an address within the pod ranges that no service has: there both readings are one. */
function isNeverTranslated(subject: Subject, prefix: Prefix): boolean {
  if (!subject.pods.some((range) => covers(range, prefix))) return false;
  const holdsNodeports =
    subject.index.nodeports().length > 0 && nodeportHosts(subject.cluster).some((host) => covers(prefix, host));
  return !holdsNodeports && !subject.index.isIn(prefix);
}

const ofRange = (subject: Subject, prefix: Prefix, part: PortPart): readonly Reading[] =>
  isNeverTranslated(subject, prefix) ? [reading("destination", [prefix], part)] : both([prefix], part);

/** Where nodeports listen at addresses that the program does not know. */
const listensWidely = ({ cluster }: Subject): boolean => cluster.settings.nodeports.kind !== "primary";

/**
 * What asked for a nodeport at an address of this node that nobody declared: it was translated, asked for the port, and goes to one of
 * the backends.
 */
function atUnknownAddress(subject: Subject, { leads }: Door, part: PortPart): readonly Reading[] {
  const prefixes = nodeportAddresses(subject);
  if (!listensWidely(subject) || leads.length === 0 || prefixes?.length === 0) return [];
  return [{ ...reading("asked", prefixes, part), behind: leads.map(({ address }) => hostPrefix(address)) }];
}

/** On that node itself everything delivered locally; everywhere what asked for its address, nodeports included. */
function ofNode(subject: Subject, node: ClusterNode, part: PortPart, hook: FilterHook): readonly Reading[] {
  const address = declaredAddress(node, subject.family);
  // A node delivers nothing that is another's.
  if (node !== subject.node) return hook === "input" ? [] : both(address, part);
  const asked = address.length === 0 ? [] : [reading("asked", address, part)];
  const nodeports = subject.index.nodeports().flatMap((door) => {
    const met = meetParts(part, { protocol: door.protocol, ports: door.port });
    return met === null ? [] : atUnknownAddress(subject, door, met);
  });
  // What goes to the node's own address is delivered, and passes INPUT alone.
  if (hook !== "input") return [...asked, ...nodeports];
  return [reading("destination", null, part), ...asked, ...nodeports];
}

/** A nodeport is at every node's declared address that nodeports listen on, and here wherever else they do. */
function ofNodeport(subject: Subject, door: Door, part: PortPart, hook: FilterHook): readonly Reading[] {
  const declared = inThis(subject.family, nodeportHosts(subject.cluster));
  // A node delivers nothing that is another's.
  const isMine = ({ text }: Prefix): boolean => subject.own.some((own) => own.text === text);
  const known = both(hook === "input" ? declared.filter(isMine) : declared, part);
  if (!listensWidely(subject)) return known;
  const prefixes = nodeportAddresses(subject);
  const isDelivered = hook === "input" && prefixes?.length !== 0;
  const here = isDelivered ? [reading("destination", prefixes, part)] : [];
  return [...known, ...here, ...atUnknownAddress(subject, door, part)];
}

function ofDoor(subject: Subject, door: Door, part: PortPart, hook: FilterHook): readonly Reading[] {
  if (door.address === null) return ofNodeport(subject, door, part, hook);
  // No node holds a service's own address, nor a declared pod's: nothing of it is delivered here.
  const isNeverHere = door.kind === "vip" && door.leads.every(({ isPod }) => isPod);
  return hook === "input" && isNeverHere ? [] : both([hostPrefix(door.address)], part);
}

function ofSelector(subject: Subject, selector: Selector, hook: FilterHook): readonly Reading[] {
  const { cluster, family } = subject;
  const { target } = selector;
  const part: PortPart = { protocol: selector.protocol, ports: selector.ports };
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
      const host = hostOf(inFamily(target.pod.addresses, family));
      if (host.some(({ address }) => subject.more.has(address.text))) return both(host, part);
      // Nothing translates what asks for it, and no node delivers it: it is the pod's.
      return hook === "input" || host.length === 0 ? [] : [reading("destination", host, part)];
    }
    case "prefix":
      return inThis(family, [target.prefix]).flatMap((prefix) => ofRange(subject, prefix, part));
    case "service":
      return subject.index.ofService(target.service).flatMap((door) => {
        const asked = askedPorts(selector, door);
        return asked === null ? [] : ofDoor(subject, door, asked, hook);
      });
    default:
      return unreachable(target);
  }
}

/** Each backend on the port that the one asked for maps to. A declared pod's address no node delivers. */
function openedBy(subject: Subject, selector: Selector, hook: FilterHook): readonly Reading[] {
  return coveredAmong(subject.index, subject.cluster, selector.target, subject.family).flatMap((door) => {
    const asked = askedPorts(selector, door);
    if (asked === null) return [];
    return door.leads
      .filter(({ isPod }) => hook !== "input" || !isPod)
      .map(({ address, port }) => {
        const ports: PortRange | null = shiftPorts(asked.ports, shiftOf(door, port));
        return reading("destination", [hostPrefix(address)], { protocol: asked.protocol, ports });
      });
  });
}

export function readingsOf(subject: Subject, rule: PolicyRule, hook: FilterHook): readonly Reading[] {
  return joined(
    rule.destinations.flatMap((selector) => [
      ...ofSelector(subject, selector, hook),
      ...(rule.verb === "allow" ? openedBy(subject, selector, hook) : []),
    ]),
  );
}
