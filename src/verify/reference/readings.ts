/** Ways to match a destination: the one that the packet now has, or the one that its client asked for (language.md §3.7). */
import type { AddressRange } from "../program.ts";
import type { PortPart } from "./selectors.ts";

/** One way to match. */
export interface Reading extends PortPart {
  readonly of: "destination" | "asked";
  /** `null`: any. */
  readonly ranges: readonly AddressRange[] | null;
  /** Where it goes as well, translated; `null`: anywhere. */
  readonly behind: readonly AddressRange[] | null;
}

export const reading = (of: Reading["of"], ranges: Reading["ranges"], { protocol, ports }: PortPart): Reading => ({
  of,
  ranges,
  protocol,
  ports,
  behind: null,
});

/** Address and port together, in either. */
export const both = (ranges: readonly AddressRange[] | null, part: PortPart): readonly Reading[] =>
  ranges?.length === 0 ? [] : [reading("destination", ranges, part), reading("asked", ranges, part)];

/** Readings of the same ports as one, so that a long list stays a few rules. */
export function joined(readings: readonly Reading[]): readonly Reading[] {
  const byPorts = new Map<string, { -readonly [K in keyof Reading]: Reading[K] } & { ranges: AddressRange[] | null }>();
  const alone: Reading[] = [];
  for (const each of readings) {
    const { of, ranges, protocol, ports, behind } = each;
    const key = `${of} ${protocol} ${ports?.first}-${ports?.last}`;
    const earlier = byPorts.get(key);
    if (behind !== null) alone.push(each);
    else if (earlier === undefined) byPorts.set(key, { ...each, ranges: ranges === null ? null : [...ranges] });
    else if (ranges === null) earlier.ranges = null;
    else for (const range of ranges) earlier.ranges?.push(range);
  }
  return [...byPorts.values(), ...alone];
}
