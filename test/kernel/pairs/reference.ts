/**
 * What language.md says of a rule and a packet, said once more for the test, by addresses and without netc: the nodes a packet
 * crosses, as whom and towards whom it is seen on each, and whether a kind of source or destination matches there.
 */
import { BlockList } from "node:net";
import type { Family } from "../family.ts";

export const CLIENTS = ["a", "c", "node1", "node2", "lan"] as const;
export type Client = (typeof CLIENTS)[number];

export const TARGETS = ["b", "d", "web", "far", "node1", "node2", "lan"] as const;
export type Target = (typeof TARGETS)[number];

export type Node = "node1" | "node2";

/** Where a packet asks for, or goes to. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** One look of one node at a connection's first packet. */
export interface Crossing {
  readonly node: Node;
  readonly hook: "input" | "forward" | "output";
  readonly source: string;
  /** What the client asked for, as far as this node's conntrack knows. */
  readonly asked: Place;
  readonly now: Place;
}

export type Match = (crossing: Crossing, family: Family) => boolean;

/** The second service's ports lie this far above those of its backend. */
export const FAR_OFFSET = 1000;
const WEB = 1;
const FAR = 2;

export const addressOf = (target: Target, { pods, vip, node1, node2, lan }: Family): string =>
  ({ b: pods.b, d: pods.d, web: vip(WEB), far: vip(FAR), node1, node2, lan })[target];

/** Who answers for a target. */
export const serverOf = (target: Target): string => ({ web: "b", far: "d" })[target as string] ?? target;

export const askedPort = (target: Target, port: number): number => (target === "far" ? port + FAR_OFFSET : port);

const homeOf = (host: string): Node | null =>
  (({ a: "node1", b: "node1", c: "node2", d: "node2", node1: "node1", node2: "node2" }) as const)[host as "a"] ?? null;

const isNode = (host: string): host is Node => host === "node1" || host === "node2";

/** Empty for what never leaves its node's loopback. */
export function crossings(client: Client, target: Target, port: number, family: Family): readonly Crossing[] {
  if (client === target) return [];
  const server = serverOf(target);
  const asked: Place = { address: addressOf(target, family), port: askedPort(target, port) };
  const now: Place = { address: addressOf(server as Target, family), port };
  const source = { ...family.pods, node1: family.node1, node2: family.node2, lan: family.lan }[client];
  const translates = server !== target;
  const last = homeOf(server);
  // The LAN's routes: services by the first node, pods and nodes by their own.
  const first = homeOf(client) ?? (translates ? "node1" : last!);
  const there = isNode(server) ? "input" : "forward";
  const here = isNode(client) ? "output" : first === last ? there : "forward";
  const entry: Crossing = { node: first, hook: here, source, asked, now };
  if (last === null || last === first) return [entry];
  const seenAs = translates && client === "lan" ? family[first] : source;
  return [entry, { node: last, hook: there, source: seenAs, asked: now, now }];
}

const lists = new Map<string, BlockList>();

export function within(range: string, address: string): boolean {
  const type = range.includes(":") ? "ipv6" : "ipv4";
  if (address.includes(":") !== (type === "ipv6")) return false;
  let list = lists.get(range);
  if (list === undefined) {
    list = new BlockList();
    const [network, length] = range.split("/");
    list.addSubnet(network!, Number(length), type);
    lists.set(range, list);
  }
  return list.check(address, type);
}

/** In the destination's two readings, address and port together. */
export const eitherReading =
  (port: number, holds: (address: string, family: Family) => boolean): Match =>
  ({ asked, now }, family) =>
    [asked, now].some((place) => place.port === port && holds(place.address, family));
