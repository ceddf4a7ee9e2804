/**
 * How a connection that a door translated is known afterwards, by what its client asked for. At an address that netc alone serves the
 * address is enough; at a node's, where others translate as well, only the door's own ports are netc's.
 */
import type { Address, Family } from "../../address/address.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Cluster } from "../../cluster/cluster.ts";
import { holderOf } from "../../cluster/holders.ts";
import type { Condition } from "../plan.ts";
import type { PolicyContext } from "./destinations.ts";
import { type Door, type DoorBackend, moreAddresses, serviceRanges } from "./doors.ts";
import { askedAtNodeport } from "./nodeports.ts";

/** External and load-balancer addresses that no declared node and no pod has. */
export const freeAddresses = (cluster: Cluster, family: Family): readonly Address[] =>
  moreAddresses(cluster, family).filter((address) => holderOf(cluster, address) === null);

/** The services' range and their free addresses: what is asked for there nobody but netc answers. */
export const servedPrefixes = (cluster: Cluster, family: Family): readonly Prefix[] => [
  ...serviceRanges(cluster, family),
  ...freeAddresses(cluster, family).map(hostPrefix),
];

/** A nodeport, or an external or load-balancer address that is a node's or a pod's own. */
export const isAskedWithPorts = ({ cluster }: PolicyContext, { kind, address }: Door): boolean =>
  address === null || (kind !== "vip" && holderOf(cluster, address) !== null);

/** What was translated at such a door, to one of these backends of its own; `null` where none is here. `end`: see `askedAtNodeport`. */
export function askedAt(
  context: PolicyContext,
  door: Door,
  backends: readonly DoorBackend[],
  end: "destination" | "source" = "destination",
): readonly Condition[] | null {
  if (door.address === null) return askedAtNodeport(context, door, backends, end);
  return [
    ...(door.protocol === null ? [] : [{ kind: "protocol", protocol: door.protocol } as const]),
    { kind: "translated" },
    { kind: "asked", prefixes: [hostPrefix(door.address)], ports: door.port },
  ];
}
