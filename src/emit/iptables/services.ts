/**
 * Doors of services. What comes first wins: an exact address before a nodeport, and of either what is for clients from outside before
 * what is for all. One chain serves PREROUTING and OUTPUT; where a door has backends of its own for clients from outside, PREROUTING asks a
 * chain of them first, since a source alone does not tell who sends: a process may use any, and so may a packet from elsewhere.
 */
import type { Address } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import { LOOPBACK } from "../../address/loopback.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Clients, NodeportAddresses, PacketPlan, ServiceTranslation } from "../../plan/plan.ts";
import { protocolName } from "../protocol.ts";
import { blocksPart, type Part } from "./blocks.ts";
import { DEEPEST, heightOf } from "./depth.ts";
import type { Step } from "./dispatch.ts";
import { alternatives } from "./match.ts";
import { chainsInOrder } from "./order.ts";
import { portMatches, portsPart } from "./ports.ts";
import { doorPart } from "./ring.ts";
import type { IptChain, IptMatch, IptRule } from "./ruleset.ts";

export const SERVICES = "NETC-SERVICES";
/** Asked before it in PREROUTING, where a door has backends of its own for clients from outside. */
const SERVICES_IN = "NETC-SERVICES-IN";
const NODEPORTS = "NETC-NODEPORTS";
const NODEPORTS_OUT = "NETC-NODEPORTS-OUT";

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
  const { services } = facts;
  const exact = exactPart(services.filter(isExact).filter(isForAll), "all");
  const ports = nodeportPart(services.filter(isNodeport).filter(isForAll), "all");
  const guards = guardsTo(facts, NODEPORTS, ports);
  const all: readonly IptChain[] = [
    { name: SERVICES, rules: [...exact.rules, ...guards] },
    ...exact.chains,
    ...(guards.length === 0 ? [] : [{ name: NODEPORTS, rules: ports.rules }, ...ports.chains]),
  ];
  const outside = outsideChains(facts, exact);
  if (outside.length === 0 && exact.rules.length + guards.length === 0) return [];
  return [...outside, ...all];
}

const isForAll = ({ clients }: ServiceTranslation): boolean => clients === "all";

/**
 * What PREROUTING asks in front of SERVICES: clients from inside leave it, those from outside find their own exact doors, then the exact
 * doors of all, then their own nodeports. `exact`: doors of all.
 */
function outsideChains(facts: ServiceFacts, exact: Part): readonly IptChain[] {
  const { services, inside, family } = facts;
  const outside = services.filter((door) => !isForAll(door));
  const own = exactPart(outside.filter(isExact), "outside");
  const ports = nodeportPart(outside.filter(isNodeport), "outside");
  const guards = guardsTo(facts, NODEPORTS_OUT, ports);
  const rules = [...own.rules, ...(guards.length === 0 ? [] : [...exact.rules, ...guards])];
  if (rules.length === 0) return [];
  const below = [
    ...own.chains,
    ...(guards.length === 0 ? [] : [{ name: NODEPORTS_OUT, rules: ports.rules }, ...ports.chains]),
  ];
  const guard: Step = {
    match: [{ kind: "source", prefixes: inside }],
    statement: "inside",
    leaves: true,
    rulesOf: (match) =>
      alternatives(match, family, "inside").map((matches) => ({
        matches,
        target: { kind: "RETURN" },
        comment: "inside",
      })),
  };
  const steps: readonly Step[] = inside.length === 0 ? [{ rules }] : [guard, { rules }];
  // The chain itself is below PREROUTING.
  const room = DEEPEST - 1 - heightOf([{ name: SERVICES_IN, rules }, ...below, ...exact.chains]);
  return [...chainsInOrder(SERVICES_IN, steps, family, room), ...below];
}

/** Nothing leads to a chain of no rules. */
const guardsTo = ({ nodeports, family }: ServiceFacts, chain: string, { rules }: Part): readonly IptRule[] =>
  rules.length === 0 ? [] : nodeportGuards(nodeports, family, chain);

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

/** The last rules of their chain: loopback leaves it. */
function nodeportGuards(
  nodeports: NodeportAddresses,
  family: ServiceFacts["family"],
  chain: string,
): readonly IptRule[] {
  const to = (matches: readonly IptMatch[]): IptRule => ({
    matches,
    target: { kind: "chain", chain },
    comment: null,
  });
  const toPrefix = (prefix: Prefix): IptMatch => ({ kind: "destination", prefix });
  if (nodeports.kind === "named") return nodeports.prefixes.map((prefix) => to([toPrefix(prefix)]));
  const own: IptMatch = { kind: "local-destination" };
  const loopback: IptRule = { matches: [toPrefix(LOOPBACK[family])], target: { kind: "RETURN" }, comment: null };
  const within = nodeports.within?.map((prefix) => to([toPrefix(prefix), own]));
  return within?.length === 0 ? [] : [loopback, ...(within ?? [to([own])])];
}
