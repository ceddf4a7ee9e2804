/**
 * What an item of a list stands for (language.md §1, "words for sets", "an item that has no address of a family adds nothing"; §3.7): addresses,
 * and the ports that it asks of a frontend.
 */
import type { Family } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { Selector, Target } from "../../cluster/cluster.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { AddressRange } from "../program.ts";
import { isOf, ofFamily, only, onlyIf, rangeOf } from "./addresses.ts";
import type { Frontend } from "./frontends.ts";
import type { Subject } from "./subject.ts";

/** Some ports of a protocol; `null` for every one. */
export interface PortPart {
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
}

/** A range, and how long a prefix it is. */
export interface Sized {
  readonly range: AddressRange;
  readonly length: number;
}

const whole = (family: Family): number => (family === 4 ? 32 : 128);

const sized = (family: Family, ranges: readonly AddressRange[]): readonly Sized[] =>
  ranges.map((range) => ({ range, length: whole(family) }));

const prefixes = (family: Family, said: readonly Prefix[]): readonly Sized[] =>
  said.filter(isOf(family)).map((prefix) => ({ range: rangeOf(prefix), length: prefix.length }));

/** A service's own addresses, more of them, and where it has nodeports those of the nodes. */
function ofService({ nodeportHosts, family }: Subject, target: Target & { readonly kind: "service" }) {
  const { service } = target;
  const own = [ofFamily(service.addresses, family), ...service.external.map(({ address }) => address)];
  const all = [...own, ...(service.loadbalancer?.addresses.map(({ address }) => address) ?? [])];
  const listens = service.ports.some(({ nodeport }) => nodeport !== null);
  const ranges = all.flatMap((address) => (address?.family === family ? [only(address)] : []));
  return sized(family, [...ranges, ...(listens ? nodeportHosts : [])]);
}

/** The addresses that a target stands for; `null` for any. */
export function addressesOf(subject: Subject, target: Target): readonly Sized[] | null {
  const { cluster, family } = subject;
  switch (target.kind) {
    case "any":
      return null;
    case "pods":
      return prefixes(family, cluster.settings.pods);
    case "services": {
      const declared = prefixes(family, cluster.settings.services);
      return declared.length > 0 ? declared : sized(family, subject.services);
    }
    case "nodes":
      return sized(family, subject.nodes);
    case "node":
      return sized(family, onlyIf(ofFamily(target.node.addresses, family)));
    case "pod":
      return sized(family, onlyIf(ofFamily(target.pod.addresses, family)));
    case "service":
      return ofService(subject, target);
    case "prefix":
      return prefixes(family, [target.prefix]);
    default:
      return unreachable(target);
  }
}

export const rangesOf = (subject: Subject, target: Target): readonly AddressRange[] | null =>
  addressesOf(subject, target)?.map(({ range }) => range) ?? null;

/** What both mean; `null` where that is nothing. */
export function inBoth(one: PortPart, other: PortPart): PortPart | null {
  if (one.protocol !== null && other.protocol !== null && one.protocol !== other.protocol) return null;
  const protocol = one.protocol ?? other.protocol;
  if (one.ports === null) return { protocol, ports: other.ports };
  if (other.ports === null) return { protocol, ports: one.ports };
  const first = Math.max(one.ports.first, other.ports.first);
  const last = Math.min(one.ports.last, other.ports.last);
  return first > last ? null : { protocol, ports: { first, last } };
}

/** The same places of a range that begins elsewhere. */
export function moved(ports: PortRange | null, from: PortRange | null, to: PortRange | null): PortRange | null {
  if (ports === null || from === null || to === null) return ports;
  const first = to.first + (ports.first - from.first);
  return { first, last: first + (ports.last - ports.first) };
}

/**
 * The ports of a frontend that an item names; `null` for none. Behind a service's name a port is that of its line, whichever frontend of the
 * line is asked (§1, `web:dns`; §3.7, "a service as DST is all its frontends"); behind an address or a node it is what the client asks for.
 */
export function portsAsked(item: Selector, { line, protocol, port }: Frontend): PortPart | null {
  if (item.target.kind !== "service") return inBoth({ protocol, ports: port }, item);
  const served = inBoth({ protocol: line.protocol, ports: line.port }, item);
  return served === null ? null : { protocol: served.protocol, ports: moved(served.ports, line.port, port) };
}

/** The ports of a backend that some ports of its frontend lead to (§2: its own, or the service's; a range port by port). */
export const portsBehind = (
  { line, port }: Frontend,
  backend: PortRange | null,
  asked: PortRange | null,
): PortRange | null => moved(asked, port, backend ?? line.port);
