/** The doors of a service: every address, protocol and port that a client may ask for, and the line that it leads to. */
import { type Address, present } from "../address/address.ts";
import { type PortRange, type Protocol, portsOverlap } from "../address/port.ts";
import type { Origin } from "../diagnostics/source.ts";
import type { SaidAddress, Selector, Service, ServicePort } from "./cluster.ts";
import { oncePerCluster } from "./once.ts";

export interface ServiceDoor {
  readonly kind: "vip" | "external" | "loadbalancer" | "nodeport";
  readonly service: Service;
  readonly line: ServicePort;
  /** `null`: the addresses that nodeports listen on. */
  readonly address: Address | null;
  readonly protocol: Protocol | null;
  /** What is asked for: of a nodeport its own ports, which are as many as the line's. */
  readonly port: PortRange | null;
}

/** An address of a service, and where it was said. */
export type ServiceAddress = SaidAddress & { readonly kind: "vip" | "external" | "loadbalancer" };

export function addressesOfService(service: Service): readonly ServiceAddress[] {
  const { places, origin, external, loadbalancer } = service;
  const own = present(service.addresses).map((address): ServiceAddress => {
    const place: Origin | null = address.family === 4 ? places.v4 : places.v6;
    return { kind: "vip", address, origin: place ?? origin };
  });
  if (external.length === 0 && loadbalancer === null) return own;
  return [
    ...own,
    ...external.map((each): ServiceAddress => ({ kind: "external", ...each })),
    ...(loadbalancer?.addresses ?? []).map((each): ServiceAddress => ({ kind: "loadbalancer", ...each })),
  ];
}

/** In the order of the program: by address, then by line; nodeports last. */
export function doorsOfService(service: Service): readonly ServiceDoor[] {
  const found: ServiceDoor[] = [];
  for (const { kind, address } of addressesOfService(service)) {
    for (const line of service.ports) {
      found.push({ kind, service, line, address, protocol: line.protocol, port: line.port });
    }
  }
  for (const line of service.ports) {
    if (line.nodeport === null) continue;
    const { first, last } = line.nodeport;
    found.push({ kind: "nodeport", service, line, address: null, protocol: line.protocol, port: { first, last } });
  }
  return found;
}

/** Every door of a cluster, in the order of the program. */
export const doorsOf = oncePerCluster(({ services }): readonly ServiceDoor[] => services.flatMap(doorsOfService));

/** Some ports of a protocol; `null` for every one. */
export interface PortPart {
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
}

/** As many ports, begun elsewhere; `null` stays every port. */
export function shiftPorts(ports: PortRange | null, by: number): PortRange | null {
  return ports === null || by === 0 ? ports : { first: ports.first + by, last: ports.last + by };
}

/** What both mean; `null` where that is nothing. */
export function meetParts(a: PortPart, b: PortPart): PortPart | null {
  if (a.protocol !== null && b.protocol !== null && a.protocol !== b.protocol) return null;
  const protocol = a.protocol ?? b.protocol;
  if (a.ports === null || b.ports === null) return { protocol, ports: a.ports ?? b.ports };
  if (!portsOverlap(a.ports, b.ports)) return null;
  const first = Math.max(a.ports.first, b.ports.first);
  return { protocol, ports: { first, last: Math.min(a.ports.last, b.ports.last) } };
}

/**
 * The ports of a door that a selector names; `null` for none. Behind a service's name a port is that of its line, whichever
 * door of the line is asked; behind an address or a node it is what the client asks for.
 */
export function askedPorts(selector: Selector, door: ServiceDoor): PortPart | null {
  const { line, port } = door;
  if (selector.target.kind !== "service") return meetParts({ protocol: door.protocol, ports: port }, selector);
  const served = meetParts({ protocol: line.protocol, ports: line.port }, selector);
  if (served === null || line.port === null || port === null) return served;
  return { protocol: served.protocol, ports: shiftPorts(served.ports, port.first - line.port.first) };
}
