/**
 * What a door does: it draws one of its backends, or remembers whom the client had. Up to eight backends are a list, in which each rule
 * takes its share of what those before it left. More of them are halved by a tree of chains, so that a choice among n costs log n.
 *
 * A backend's place in the tree hangs on its own address, never on its rank: one more changes the shares on its way and nothing else.
 */
import { hashText } from "../../address/hash.ts";
import { identifierFor } from "../../address/identifier.ts";
import { formatPorts, type PortRange } from "../../address/port.ts";
import type { ServiceTranslation, TranslationBackend } from "../../plan/plan.ts";
import { isMoved } from "../backend.ts";
import { doorProtocol } from "../protocol.ts";
import { checkMatches, setMatches } from "./affinity.ts";
import type { Part } from "./blocks.ts";
import { portMatches } from "./ports.ts";
import type { IptChain, IptMatch, IptRule } from "./ruleset.ts";

/** Up to this many backends are one list: shorter ones cost more lines, and change more where a backend comes or goes. */
const LIST = 8;

/** Halved so often at most, for the kernel's sake: see `depth.ts`. The draw of a door is at most seven jumps deep. */
const HALVINGS = 8;

/** The rules of a door, for packets that `matches` describes. */
export function doorPart(service: ServiceTranslation, matches: readonly IptMatch[]): Part {
  const { backends, statement } = service;
  if (backends.length === 0) {
    return { rules: [{ matches, target: { kind: "ACCEPT" }, comment: statement }], chains: [] };
  }
  if (backends.length <= LIST) {
    return { rules: [...heldRules(service, matches), ...listRules(service, backends, matches)], chains: [] };
  }
  const name = chainOf(service, "");
  const protocol = protocolMatches(service);
  const [root, ...below] = drawChains(service, "", placed(backends));
  return {
    rules: [{ matches, target: { kind: "chain", chain: name }, comment: statement }],
    chains: [{ name, rules: [...heldRules(service, protocol), ...root!.rules] }, ...below],
  };
}

/** Who is remembered gets the same backend, and is remembered anew. */
function heldRules(service: ServiceTranslation, matches: readonly IptMatch[]): readonly IptRule[] {
  if (service.affinity === null) return [];
  return service.backends.map((backend) =>
    toBackend(service, backend, [...matches, ...checkMatches(service, backend), ...setMatches(service, backend)]),
  );
}

function listRules(
  service: ServiceTranslation,
  backends: readonly TranslationBackend[],
  matches: readonly IptMatch[],
): readonly IptRule[] {
  let left = weightOf(backends);
  return backends.map((backend) => {
    const isLast = backend.weight === left;
    const share: IptMatch = { kind: "share", share: shareOf(backend.weight, left) };
    left -= backend.weight;
    const drawn = isLast ? matches : [...matches, share];
    return toBackend(service, backend, service.affinity === null ? drawn : [...drawn, ...setMatches(service, backend)]);
  });
}

function toBackend(service: ServiceTranslation, backend: TranslationBackend, matches: readonly IptMatch[]): IptRule {
  return {
    matches,
    target: { kind: "DNAT", address: backend.address, ...portsOf(service, backend) },
    comment: service.statement,
  };
}

/** The backend's ports where they differ from the service's; a range keeps its places by the port it begins at. */
function portsOf(
  { port }: ServiceTranslation,
  backend: TranslationBackend,
): { readonly ports: PortRange | null; readonly base: number | null } {
  if (port === null || !isMoved(port, backend)) return { ports: null, base: null };
  return { ports: backend.port, base: port.first === port.last ? null : port.first };
}

const weightOf = (backends: readonly TranslationBackend[]): number =>
  backends.reduce((sum, { weight }) => sum + weight, 0);

/** 2³¹ times `weight` out of `left`, as the kernel rounds it. */
const shareOf = (weight: number, left: number): number => Math.round((weight / left) * 0x80000000);

/** A rule that translates ports says their protocol itself, and one that maps a range just these ports. */
function protocolMatches(service: ServiceTranslation): readonly IptMatch[] {
  const protocol = doorProtocol(service);
  const { port } = service;
  if (protocol === null) return [];
  const matches: readonly IptMatch[] = [{ kind: "protocol", protocol }];
  if (port === null || port.first === port.last || service.protocol === null) return matches;
  return portMatches(service.protocol, port);
}

function chainOf({ address, protocol, port, clients }: ServiceTranslation, path: string): string {
  const asked = `${address?.text ?? "nodeport"} ${port === null ? "" : formatPorts(port)}/${protocol}`;
  return identifierFor("chain", "NETC-DRAW-", `${asked} ${clients} ${path}`);
}

interface Placed {
  readonly backend: TranslationBackend;
  /** Zeros and ones. */
  readonly place: string;
}

const HASH_BITS = 53;
const bitsOf = (text: string): string => hashText(text).toString(2).padStart(HASH_BITS, "0");

/** By the address, so that another port is another target in the same place; by both where an address has several ports. */
function placed(backends: readonly TranslationBackend[]): readonly Placed[] {
  const areAlone = new Set(backends.map(({ address }) => address.text)).size === backends.length;
  const placeOf = ({ address, port }: TranslationBackend): string =>
    bitsOf(areAlone || port === null ? address.text : `${address.text} ${formatPorts(port)}`);
  return backends
    .map((backend) => ({ backend, place: placeOf(backend) }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
}

/** The chain of all that `path` leads to, first, and those below it. */
function drawChains(service: ServiceTranslation, path: string, all: readonly Placed[]): readonly IptChain[] {
  const name = chainOf(service, path);
  if (all.length <= LIST || path.length === HALVINGS) return [{ name, rules: drawRules(service, all) }];
  const low = half(service, `${path}0`, all);
  const high = half(service, `${path}1`, all);
  const share: IptMatch = { kind: "share", share: shareOf(low.weight, low.weight + high.weight) };
  const at = protocolMatches(service).length;
  const taken = high.weight === 0 ? low.rules : low.rules.map((rule) => sharing(rule, at, share));
  return [{ name, rules: [...taken, ...high.rules] }, ...low.chains, ...high.chains];
}

interface Half extends Part {
  readonly weight: number;
}

function half(service: ServiceTranslation, path: string, all: readonly Placed[]): Half {
  const members = all.filter(({ place }) => place.startsWith(path));
  const weight = weightOf(members.map(({ backend }) => backend));
  if (members.length < 2) return { rules: drawRules(service, members), chains: [], weight };
  const chains = drawChains(service, path, members);
  const joint: IptRule = { matches: [], target: { kind: "chain", chain: chains[0]!.name }, comment: null };
  return { rules: [joint], chains, weight };
}

function drawRules(service: ServiceTranslation, all: readonly Placed[]): readonly IptRule[] {
  const backends = all.map(({ backend }) => backend);
  return listRules(service, backends, protocolMatches(service));
}

/** The draw stands behind what the packet must be and before what is remembered of it. */
function sharing(rule: IptRule, at: number, share: IptMatch): IptRule {
  return { ...rule, matches: [...rule.matches.slice(0, at), share, ...rule.matches.slice(at)] };
}
