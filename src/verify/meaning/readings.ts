/** Ways to match a destination: the one that the packet now has, or the one that its client asked for. */
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { PortPart } from "../../cluster/doors.ts";

/** One way to match. */
export interface Reading extends PortPart {
  readonly of: "destination" | "asked";
  /** `null`: any. */
  readonly prefixes: readonly Prefix[] | null;
  /** Where it goes as well, translated; `null`: anywhere. */
  readonly behind: readonly Prefix[] | null;
}

export const reading = (of: Reading["of"], prefixes: Reading["prefixes"], { protocol, ports }: PortPart): Reading => ({
  of,
  prefixes,
  protocol,
  ports,
  behind: null,
});

export const both = (prefixes: readonly Prefix[] | null, part: PortPart): readonly Reading[] =>
  prefixes?.length === 0 ? [] : [reading("destination", prefixes, part), reading("asked", prefixes, part)];

const keyOf = (of: string, protocol: Protocol | null, ports: PortRange | null): string =>
  `${of} ${protocol} ${ports?.first}-${ports?.last}`;

/** Readings of the same ports as one, so that a long list stays a few rules. */
export function joined(readings: readonly Reading[]): readonly Reading[] {
  const byPorts = new Map<string, { -readonly [K in keyof Reading]: Reading[K] } & { prefixes: Prefix[] | null }>();
  const alone: Reading[] = [];
  for (const each of readings) {
    const { of, prefixes, protocol, ports, behind } = each;
    const key = keyOf(of, protocol, ports);
    const earlier = byPorts.get(key);
    if (behind !== null) alone.push(each);
    else if (earlier === undefined) byPorts.set(key, { ...each, prefixes: prefixes === null ? null : [...prefixes] });
    else if (prefixes === null) earlier.prefixes = null;
    else for (const prefix of prefixes) earlier.prefixes?.push(prefix);
  }
  return [...byPorts.values(), ...alone];
}
