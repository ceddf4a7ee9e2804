/** The filter's stages in the contract's order (language.md §3.9). Stepping aside is a `return` from the hook's own chain. */
import type { PortRange } from "../../address/port.ts";
import type { Action, Rule, Test } from "../program.ts";
import type { FilterHook } from "./destinations.ts";
import { invalid } from "./invalid.ts";
import { askedWhole, isToldByPorts, translatedAt } from "./known.ts";
import { policy, REFUSE, refusal } from "./policy.ts";
import { rejection, serviceDrops } from "./refusals.ts";
import { declaredAddress, type Subject } from "./subject.ts";
import { addressIn, type Chain, jumpTo, KNOWN, portIn, protocolIs, RETURN, rule, TRANSLATED } from "./words.ts";

/** Clients and servers, either way, relays too. */
const DHCP = { 4: { first: 67, last: 68 }, 6: { first: 546, last: 547 } } as const;

/** Multicast listeners (130–132, 143), neighbour discovery (133–137). */
const NEIGHBOURS: readonly number[] = [130, 131, 132, 133, 134, 135, 136, 137, 143];

const VXLAN: PortRange = { first: 4789, last: 4789 };

/**
 * In OUTPUT what shows `lo` is loopback where it was not translated, or goes to an address of the node: what the node asks of its own
 * nodeport shows `lo` too, and leaves for a pod.
 */
function loopback(hook: FilterHook): readonly Rule[] {
  if (hook === "forward") return [];
  if (hook === "input") return [rule("loopback", [{ kind: "device", side: "in", device: "lo" }], RETURN)];
  const shown: Test = { kind: "device", side: "out", device: "lo" };
  return [
    rule("loopback", [shown, { kind: "translated", is: false }], RETURN),
    rule("loopback", [shown, { kind: "own", of: "destination", is: true }], RETURN),
  ];
}

/**
 * The tunnel's packets between declared nodes, in the families in which some are declared. Its end listens at every address of the node, so that
 * everybody else's are dropped there; no node passes any on to another.
 */
function tunnel({ cluster, own, family }: Subject, hook: FilterHook): readonly Rule[] {
  const nodes = cluster.nodes.flatMap((node) => declaredAddress(node, family));
  if (cluster.settings.network !== "vxlan" || nodes.length === 0) return [];
  const port = [protocolIs("udp", family), portIn("destination-port", VXLAN)];
  const toNodes = [addressIn("destination", nodes), ...port];
  if (hook === "output") return [rule("tunnel", toNodes, RETURN)];
  if (hook === "forward") return [rule("tunnel", toNodes, DROP)];
  return [
    rule("tunnel", [addressIn("source", nodes), addressIn("destination", own), ...port], RETURN),
    rule("tunnel", port, DROP),
  ];
}

function exempt(subject: Subject, hook: FilterHook): readonly Rule[] {
  const { family } = subject;
  const dhcp = DHCP[family];
  const neighbours: readonly Test[] = [protocolIs("icmp", 6), { kind: "icmp-type", types: NEIGHBOURS }];
  const udp = [protocolIs("udp", family), portIn("source-port", dhcp), portIn("destination-port", dhcp)];
  return [
    // Before anything else is asked: nothing that is passed on enters a tunnel.
    ...(hook === "forward" ? tunnel(subject, hook) : []),
    ...loopback(hook),
    ...(family === 6 ? [rule("neighbours", neighbours, RETURN)] : []),
    rule("dhcp", udp, RETURN),
    ...(hook === "forward" ? [] : tunnel(subject, hook)),
  ];
}

const ACCEPT: Action = { kind: "accept" };
const DROP: Action = { kind: "drop" };

/**
 * What netc translated, by drained backends too: a connection that nobody answers stays new. One to a pod is accepted as that, so that frontends which lead to pods alone are not asked for. An answer's
 * source is the backend.
 */
function translated(subject: Subject, ends: readonly ("destination" | "source")[]): readonly (readonly Test[])[] {
  const leaving = subject.frontends.filter(({ backends }) => backends.some(({ isPod }) => !isPod));
  if (leaving.length === 0) return [];
  const asked = askedWhole(subject);
  const byPorts = leaving.filter((frontend) => isToldByPorts(subject, frontend));
  return [
    ...(asked.length === 0 ? [] : [[TRANSLATED, addressIn("asked", asked)]]),
    ...ends.flatMap((end) => translatedAt(subject, byPorts, end)),
  ];
}

/** Connections from or to pods, or translated by netc. */
function ours(subject: Subject, state: readonly Test[], ends: readonly ("destination" | "source")[]): readonly Rule[] {
  const { pods } = subject;
  const ways: readonly (readonly Test[])[] = [
    ...(pods.length === 0 ? [] : [[addressIn("source", pods)], [addressIn("destination", pods)]]),
    ...translated(subject, ends),
  ];
  return ways.map((tests) => rule("ours", [...tests, ...state], ACCEPT));
}

/** What an `allow` says it says here, though it does nothing to a packet. */
export const policyChain = (hook: FilterHook): string => `filter-${hook} policy`;

function hookChains(subject: Subject, hook: FilterHook): readonly Chain[] {
  const isForward = hook === "forward";
  const stages: readonly Chain[] = [
    [policyChain(hook), policy(subject, hook)],
    [`filter-${hook} service-drops`, serviceDrops(subject, hook)],
    [`filter-${hook} rejection`, rejection(subject, hook)],
    [`filter-${hook} acceptance`, isForward ? ours(subject, [], ["destination"]) : []],
  ];
  const rules = [
    ...exempt(subject, hook),
    ...(isForward ? ours(subject, [KNOWN], ["destination", "source"]) : []),
    rule("established", [KNOWN], RETURN),
    ...invalid(subject, hook),
    ...stages.map(([name]) => jumpTo(name)),
  ];
  return [[`filter-${hook}`, rules], ...stages];
}

export const filterChains = (subject: Subject): readonly Chain[] => [
  ...hookChains(subject, "input"),
  ...hookChains(subject, "forward"),
  ...hookChains(subject, "output"),
  [REFUSE, refusal],
];
