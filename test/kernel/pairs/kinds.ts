/** Every kind of thing that a rule can name on its left and on its right: how it is written, and what it matches. */
import { each, type Family } from "../family.ts";
import { addressOf, eitherReading, FAR_OFFSET, type Match, type Node, type Target, within } from "./reference.ts";

interface Source {
  readonly text: string;
  readonly matches: Match;
}

interface Destination {
  readonly write: (port: number) => string;
  readonly matches: (port: number) => Match;
  /** The services, or doors, that an `allow` opens down to their backends. */
  readonly opens: readonly ("web" | "far")[];
}

const podRange = (family: Family): string => (family.name === "IPv4" ? "10.244.0.0/16" : "fd00:244::/48");
const lanRange = (family: Family): string => (family.name === "IPv4" ? "192.168.100.0/24" : "fd00:100::/64");
/** Pods, services and nodes in one range. */
const widest = (family: Family): string => (family.name === "IPv4" ? "0.0.0.0/0" : "fd00::/16");
const serviceCorner = (family: Family): string => (family.name === "IPv4" ? "10.96.0.0/24" : "fd00:96::/112");

const from = (text: string, holds: (address: string, family: Family) => boolean): Source => ({
  text,
  matches: ({ source }, family) => holds(source, family),
});

const nodeSends =
  (node: Node): Match =>
  ({ node: here, hook, source }, family) =>
    here === node ? hook === "output" : source === family[node];

const anyOf =
  (matches: readonly Match[]): Match =>
  (crossing, family) =>
    matches.some((match) => match(crossing, family));

export const SOURCES: Readonly<Record<string, Source>> = {
  any: { text: "any", matches: () => true },
  pods: from("pods", (address, family) => within(podRange(family), address)),
  nodes: { text: "nodes", matches: anyOf([nodeSends("node1"), nodeSends("node2")]) },
  pod: from("a", (address, { pods }) => address === pods.a),
  node: { text: "node1", matches: nodeSends("node1") },
  group: {
    text: "left",
    matches: anyOf([({ source }, { pods, lan }) => source === pods.c || source === lan, nodeSends("node2")]),
  },
  address: from(
    each(({ lan }) => lan),
    (address, { lan }) => address === lan,
  ),
  "a pod's address": from(
    each(({ pods }) => pods.c),
    (address, { pods }) => address === pods.c,
  ),
  "a node's address": from(
    each(({ node1 }) => node1),
    (address, { node1 }) => address === node1,
  ),
  range: from(
    each(({ podRanges }) => podRanges.node2),
    (address, { podRanges }) => within(podRanges.node2, address),
  ),
  "a range of nodes and hosts": from(each(lanRange), (address, family) => within(lanRange(family), address)),
};

const withPort = (port: number, of: (family: Family) => string): string =>
  each((family) => (of(family).includes(":") ? `[${of(family)}]:${port}` : `${of(family)}:${port}`));

const named = (word: string, holds: (address: string, family: Family) => boolean): Destination => ({
  write: (port) => `${word}:${port}`,
  matches: (port) => eitherReading(port, holds),
  opens: [],
});

const literal = (of: (family: Family) => string): Destination => ({
  write: (port) => withPort(port, of),
  matches: (port) => eitherReading(port, (address, family) => address === of(family)),
  opens: [],
});

const range = (of: (family: Family) => string): Destination => ({
  write: (port) => withPort(port, of),
  matches: (port) => eitherReading(port, (address, family) => within(of(family), address)),
  opens: [],
});

const delivered =
  (node: Node, port: number): Match =>
  ({ node: here, hook, asked, now }, family) =>
    (here === node && hook === "input" && (asked.port === port || now.port === port)) ||
    (asked.address === family[node] && asked.port === port);

const toNodes = (word: string, nodes: readonly Node[]): Destination => ({
  write: (port) => `${word}:${port}`,
  matches: (port) => anyOf(nodes.map((node) => delivered(node, port))),
  opens: [],
});

const service = (name: "web" | "far"): Destination => {
  const asked = (port: number): number => (name === "far" ? port + FAR_OFFSET : port);
  return {
    write: (port) => `${name}:${asked(port)}`,
    matches: (port) => (crossing, family) =>
      crossing.asked.port === asked(port) && crossing.asked.address === addressOf(name, family),
    opens: [name],
  };
};

const web = service("web");

export const DESTINATIONS: Readonly<Record<string, Destination>> = {
  any: named("any", () => true),
  pods: named("pods", (address, family) => within(podRange(family), address)),
  nodes: toNodes("nodes", ["node1", "node2"]),
  services: { ...named("services", (address, { services }) => within(services, address)), opens: ["web"] },
  pod: named("d", (address, { pods }) => address === pods.d),
  node: toNodes("node2", ["node2"]),
  service: web,
  "a service whose ports are shifted": service("far"),
  group: {
    write: (port) => `right:${port}`,
    matches: (port) =>
      anyOf([
        eitherReading(port, (address, { pods }) => address === pods.d),
        delivered("node2", port),
        web.matches(port),
      ]),
    opens: ["web"],
  },
  "a pod's address": literal(({ pods }) => pods.b),
  "a node's address": literal(({ node2 }) => node2),
  "a service's address": { ...literal((family) => addressOf("web", family)), opens: ["web"] },
  address: literal(({ lan }) => lan),
  range: range(({ podRanges }) => podRanges.node2),
  "a range of services": { ...range(serviceCorner), opens: ["web"] },
  "a range of nodes and hosts": range(lanRange),
  "a range that holds all of them": range(widest),
};

/** The groups that two of the kinds name. */
export const GROUPS: readonly string[] = [
  `group left = c, node2, ${each(({ lan }) => lan)}`,
  "group right = d, node2, web",
];

/** An `allow` of a door lets its backend be reached too, on the port that the door maps to. */
export const allows = ({ matches, opens }: Destination, port: number): Match =>
  anyOf([
    matches(port),
    ...opens.map((name): Match => {
      const backend: Target = name === "web" ? "b" : "d";
      return ({ now }, family) => now.port === port && now.address === addressOf(backend, family);
    }),
  ]);
