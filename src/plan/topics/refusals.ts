/** What nobody serves, and what a service itself turns away: behind policy, a connection's first packet. */

import { mergePrefixes } from "../../address/intervals.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import { holderOf } from "../../cluster/holders.ts";
import { compareDoors } from "../door-order.ts";
import type { Condition, FilterHook, Verdict, VerdictAction } from "../plan.ts";
import { hosts } from "./addresses.ts";
import { freeAddresses, servedPrefixes } from "./asked.ts";
import type { PolicyContext } from "./destinations.ts";
import type { Door } from "./doors.ts";
import { nodeportPrefixes } from "./nodeports.ts";
import { leadsNowhereHere } from "./services.ts";

export const byItself = (statement: string, action: VerdictAction, match: readonly Condition[]): Verdict => ({
  match,
  action,
  log: null,
  statement,
  origin: null,
});

const ofService = ({ service }: Door, action: VerdictAction, match: readonly Condition[]): Verdict => ({
  match,
  action,
  log: null,
  statement: service.statement,
  origin: service.origin,
});

const FIRST: Condition = { kind: "state", state: "new" };

/** What still has the door as its destination, so that nothing translated it; `null` where no nodeport listens. */
function untranslated(context: PolicyContext, { address, protocol, port }: Door): readonly Condition[] | null {
  const prefixes = address === null ? nodeportPrefixes(context) : [hostPrefix(address)];
  if (prefixes?.length === 0) return null;
  return [
    ...(prefixes === null ? [] : [{ kind: "destination", prefixes } as const]),
    ...(protocol === null ? [] : [{ kind: "protocol", protocol } as const]),
    ...(port === null ? [] : [{ kind: "destination-port", ports: port } as const]),
    FIRST,
  ];
}

/**
 * Where a packet for a door that does not translate it comes by: no node holds a service's own address, every node its nodeports'. Of an
 * external or a load-balancer address netc does not know; what the node itself sends such a door translates always.
 */
const PLACES: Readonly<Record<Door["kind"], readonly FilterHook[]>> = {
  vip: ["forward", "output"],
  external: ["input", "forward"],
  loadbalancer: ["input", "forward"],
  nodeport: ["input"],
};

/** Those that are kept on this node, where it has no backend for them. */
function withoutBackendHere(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  return context.doors
    .filter((door) => PLACES[door.kind].includes(hook) && leadsNowhereHere(context, door))
    .toSorted(compareDoors)
    .flatMap((door) => {
      const match = untranslated(context, door);
      return match === null ? [] : [ofService(door, "drop", match)];
    });
}

/** Of a load balancer's addresses those whose sources are said: at its service's ports only the sources go on. */
function otherSources({ doors, family }: PolicyContext): readonly Verdict[] {
  const ranged = doors.filter(({ kind, service }) => kind === "loadbalancer" && service.loadbalancer?.from != null);
  const byLine = new Map<Door["line"], Door[]>();
  for (const door of ranged.toSorted(compareDoors)) byLine.set(door.line, [...(byLine.get(door.line) ?? []), door]);
  return [...byLine.values()].flatMap((same) => {
    const [door] = same as [Door];
    const { service, protocol, port } = door;
    const asked: readonly Condition[] = [
      ...(protocol === null ? [] : [{ kind: "protocol", protocol } as const]),
      { kind: "asked", prefixes: same.flatMap(({ address }) => hosts(address)), ports: port },
      FIRST,
    ];
    const prefixes = service.loadbalancer?.from?.filter((range) => range.address.family === family) ?? [];
    const allowed = ofService(door, "next-stage", [{ kind: "source", prefixes }, ...asked]);
    return [...(prefixes.length === 0 ? [] : [allowed]), ofService(door, "drop", asked)];
  });
}

/** A service's own drops. Those without a backend come first, since an allowed source ends the stage. */
export function planServiceDrops(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  return [...withoutBackendHere(context, hook), ...otherSources(context)];
}

/**
 * What still asks for a service's address behind translation: nobody serves it. Where the program declares no range, only addresses
 * that do not serve every port can be asked in vain.
 */
function unserved(context: PolicyContext): readonly Prefix[] {
  const { cluster, family, doors } = context;
  const isDeclared = cluster.settings.services.some((prefix) => prefix.address.family === family);
  if (isDeclared) return servedPrefixes(cluster, family);
  const own = doors.flatMap((door) => {
    const isPartial = door.protocol !== null || door.open.length === 0;
    return door.kind === "vip" && door.address !== null && isPartial ? [hostPrefix(door.address)] : [];
  });
  return mergePrefixes([...own, ...freeAddresses(cluster, family).map(hostPrefix)]);
}

/**
 * A nodeport without open backends, and such a port of an external or a load-balancer address that a node has: it alone is refused. Of
 * an address of which netc does not know who has it, what is delivered here; nothing of a pod's own.
 */
function closedPorts(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const isRefused = ({ kind, address }: Door): boolean => {
    if (kind === "vip") return false;
    const holder = address === null ? null : holderOf(context.cluster, address);
    return hook === "input" ? holder?.kind !== "pod" : holder?.kind === "node";
  };
  return context.doors
    .filter((door) => door.open.length === 0 && isRefused(door))
    .toSorted(compareDoors)
    .flatMap((door) => {
      const match = untranslated(context, door);
      return match === null ? [] : [ofService(door, "reject", match)];
    });
}

export function planRejection(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const prefixes = hook === "input" ? [] : unserved(context);
  const whole = byItself("not served", "reject", [{ kind: "destination", prefixes }, FIRST]);
  return [...(prefixes.length === 0 ? [] : [whole]), ...closedPorts(context, hook)];
}
