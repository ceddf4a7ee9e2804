/** Frontends by service and by address. */
import type { Address } from "../../address/address.ts";
import type { Service } from "../../cluster/cluster.ts";
import { lazily } from "../../cluster/once.ts";
import type { AddressRange } from "../program.ts";
import type { Frontend } from "./frontends.ts";

/** Every answer is in the order of the program. */
export interface FrontendIndex {
  readonly nodeports: () => readonly Frontend[];
  readonly ofService: (service: Service) => readonly Frontend[];
  /** Those with an address in the range. */
  readonly within: (range: AddressRange) => readonly Frontend[];
}

interface Placed {
  readonly value: Address["value"];
  readonly at: number;
}

function placedOf(frontends: readonly Frontend[]): readonly Placed[] {
  const placed: Placed[] = [];
  frontends.forEach(({ address }, at) => {
    if (address !== null) placed.push({ value: address.value, at });
  });
  return placed.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : a.at - b.at));
}

/** The first place that is not before a value. */
function placeOf(placed: readonly Placed[], value: Address["value"]): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (placed[middle]!.value < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function indexOf(frontends: readonly Frontend[]): FrontendIndex {
  const placed = lazily(() => placedOf(frontends));
  const nodeports = lazily(() => frontends.filter(({ address }) => address === null));
  const byService = lazily(() => {
    const groups = new Map<Service, Frontend[]>();
    for (const frontend of frontends) {
      const group = groups.get(frontend.service);
      if (group === undefined) groups.set(frontend.service, [frontend]);
      else group.push(frontend);
    }
    return groups;
  });
  function within({ first, last }: AddressRange): readonly Frontend[] {
    const found: number[] = [];
    for (let next = placeOf(placed(), first.value); next < placed().length; next += 1) {
      const { value, at } = placed()[next]!;
      if (value > last.value) break;
      found.push(at);
    }
    return found.sort((a, b) => a - b).map((at) => frontends[at]!);
  }
  return { nodeports, within, ofService: (service) => byService().get(service) ?? [] };
}
