/**
 * Facts about doors, one for each, stand one behind the other: a list as long as the program has nodeports, say. A long run of them is
 * gone through by blocks of the destination, its port or its address, whichever tells more of them apart. A block holds its facts in
 * their order, so that the first that matches is the same one.
 */
import type { Family } from "../../address/address.ts";
import { type PortRange, type Protocol, width } from "../../address/port.ts";
import { covers, type Prefix, prefixOf } from "../../address/prefix.ts";
import type { Match } from "../../plan/plan.ts";
import { LENGTHS } from "./dispatch.ts";
import { blockOf, portMatches, WIDTHS } from "./ports.ts";
import type { IptMatch } from "./ruleset.ts";

/** What a fact says of a destination: no block of its own is wider, so that a fact stands in few blocks. */
export interface Door {
  /** The destination that was asked for, or the one that the packet has. */
  readonly by: "asked" | "destination";
  /** `null`: any address. */
  readonly prefixes: readonly Prefix[] | null;
  /** `null`: any protocol and port. */
  readonly ports: (PortRange & { readonly protocol: Protocol }) | null;
}

function prefixesOf(match: Match, by: Door["by"]): readonly Prefix[] | null {
  const found = match.find(({ kind }) => kind === by);
  return found !== undefined && "prefixes" in found ? found.prefixes : null;
}

function portsOf(match: Match, by: Door["by"]): PortRange | null {
  const found = match.find(({ kind }) => kind === (by === "asked" ? by : "destination-port"));
  return found !== undefined && "ports" in found ? found.ports : null;
}

/** `null` for a match that is not about a door, or about too much of one. */
export function doorOf(match: Match): Door | null {
  const by = match.some(({ kind }) => kind === "asked") ? "asked" : "destination";
  const prefixes = prefixesOf(match, by);
  if (prefixes?.some(({ address, length }) => length < LENGTHS[address.family].at(-1)!) === true) return null;
  const said = match.find(({ kind }) => kind === "protocol");
  const ports = portsOf(match, by);
  const isNarrow = ports !== null && width(ports) <= WIDTHS[0];
  const hasPorts = isNarrow && said?.kind === "protocol" && said.protocol !== "icmp";
  if (!hasPorts) return prefixes === null ? null : { by, prefixes, ports: null };
  return { by, prefixes, ports: { ...ports, protocol: said.protocol } };
}

/** What a match says about a door, and no more than `door` does. */
export const narrowed = (match: Match, { by, prefixes }: Door): Match =>
  match.map((condition) =>
    condition.kind === by && "prefixes" in condition ? { ...condition, prefixes: prefixes! } : condition,
  );

/** A block of destinations, and what the facts say of it. */
export interface Block {
  readonly name: string;
  readonly matches: readonly IptMatch[];
  /** By the facts' places in the run, ascending. */
  readonly members: ReadonlyMap<number, Door>;
}

/** A way to part a run; those behind it part further. */
export type Split = (run: readonly Door[]) => readonly Block[];

/** From the coarsest to the finest; none for doors that have neither all addresses nor all ports. */
export function splitsOf(run: readonly Door[], family: Family): readonly Split[] {
  const ports = new Set(run.map((door) => door.ports && `${door.ports.protocol} ${door.ports.first}`));
  const addresses = new Set(run.flatMap(({ prefixes }) => prefixes?.map(({ text }) => text) ?? [null]));
  const byPort = ports.has(null)
    ? []
    : WIDTHS.map(
        (size): Split =>
          (doors) =>
            portBlocks(doors, size),
      );
  const byAddress = addresses.has(null)
    ? []
    : LENGTHS[family].map(
        (length): Split =>
          (doors) =>
            addressBlocks(doors, length),
      );
  return ports.size >= addresses.size ? [...byPort, ...byAddress] : [...byAddress, ...byPort];
}

interface Found {
  readonly matches: readonly IptMatch[];
  readonly members: Map<number, Door>;
}

const blocksIn = (found: ReadonlyMap<string, Found>): readonly Block[] =>
  [...found].map(([name, block]) => ({ name, ...block }));

function foundIn(found: Map<string, Found>, name: string, matchesOf: () => readonly IptMatch[]): Map<number, Door> {
  const block = found.get(name) ?? { matches: matchesOf(), members: new Map() };
  found.set(name, block);
  return block.members;
}

function portBlocks(run: readonly Door[], size: number): readonly Block[] {
  const found = new Map<string, Found>();
  for (const [member, door] of run.entries()) {
    const { protocol, first, last } = door.ports!;
    for (let block = blockOf(first, size); block.first <= last; block = blockOf(block.last + 1, size)) {
      const matchesOf = (): readonly IptMatch[] =>
        door.by === "destination"
          ? portMatches(protocol, block)
          : [
              { kind: "protocol", protocol },
              { kind: "original", prefix: null, ports: block },
            ];
      const ports = { protocol, first: Math.max(first, block.first), last: Math.min(last, block.last) };
      foundIn(found, `${protocol} ${block.first}-${block.last}`, matchesOf).set(member, { ...door, ports });
    }
  }
  return blocksIn(found);
}

function addressBlocks(run: readonly Door[], length: number): readonly Block[] {
  const found = new Map<string, Found>();
  for (const [member, door] of run.entries()) {
    for (const { address } of door.prefixes!) {
      const block = prefixOf(address, length);
      const matchesOf = (): readonly IptMatch[] =>
        door.by === "destination"
          ? [{ kind: "destination", prefix: block }]
          : [{ kind: "original", prefix: block, ports: null }];
      const members = foundIn(found, block.text, matchesOf);
      if (members.has(member)) continue;
      members.set(member, { ...door, prefixes: door.prefixes!.filter((prefix) => covers(block, prefix)) });
    }
  }
  return blocksIn(found);
}
