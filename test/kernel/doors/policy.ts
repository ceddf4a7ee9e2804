/** A rule of each kind about a service with every door, each service with ports of its own. */
import { door as at, each, type Family, vips } from "../family.ts";
import { SOURCES as PAIRS_SOURCES } from "../pairs/kinds.ts";
import { eitherReading, type Match, within } from "../pairs/reference.ts";
import {
  addressOf,
  askedOf,
  branches,
  type Client,
  DOORS,
  type Door,
  EXTERNAL,
  LOAD_BALANCERS,
  NODEPORTS,
  type Ports,
  rangeOf,
  type Service,
  VIP,
  write,
} from "./reference.ts";
import { doorsOf, SOURCES as EVERYBODY } from "./services.ts";

export interface Guarded extends Service {
  readonly name: string;
  readonly rule: string;
  readonly ports: Ports;
  readonly verdict: "allow" | "deny" | "reject";
  readonly matches: Match;
}

interface Destination {
  readonly text: string;
  readonly matches: Match;
  /** That an `allow` of it opens the backends. */
  readonly covers: boolean;
}

type Numbered = Pick<Guarded, "n" | "ports" | "backends" | "name">;

const askedFor =
  (service: Numbered, doors: readonly Door[]): Match =>
  ({ asked }, family) =>
    doors.some((door) => {
      const place = askedOf(service, door, service.ports, family);
      return place.address === asked.address && place.port === asked.port;
    });

const named = (service: Numbered, text: string, doors: readonly Door[]): Destination => ({
  text,
  matches: askedFor(service, doors),
  covers: true,
});

const held = (text: string, port: number, holds: (address: string, family: Family) => boolean): Destination => ({
  text,
  matches: eitherReading(port, holds),
  covers: true,
});

const literals = (port: number, of: (family: Family) => string): string => each((family) => at(of(family), port));

const lanRange = (family: Family): string => (family.name === "IPv4" ? "192.168.100.0/24" : "fd00:100::/64");

export const DESTINATIONS: Readonly<Record<string, (service: Numbered) => Destination>> = {
  service: (service) => named(service, service.name, DOORS),
  "a port of the service": (service) => named(service, `${service.name}:${service.ports.line}`, DOORS),
  "the service's address": (service) =>
    named(
      service,
      literals(service.ports.line, (family) => VIP.address(service.n, family)),
      [VIP],
    ),
  services: ({ ports }) =>
    held(`services:${ports.line}`, ports.line, (address, { services }) => within(services, address)),
  "a node's nodeport": (service) => named(service, `node1:${service.ports.nodeport}`, [NODEPORTS[0]!]),
  "the nodes' nodeports": (service) => named(service, `nodes:${service.ports.nodeport}`, NODEPORTS),
  "a node's address and nodeport": ({ ports }) =>
    held(
      literals(ports.nodeport, ({ node2 }) => node2),
      ports.nodeport,
      (address, { node2 }) => address === node2,
    ),
  "a range that holds the nodeports": ({ ports }) =>
    held(literals(ports.nodeport, lanRange), ports.nodeport, (address, family) => within(lanRange(family), address)),
  "an external address": (service) =>
    named(
      service,
      literals(service.ports.line, (family) => EXTERNAL.address(service.n, family)),
      [EXTERNAL],
    ),
  "a range that holds a load balancer's address": ({ ports }) =>
    held(
      literals(ports.line, (family) => rangeOf(2, family)),
      ports.line,
      (address, family) => within(rangeOf(2, family), address),
    ),
  "a load balancer's address": (service) =>
    named(
      service,
      literals(service.ports.line, (family) => LOAD_BALANCERS[1]!.address(service.n, family)),
      [LOAD_BALANCERS[1]!],
    ),
  "the pod behind": ({ ports, backends: [backend] }) =>
    held(
      `${backend!.at}:${ports.backend}`,
      ports.backend,
      (address, family) => address === addressOf(backend!.at, family),
    ),
};

const FROM = ["any", "pods", "nodes", "pod", "node", "address"] as const;

const VERDICTS = ["allow", "deny"] as const;

const FIRST: Ports = { line: 20000, nodeport: 30000, backend: 25000 };

const portsOf = (n: number): Ports => ({
  line: FIRST.line + n,
  nodeport: FIRST.nodeport + n,
  backend: FIRST.backend + n,
});

const makeService = (n: number): Numbered & Service => ({
  n,
  name: `s${n}`,
  ports: portsOf(n),
  backends: [{ at: n % 2 === 0 ? "b" : "c" }],
  internalLocal: false,
  externalLocal: false,
  allows: () => true,
  affinity: false,
});

/** Of what reject differs from deny in, once is enough. */
const RULES = [
  ...VERDICTS.flatMap((verdict) =>
    FROM.flatMap((source) => Object.keys(DESTINATIONS).map((destination) => ({ verdict, source, destination }))),
  ),
  ...["service", "the pod behind"].flatMap((destination) =>
    (["address", "pods"] as const).map((source) => ({ verdict: "reject" as const, source, destination })),
  ),
];

export const GUARDED: readonly Guarded[] = RULES.map(({ verdict, source, destination }, index): Guarded => {
  const service = makeService(index + 1);
  const { text, matches, covers } = DESTINATIONS[destination]!(service);
  const from = PAIRS_SOURCES[source]!;
  const backend = service.backends[0]!.at;
  const opened: Match = ({ now }, family) =>
    verdict === "allow" && covers && now.port === service.ports.backend && now.address === addressOf(backend, family);
  return {
    ...service,
    rule: `${verdict} ${from.text} -> ${text}`,
    verdict,
    matches: (crossing, family) =>
      from.matches(crossing, family) && (matches(crossing, family) || opened(crossing, family)),
  };
});

const allowed = GUARDED.filter(({ verdict }) => verdict === "allow").map(({ n }) => n);

/** What nothing allows is denied, by whichever of its ports. */
const DEFAULTS = Object.values(FIRST).map(
  (first) => `default deny any -> any:${first + allowed[0]!}-${first + allowed.at(-1)!}`,
);

const writeGuarded = (service: Guarded): string => {
  const { n, name, ports, backends } = service;
  const line = `${ports.line} nodeport ${ports.nodeport} -> ${backends[0]!.at}:${ports.backend}`;
  return `service ${name} ${vips(n)} { ${[line, ...doorsOf({ n, sources: EVERYBODY[0]! })].join("; ")} }`;
};

export const STATEMENTS: readonly string[] = [
  ...GUARDED.map(writeGuarded),
  ...GUARDED.map(({ rule }) => rule),
  ...DEFAULTS,
];

export const BACKEND_PORTS: readonly number[] = GUARDED.map(({ ports }) => ports.backend);

/** What the first node says that does not let it pass, or the end that it has without policy. */
export function fate(service: Guarded, client: Client, door: Door, family: Family): string {
  const [branch] = branches(service, client, door, service.ports, family) as ReturnType<typeof branches> & object[];
  const { end, crossings } = branch as Exclude<typeof branch, undefined>;
  const hit = crossings.some((crossing) => service.matches(crossing, family));
  if (service.verdict === "allow") {
    const all = crossings.every((crossing) => service.matches(crossing, family));
    return all ? write(end) : "silent";
  }
  if (!hit) return write(end);
  return service.verdict === "deny" ? "silent" : "refused";
}
