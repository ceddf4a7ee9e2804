/**
 * Facts about doors, one for each, stand one behind the other: a list as long as the program has nodeports, say. A long run of them is
 * gone through by blocks of what was asked, the port or the address, whichever tells more of them apart. A block holds its facts in
 * their order, so that the first that matches is the same one; like any tree here it is entered and left by goto.
 */
import type { Family } from "../../address/address.ts";
import { type PortRange, type Protocol, width } from "../../address/port.ts";
import { bitsOf, type Prefix, prefixOf } from "../../address/prefix.ts";
import type { Match } from "../../plan/plan.ts";
import { portMatches } from "./ports.ts";
import type { IptMatch } from "./ruleset.ts";

/** What a door was asked by: no block of its own is wider, so that a fact stands in few blocks. */
export interface Asked {
  readonly protocol: Protocol;
  readonly ports: PortRange;
  /** `null`: any address. */
  readonly prefixes: readonly Prefix[] | null;
}

const PORTS = [256, 16] as const;
const ADDRESSES: Readonly<Record<Family, readonly number[]>> = {
  4: [8, 12, 16, 20, 24, 28],
  6: [16, 32, 48, 56, 64, 80, 96, 112, 120],
};
const NARROWEST = { 32: 28, 128: 120 } as const;

/** `null` for a match that is not about a door, or about too much of one. */
export function askedOf(match: Match): Asked | null {
  const asked = match.find(({ kind }) => kind === "asked");
  const protocol = match.find(({ kind }) => kind === "protocol");
  if (asked?.kind !== "asked" || protocol?.kind !== "protocol" || protocol.protocol === "icmp") return null;
  const { prefixes, ports } = asked;
  if (ports === null || width(ports) > PORTS[0]) return null;
  if (prefixes?.some(({ address, length }) => length < NARROWEST[bitsOf(address)]) === true) return null;
  return { protocol: protocol.protocol, ports, prefixes };
}

/** A block of what was asked, and which of the facts may be about it. */
export interface Block {
  readonly name: string;
  readonly matches: readonly IptMatch[];
  /** Their places in the run, ascending. */
  readonly members: readonly number[];
}

/** A way to part a run; those behind it part further. */
export type Split = (run: readonly Asked[]) => readonly Block[];

/** From the coarsest to the finest. */
export function splitsOf(run: readonly Asked[], family: Family): readonly Split[] {
  const byPort = PORTS.map(
    (size): Split =>
      (asked) =>
        portBlocks(asked, size),
  );
  if (run.some(({ prefixes }) => prefixes === null)) return byPort;
  const byAddress = ADDRESSES[family].map(
    (length): Split =>
      (asked) =>
        addressBlocks(asked, length),
  );
  const ports = new Set(run.map(({ protocol, ports: { first } }) => `${protocol} ${first}`));
  const addresses = new Set(run.flatMap(({ prefixes }) => prefixes!.map(({ text }) => text)));
  return ports.size >= addresses.size ? [...byPort, ...byAddress] : [...byAddress, ...byPort];
}

interface Found {
  readonly matches: readonly IptMatch[];
  readonly members: number[];
}

const blocksIn = (found: ReadonlyMap<string, Found>): readonly Block[] =>
  [...found].map(([name, block]) => ({ name, ...block }));

function add(found: Map<string, Found>, name: string, matches: readonly IptMatch[], member: number): void {
  const block = found.get(name) ?? { matches, members: [] };
  found.set(name, block);
  if (block.members.at(-1) !== member) block.members.push(member);
}

function portBlocks(run: readonly Asked[], size: number): readonly Block[] {
  const found = new Map<string, Found>();
  for (const [member, { protocol, ports }] of run.entries()) {
    for (let from = ports.first - (ports.first % size); from <= ports.last; from += size) {
      const block = { first: Math.max(from, 1), last: from + size - 1 };
      const [said] = portMatches(protocol, block);
      const matches: readonly IptMatch[] = [said!, { kind: "original", prefix: null, ports: block }];
      add(found, `${protocol} ${block.first}-${block.last}`, matches, member);
    }
  }
  return blocksIn(found);
}

function addressBlocks(run: readonly Asked[], length: number): readonly Block[] {
  const found = new Map<string, Found>();
  for (const [member, { prefixes }] of run.entries()) {
    for (const { address } of prefixes ?? []) {
      const prefix = prefixOf(address, length);
      add(found, prefix.text, [{ kind: "original", prefix, ports: null }], member);
    }
  }
  return blocksIn(found);
}
