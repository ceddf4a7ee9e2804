/**
 * Doors of services. What comes first wins: an exact address before a nodeport, and of either what is for clients from outside, for what
 * arrives alone, before what is for all.
 */
import { LOOPBACK } from "../../address/loopback.ts";
import type { Clients, PacketPlan, ServiceTranslation } from "../../plan/plan.ts";
import { affinityParts, clientsSet } from "./affinity.ts";
import type { Group } from "./doors.ts";
import type { Pair } from "./families.ts";
import { ipFamily } from "./match.ts";
import { closedLookups, ringLookups } from "./rings.ts";
import type { NftChain, NftMatch, NftRule, NftSet } from "./ruleset.ts";

export interface ServiceParts {
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
}

type Facts = Pick<PacketPlan, "family" | "services" | "inside" | "nodeports">;
type Place = Group["place"];

const placeOf = ({ address }: ServiceTranslation): Place => (address === null ? "nodeport" : "address");

function groupOf({ family, services }: Facts, place: Place, clients: Clients): Group {
  const doors = services.filter((door) => placeOf(door) === place && door.clients === clients);
  return { family, place, clients, doors };
}

/** Of one family: the rules of a group's chain, and what they need. */
function partsOf(group: Group): { readonly rules: readonly NftRule[] } & ServiceParts {
  const affinity = affinityParts(group);
  const lookups = [closedLookups(group), affinity, ringLookups(group)];
  return {
    rules: lookups.flatMap(({ rules }) => rules),
    sets: lookups.flatMap(({ sets }) => sets),
    chains: affinity.chains,
  };
}

const CHAINS: Readonly<Record<Clients, Readonly<Record<Place, string>>>> = {
  all: { address: "netc-services", nodeport: "netc-nodeports" },
  outside: { address: "netc-outside", nodeport: "netc-outside-nodeports" },
};

/** What asks a nodeport; `null` where none listens. */
function listening({ family, nodeports }: Facts): readonly NftMatch[] | null {
  const own = { family: ipFamily(family), field: "daddr" } as const;
  const prefixes = nodeports.kind === "named" ? nodeports.prefixes : nodeports.within;
  if (prefixes?.length === 0) return null;
  const among: readonly NftMatch[] = prefixes === null ? [] : [{ kind: "address", ...own, prefixes }];
  if (nodeports.kind === "named") return among;
  return [...among, { kind: "other-address", ...own, prefixes: [LOOPBACK[family]] }, { kind: "local-destination" }];
}

function fromOutside({ family, inside }: Facts): readonly NftMatch[] {
  return inside.length === 0
    ? [{ kind: "nfproto", family: family === 4 ? "ipv4" : "ipv6" }]
    : [{ kind: "other-address", family: ipFamily(family), field: "saddr", prefixes: inside }];
}

interface Stage {
  readonly place: Place;
  readonly clients: Clients;
}

const STAGES: readonly Stage[] = [
  { place: "address", clients: "outside" },
  { place: "address", clients: "all" },
  { place: "nodeport", clients: "outside" },
  { place: "nodeport", clients: "all" },
];

interface Found extends ServiceParts {
  readonly facts: Facts;
  /** What leads into the chain. */
  readonly ways: readonly NftMatch[];
  readonly rules: readonly NftRule[];
}

/** Of one family; `null` where nothing is to be found. */
function find(facts: Facts, { place, clients }: Stage): Found | null {
  const listens = place === "nodeport" ? listening(facts) : [];
  const parts = partsOf(groupOf(facts, place, clients));
  if (listens === null || parts.rules.length === 0) return null;
  return { facts, ways: [...(clients === "outside" ? fromOutside(facts) : []), ...listens], ...parts };
}

/** A nodeport's key holds no address, so that each family has a chain of its own; others share one. */
function chainsOf(stage: Stage, found: readonly Found[]): readonly NftChain[] {
  const name = CHAINS[stage.clients][stage.place];
  if (stage.place === "nodeport") {
    return found.map(({ facts, rules }) => ({ name: `${name}-v${facts.family}`, base: null, rules }));
  }
  return found.length === 0 ? [] : [{ name, base: null, rules: found.flatMap(({ rules }) => rules) }];
}

function jumpsOf(stage: Stage, found: readonly Found[]): readonly NftRule[] {
  const chain = CHAINS[stage.clients][stage.place];
  const to = (name: string, matches: readonly NftMatch[]): NftRule => ({
    matches,
    actions: [{ kind: "jump", chain: name }],
    comment: null,
  });
  if (stage.place === "nodeport") return found.map(({ facts, ways }) => to(`${chain}-v${facts.family}`, ways));
  if (stage.clients === "outside") return found.map(({ ways }) => to(chain, ways));
  return found.length === 0 ? [] : [to(chain, [])];
}

/** For what arrives and for what the node sends. nft knows `dstnat` in prerouting only: in output it is −100. */
export function serviceParts(packets: Pair<PacketPlan>): ServiceParts {
  const both = [packets.v4, packets.v6].filter((facts) => facts !== null);
  const arriving: NftRule[] = [];
  const sent: NftRule[] = [];
  const chains: NftChain[] = [];
  const doorChains: NftChain[] = [];
  const sets: NftSet[] = [];
  for (const stage of STAGES) {
    const found = both.map((facts) => find(facts, stage)).filter((each) => each !== null);
    const jumps = jumpsOf(stage, found);
    arriving.push(...jumps);
    if (stage.clients === "all") sent.push(...jumps);
    chains.push(...chainsOf(stage, found));
    doorChains.push(...found.flatMap((part) => part.chains));
    sets.push(...found.flatMap((part) => part.sets));
  }
  const inside: NftChain = {
    name: "netc-services-in",
    base: { type: "nat", hook: "prerouting", priority: "dstnat" },
    rules: arriving,
  };
  const out: NftChain = {
    name: "netc-services-out",
    base: { type: "nat", hook: "output", priority: "-100" },
    rules: sent,
  };
  return {
    chains: [...[inside, out].filter(({ rules }) => rules.length > 0), ...chains, ...doorChains],
    sets: [...both.filter(remembers).map(({ family }) => clientsSet(family)), ...sets],
  };
}

const remembers = ({ services }: Facts): boolean =>
  services.some(({ affinity, backends }) => affinity !== null && backends.length > 0);
