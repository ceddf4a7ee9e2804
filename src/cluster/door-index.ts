/** Doors found by service and by address without a walk over all of them. */
import { type Address, compareAddress } from "../address/address.ts";
import { contains, type Prefix } from "../address/prefix.ts";
import type { Service } from "./cluster.ts";
import type { ServiceDoor } from "./doors.ts";
import { lazily } from "./once.ts";

/** Every answer is in the order of `doors`. */
export interface DoorIndex<D extends ServiceDoor> {
  readonly doors: readonly D[];
  readonly nodeports: () => readonly D[];
  readonly ofService: (service: Service) => readonly D[];
  /** Some door has an address in the range. */
  readonly isIn: (prefix: Prefix) => boolean;
  /** Those with an address in one of the ranges; every nodeport as well, if asked for. */
  readonly within: (prefixes: readonly Prefix[], withNodeports: boolean) => readonly D[];
}

/** A door that has an address, and its place among all. */
interface Placed {
  readonly address: Address;
  readonly at: number;
}

function placedBy(doors: readonly ServiceDoor[]): readonly Placed[] {
  const placed: Placed[] = [];
  doors.forEach(({ address }, at) => {
    if (address !== null) placed.push({ address, at });
  });
  return placed.sort((a, b) => compareAddress(a.address, b.address));
}

/** The first place at an address that is not before the range. */
function startOf(placed: readonly Placed[], { address }: Prefix): number {
  let low = 0;
  let high = placed.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAddress(placed[middle]!.address, address) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function grouped<D extends ServiceDoor>(doors: readonly D[]): ReadonlyMap<Service, readonly D[]> {
  const groups = new Map<Service, D[]>();
  for (const door of doors) {
    const group = groups.get(door.service);
    if (group === undefined) groups.set(door.service, [door]);
    else group.push(door);
  }
  return groups;
}

export function indexDoors<D extends ServiceDoor>(doors: readonly D[]): DoorIndex<D> {
  const byService = lazily(() => grouped(doors));
  const byAddress = lazily(() => placedBy(doors));
  const listening = lazily(() => doors.flatMap(({ address }, at) => (address === null ? [at] : [])));
  const nodeports = lazily(() => listening().map((at) => doors[at]!));
  const isIn = (prefix: Prefix): boolean => {
    const first = byAddress()[startOf(byAddress(), prefix)];
    return first !== undefined && contains(prefix, first.address);
  };
  const within = (prefixes: readonly Prefix[], withNodeports: boolean): readonly D[] => {
    const placed = byAddress();
    const found = new Set<number>();
    for (const prefix of prefixes) {
      for (let next = startOf(placed, prefix); next < placed.length; next += 1) {
        const { address, at } = placed[next]!;
        if (!contains(prefix, address)) break;
        found.add(at);
      }
    }
    if (withNodeports) for (const at of listening()) found.add(at);
    return [...found].sort((a, b) => a - b).map((at) => doors[at]!);
  };
  return { doors, nodeports, ofService: (service) => byService().get(service) ?? [], isIn, within };
}
