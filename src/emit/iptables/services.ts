/**
 * Doors of services. What comes first wins: an exact address before a nodeport, and of either what is for clients from outside before
 * what is for all. One chain serves PREROUTING and OUTPUT: what the node itself sends has an own address as its source.
 */
import type { Address } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import { LOOPBACK } from "../../address/loopback.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Clients, NodeportAddresses, PacketPlan, ServiceTranslation } from "../../plan/plan.ts";
import { protocolName } from "../protocol.ts";
import { blocksPart, joined, noPart, type Part } from "./blocks.ts";
import { DEEPEST, heightOf } from "./depth.ts";
import type { Step } from "./dispatch.ts";
import { alternatives } from "./match.ts";
import { chainsInOrder } from "./order.ts";
import { portMatches, portsPart } from "./ports.ts";
import { doorPart } from "./ring.ts";
import type { IptChain, IptMatch, IptRule } from "./ruleset.ts";

export const SERVICES = "NETC-SERVICES";
const NODEPORTS = "NETC-NODEPORTS";

interface Exact extends ServiceTranslation {
  readonly address: Address;
}

interface Nodeport extends ServiceTranslation {
  readonly protocol: Protocol;
  readonly port: PortRange;
}

const isExact = (door: ServiceTranslation): door is Exact => door.address !== null;
const isNodeport = (door: ServiceTranslation): door is Nodeport =>
  door.address === null && door.protocol !== null && door.port !== null;

export type ServiceFacts = Pick<PacketPlan, "family" | "services" | "inside" | "nodeports">;

/** The chains of all doors, which come in the plan's canonical order. */
export function serviceChains(facts: ServiceFacts): readonly IptChain[] {
  const { services, nodeports } = facts;
  const ports = nodeportChains(facts, services.filter(isNodeport));
  const exact = stagePart(facts, `${SERVICES}-OUT`, services.filter(isExact), exactPart);
  const guards = ports.length === 0 ? [] : nodeportGuards(nodeports, facts.family);
  if (exact.rules.length + guards.length === 0) return [];
  return [
    { name: SERVICES, rules: [...exact.rules, ...guards] },
    ...exact.chains,
    ...(guards.length === 0 ? [] : ports),
  ];
}

/** Doors for outside, found behind a look at who asks, and then those for all. */
function stagePart<D extends ServiceTranslation>(
  { inside, family }: ServiceFacts,
  outsideChain: string,
  doors: readonly D[],
  treeOf: (doors: readonly D[], clients: Clients) => Part,
): Part {
  const outside = doors.filter(({ clients }) => clients === "outside");
  const all = outside.length === 0 ? doors : doors.filter(({ clients }) => clients === "all");
  if (outside.length === 0) return treeOf(all, "all");
  const tree = treeOf(outside, "outside");
  const clients: IptRule = {
    matches: [{ kind: "foreign-source" }],
    target: { kind: "chain", chain: outsideChain },
    comment: null,
  };
  const guard: Step = {
    match: [{ kind: "source", prefixes: inside }],
    statement: "inside",
    leaves: true,
    rulesOf: (match) =>
      alternatives(match, family).map((matches) => ({ matches, target: { kind: "RETURN" }, comment: "inside" })),
  };
  const steps: readonly Step[] = inside.length === 0 ? [{ rules: tree.rules }] : [guard, { rules: tree.rules }];
  // SERVICES, NODEPORTS and the chain itself are above it.
  const room = DEEPEST - 3 - heightOf([{ name: outsideChain, rules: tree.rules }, ...tree.chains]);
  const chains = chainsInOrder(outsideChain, steps, family, room);
  return joined([{ rules: [clients], chains: [...chains, ...tree.chains] }, treeOf(all, "all")]);
}

const EXACT_STEMS: Readonly<Record<Clients, string>> = { all: "NETC-SVC-", outside: "NETC-OUT-" };

function exactPart(doors: readonly Exact[], clients: Clients): Part {
  const stem = EXACT_STEMS[clients];
  return blocksPart(
    {
      side: "destination",
      addressOf: ({ address }: Exact) => address,
      chainOf: (prefix) => identifierFor("chain", stem, prefix.text),
      partOf: (door) => doorPart(door, exactMatches(door)),
    },
    doors,
  );
}

export function exactMatches({ address, protocol, port }: Exact): readonly IptMatch[] {
  const destination: IptMatch = { kind: "destination", prefix: hostPrefix(address) };
  if (protocol === null) return [destination];
  if (port !== null) return [destination, ...portMatches(protocol, port)];
  return [destination, { kind: "protocol", protocol: protocolName(protocol, address.family) }];
}

const PORT_STEMS: Readonly<Record<Clients, string>> = { all: "NETC-NP-", outside: "NETC-NPO-" };

function nodeportPart(doors: readonly Nodeport[], clients: Clients): Part {
  const partOf = (door: Nodeport) => doorPart(door, portMatches(door.protocol, door.port));
  return portsPart({ stem: PORT_STEMS[clients], partOf }, doors);
}

function nodeportChains(facts: ServiceFacts, doors: readonly Nodeport[]): readonly IptChain[] {
  const { rules, chains } = doors.length === 0 ? noPart : stagePart(facts, `${NODEPORTS}-OUT`, doors, nodeportPart);
  return rules.length === 0 ? [] : [{ name: NODEPORTS, rules }, ...chains];
}

/** The last rules of their chain: loopback leaves it. */
function nodeportGuards(nodeports: NodeportAddresses, family: ServiceFacts["family"]): readonly IptRule[] {
  const to = (matches: readonly IptMatch[]): IptRule => ({
    matches,
    target: { kind: "chain", chain: NODEPORTS },
    comment: null,
  });
  const toPrefix = (prefix: Prefix): IptMatch => ({ kind: "destination", prefix });
  if (nodeports.kind === "named") return nodeports.prefixes.map((prefix) => to([toPrefix(prefix)]));
  const own: IptMatch = { kind: "local-destination" };
  const loopback: IptRule = { matches: [toPrefix(LOOPBACK[family])], target: { kind: "RETURN" }, comment: null };
  const within = nodeports.within?.map((prefix) => to([toPrefix(prefix), own]));
  return within?.length === 0 ? [] : [loopback, ...(within ?? [to([own])])];
}
