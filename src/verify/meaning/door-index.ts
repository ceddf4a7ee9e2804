/** Doors by address, so that those at an address are found without looking at all. */
import { compareAddress } from "../../address/address.ts";
import { contains, type Prefix } from "../../address/prefix.ts";
import type { Selector } from "../../cluster/cluster.ts";
import { coversDoor } from "../../cluster/sides.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import type { Door } from "./doors.ts";
import type { Subject } from "./subject.ts";

export interface Doors {
  /** By address. */
  readonly exact: readonly Door[];
  readonly nodeports: readonly Door[];
}

export function sortedDoors({ doors }: Subject): Doors {
  const exact = doors.filter(({ address }) => address !== null);
  return {
    exact: exact.toSorted((a, b) => compareAddress(a.address!, b.address!)),
    nodeports: doors.filter(({ address }) => address === null),
  };
}

export function within({ exact }: Doors, prefix: Prefix): readonly Door[] {
  let low = 0;
  let high = exact.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareAddress(exact[middle]!.address!, prefix.address) < 0) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < exact.length && contains(prefix, exact[end]!.address!)) end += 1;
  return exact.slice(low, end);
}

/** The doors that a selector covers, so that an `allow` of it opens what lies behind. */
export function covered(
  { cluster, doors: all, byService }: Subject,
  doors: Doors,
  { target }: Selector,
): readonly Door[] {
  switch (target.kind) {
    case "pod":
    case "pods":
      return [];
    case "service":
      return byService.get(target.service) ?? [];
    case "prefix": {
      const [nodeport] = doors.nodeports;
      const haveNodeports = nodeport !== undefined && coversDoor(cluster, target, nodeport);
      return [...within(doors, target.prefix), ...(haveNodeports ? doors.nodeports : [])];
    }
    case "any":
    case "services":
    case "node":
    case "nodes":
      return all.filter((door) => coversDoor(cluster, target, door));
    default:
      return unreachable(target);
  }
}
